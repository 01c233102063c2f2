//! Root fields of news.

use async_graphql::{Context, ID, InputObject, Object, connection::EmptyFields};
use chrono::TimeDelta;
use futures_util::FutureExt;
use uuid::Uuid;

use super::{
    NewsArticle, NewsCategory,
    loaders::FreshnessByOrganisationId,
    store::{self, ArticleCriteria, ArticleParts, ArticlePosition},
    types::{Freshness, NewsArchiveMonth, NewsKind},
};
use crate::{
    domain::organisations::{Okrug, Organisation, stored_okrugs},
    infra::{
        auth::Audience,
        db::Database,
        error::Error,
        graphql::{
            DateTime, List, Now, PageArguments, Selection, Standing, TotalCount, at_most, connect,
            load_of, recall, slug_length,
        },
    },
};

/// A page of news.
pub type NewsList = List<ArticlePosition, NewsArticle>;

/// Какие новости показать. Пустое поле ничего не ограничивает.
#[derive(Clone, Debug, Default, InputObject)]
pub struct NewsFilter {
    /// Из каких рубрик.
    categories: Option<Vec<ID>>,
    /// Какой организации.
    organisation: Option<ID>,
    /// Вместе с новостями нижестоящих организаций.
    #[graphql(default)]
    include_descendants: bool,
    /// О каком округе.
    okrug: Option<Okrug>,
    /// Какого вида.
    kind: Option<NewsKind>,
    /// С какой меткой.
    tag: Option<String>,
    /// С видео или без.
    has_video: Option<bool>,
    /// Закреплённые сейчас или нет.
    pinned: Option<bool>,
    /// Опубликованные в этот момент или позже.
    published_from: Option<DateTime>,
    /// Опубликованные раньше этого момента.
    published_to: Option<DateTime>,
}

impl NewsFilter {
    fn criteria(self, now: chrono::DateTime<chrono::Utc>) -> Result<ArticleCriteria, Error> {
        if let Some(tag) = &self.tag {
            at_most(60, "filter.tag", tag)?;
        }
        let category_ids = match &self.categories {
            Some(ids) => Some(NewsCategory::NODE.decode_all("filter.categories", ids)?),
            None => None,
        };
        let organisation_id = match &self.organisation {
            Some(id) => Some(Organisation::NODE.decode("filter.organisation", id)?),
            None => None,
        };
        Ok(ArticleCriteria {
            category_ids,
            organisation_id,
            include_descendants: self.include_descendants,
            okrugs: stored_okrugs(self.okrug),
            kind: self.kind.map(Into::into),
            tag: self.tag.map(|tag| tag.to_lowercase()),
            has_video: self.has_video,
            pinned: self.pinned.map(|pinned| (pinned, now)),
            published_from: self.published_from.map(|from| from.0),
            published_to: self.published_to.map(|to| to.0),
        })
    }
}

/// What an article with its category, organisation and cover is made of.
const ARTICLE_TAGS: &[&str] = &["news", "organisations"];
/// What a category is made of.
const CATEGORY_TAGS: &[&str] = &["news"];
/// A list of what is pinned may be kept for so long.
const PINS_HOLD_FOR: TimeDelta = TimeDelta::seconds(30);

/// Root fields of news.
#[derive(Default)]
pub struct NewsQuery;

#[Object]
impl NewsQuery {
    /// Лента новостей, от новых к старым. Закреплённые новости порядок не меняют.
    async fn news(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какие новости показать.")] filter: Option<NewsFilter>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<NewsList, Error>> {
        async {
            let page = PageArguments {
                first,
                after,
                last,
                before,
            };
            let criteria = criteria(context, filter)?;
            list(context, criteria, &page).await.map(Some)
        }
        .await
        .transpose()
    }

    /// Новость по имени для адресов; `null`, если такой нет.
    async fn news_article(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Имя для адресов.")] slug: String,
    ) -> Option<Result<NewsArticle, Error>> {
        async {
            slug_length(&slug)?;
            let database = context.data_unchecked::<Database>();
            let audience = context.data_unchecked::<Audience>();
            let find = store::find_article(database.reader(), &slug, audience);
            let found = recall(context, ("article", &slug), ARTICLE_TAGS, find).await?;
            Ok(found.map(NewsArticle))
        }
        .await
        .transpose()
    }

    /// Рубрики новостей в порядке меню.
    async fn news_categories(
        &self,
        context: &Context<'_>,
    ) -> Option<Result<Vec<NewsCategory>, Error>> {
        async {
            let database = context.data_unchecked::<Database>();
            let list = store::list_categories(database.reader());
            let rows = recall(context, "categories", CATEGORY_TAGS, list).await?;
            Ok(Some(rows.into_iter().map(NewsCategory).collect()))
        }
        .await
        .transpose()
    }

    /// Архив новостей по месяцам московского календаря, от новых к старым.
    async fn news_archive(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какие новости считать.")] filter: Option<NewsFilter>,
    ) -> Option<Result<Vec<NewsArchiveMonth>, Error>> {
        async {
            let database = context.data_unchecked::<Database>();
            let audience = context.data_unchecked::<Audience>();
            let criteria = criteria(context, filter)?;
            let months = store::list_archive(database.reader(), &criteria, audience).await?;
            Ok(Some(
                months.into_iter().map(NewsArchiveMonth::from).collect(),
            ))
        }
        .await
        .transpose()
    }
}

/// What a filter asks for now.
fn criteria(context: &Context<'_>, filter: Option<NewsFilter>) -> Result<ArticleCriteria, Error> {
    let now = Now::of(context);
    let filter = filter.unwrap_or_default();
    if filter.pinned.is_some() {
        // Which pin ends next only its row says, and that may stand on another page.
        Standing::of(context).ends_at(now + PINS_HOLD_FOR);
    }
    filter.criteria(now)
}

/// The news of one organisation.
///
/// # Errors
/// `BAD_USER_INPUT` for the page's arguments, or whatever the database reports.
pub async fn news_of(
    context: &Context<'_>,
    organisation_id: Uuid,
    include_descendants: bool,
    page: &PageArguments,
) -> Result<NewsList, Error> {
    let criteria = ArticleCriteria {
        organisation_id: Some(organisation_id),
        include_descendants,
        ..ArticleCriteria::default()
    };
    list(context, criteria, page).await
}

/// How fresh the news of one organisation are.
///
/// # Errors
/// Whatever the database reports.
pub async fn freshness_of(
    context: &Context<'_>,
    organisation_id: Uuid,
) -> Result<Freshness, Error> {
    let now = Now::of(context);
    let row = load_of(
        context,
        FreshnessByOrganisationId {
            organisation_id,
            now,
        },
    )
    .await?;
    Ok(row.map(Freshness::from).unwrap_or_default())
}

async fn list(
    context: &Context<'_>,
    criteria: ArticleCriteria,
    page: &PageArguments,
) -> Result<NewsList, Error> {
    let page = page.parse()?;
    let database = context.data_unchecked::<Database>().clone();
    let audience = context.data_unchecked::<Audience>().clone();
    let items = Selection::of_list(context);
    let parts = ArticleParts {
        category: items.has_any(&["category", "openGraph", "structuredData"]),
        organisation: items.has_any(&["organisation", "openGraph", "structuredData"]),
        cover: items.has_any(&["cover", "openGraph", "structuredData"]),
    };
    let list = store::list(database.reader(), &criteria, &audience, &page, parts);
    let slice = match criteria.pinned {
        // Asked as of an instant: nobody asks the same again.
        Some(_) => list.await?,
        None => recall(context, (&criteria, &page, parts), ARTICLE_TAGS, list).await?,
    };
    let count = TotalCount::new(move || {
        let (database, criteria, audience) = (database.clone(), criteria.clone(), audience.clone());
        async move { Ok(store::count(database.reader(), &criteria, &audience).await?) }.boxed()
    });
    Ok(connect(slice, count, |row| {
        let position = ArticlePosition {
            published_at: row.row.published_at,
            id: row.row.id,
        };
        (position, NewsArticle(row), EmptyFields)
    }))
}
