//! Root fields of guides.

use async_graphql::{Context, ID, InputObject, Object, connection::EmptyFields};
use entities::enums::ContentKind;
use futures_util::FutureExt;
use uuid::Uuid;

use super::{
    GuideCategory, LifeEvent, ServiceGuide,
    loaders::GuideById,
    store::{self, DueForReview, GuideCriteria, GuideParts, GuidePosition},
    types::{ServiceLevel, ServicePortal},
};
use crate::{
    domain::content::RelatedIdsByContentId,
    infra::{
        auth::{Audience, Permission, Reach, Viewer},
        clock::moscow_date,
        db::Database,
        error::Error,
        graphql::{
            List, Now, PageArguments, Selection, Standing, TotalCount, at_most, connect,
            load_many_of, load_of, recall, slug_length,
        },
    },
};

/// What a guide with its category and organisation is made of.
const GUIDE_TAGS: &[&str] = &["guides", "organisations"];

pub(super) type GuideList = List<GuidePosition, ServiceGuide>;

/// Какие инструкции показать. Пустое поле ничего не ограничивает.
#[derive(Clone, Debug, Default, InputObject)]
pub struct GuideFilter {
    /// Из каких разделов.
    categories: Option<Vec<ID>>,
    /// Для каких жизненных ситуаций.
    life_events: Option<Vec<ID>>,
    /// Где подают заявление.
    portal: Option<ServicePortal>,
    /// Чья услуга.
    level: Option<ServiceLevel>,
    /// Ведомство, точное название.
    authority: Option<String>,
    /// Пора ли проверить инструкцию: срок проверки настал; тому, кто её правит, — ещё и если есть
    /// открытые замечания.
    due_for_review: Option<bool>,
}

impl GuideFilter {
    fn criteria(
        self,
        today: chrono::NaiveDate,
        edited: Option<Reach>,
    ) -> Result<GuideCriteria, Error> {
        if let Some(authority) = &self.authority {
            at_most(300, "filter.authority", authority)?;
        }
        let category_ids = match &self.categories {
            Some(ids) => Some(GuideCategory::NODE.decode_all("filter.categories", ids)?),
            None => None,
        };
        let life_event_ids = match &self.life_events {
            Some(ids) => Some(LifeEvent::NODE.decode_all("filter.lifeEvents", ids)?),
            None => None,
        };
        Ok(GuideCriteria {
            category_ids,
            life_event_ids,
            portal: self.portal.map(Into::into),
            level: self.level.map(Into::into),
            authority: self.authority,
            due_for_review: self.due_for_review.map(|is_due| DueForReview {
                is_due,
                today,
                edited,
            }),
        })
    }
}

/// Root fields of guides.
#[derive(Default)]
pub struct GuideQuery;

#[Object]
impl GuideQuery {
    /// Инструкции к государственным услугам, по названию.
    async fn guides(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какие инструкции показать.")] filter: Option<GuideFilter>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<GuideList, Error>> {
        async {
            let page = PageArguments {
                first,
                after,
                last,
                before,
            };
            let now = Now::of(context);
            let filter = filter.unwrap_or_default();
            if filter.due_for_review.is_some() {
                Standing::of(context).is_personal();
            }
            let viewer = context.data_unchecked::<Viewer>();
            let edited = viewer
                .signed_in()
                .and_then(|signed_in| signed_in.reach(Permission::EditContent, now).ok());
            let criteria = filter.criteria(moscow_date(now), edited)?;
            list(context, criteria, &page).await.map(Some)
        }
        .await
        .transpose()
    }

    /// Инструкция по имени для адресов; `null`, если такой нет.
    async fn guide(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Имя для адресов.")] slug: String,
    ) -> Option<Result<ServiceGuide, Error>> {
        async {
            slug_length(&slug)?;
            let database = context.data_unchecked::<Database>();
            let audience = context.data_unchecked::<Audience>();
            let find = store::find_guide(database.reader(), &slug, audience);
            let found = recall(context, ("guide", &slug), GUIDE_TAGS, find).await?;
            Ok(found.map(ServiceGuide))
        }
        .await
        .transpose()
    }

    /// Разделы инструкций в порядке меню.
    async fn guide_categories(
        &self,
        context: &Context<'_>,
    ) -> Option<Result<Vec<GuideCategory>, Error>> {
        async {
            let database = context.data_unchecked::<Database>();
            let list = store::list_categories(database.reader());
            let rows = recall(context, "categories", GUIDE_TAGS, list).await?;
            Ok(Some(rows.into_iter().map(GuideCategory).collect()))
        }
        .await
        .transpose()
    }

    /// Жизненные ситуации в порядке меню.
    async fn life_events(&self, context: &Context<'_>) -> Option<Result<Vec<LifeEvent>, Error>> {
        async {
            let database = context.data_unchecked::<Database>();
            let list = store::list_life_events(database.reader());
            let rows = recall(context, "life events", GUIDE_TAGS, list).await?;
            Ok(Some(rows.into_iter().map(LifeEvent).collect()))
        }
        .await
        .transpose()
    }
}

/// The guides that a piece of content points to, without those the viewer may not see.
///
/// # Errors
/// Whatever the database reports.
pub async fn related_guides(
    context: &Context<'_>,
    content_id: Uuid,
) -> Result<Vec<ServiceGuide>, Error> {
    let key = RelatedIdsByContentId {
        content_id,
        kind: ContentKind::ServiceGuide,
    };
    let ids = load_of(context, key).await?.unwrap_or_default();
    let keys: Vec<GuideById> = ids.into_iter().map(GuideById).collect();
    let mut found = load_many_of(context, keys.iter().copied()).await?;
    Ok(keys
        .iter()
        .filter_map(|key| found.remove(key))
        .map(ServiceGuide)
        .collect())
}

pub(super) async fn guides_of_life_event(
    context: &Context<'_>,
    life_event_id: Uuid,
    page: &PageArguments,
) -> Result<GuideList, Error> {
    let criteria = GuideCriteria {
        life_event_ids: Some(vec![life_event_id]),
        ..GuideCriteria::default()
    };
    list(context, criteria, page).await
}

async fn list(
    context: &Context<'_>,
    criteria: GuideCriteria,
    page: &PageArguments,
) -> Result<GuideList, Error> {
    let page = page.parse()?;
    let database = context.data_unchecked::<Database>().clone();
    let audience = context.data_unchecked::<Audience>().clone();
    let items = Selection::of_list(context);
    let parts = GuideParts {
        category: items.has_any(&["category", "openGraph", "structuredData"]),
        organisation: items.has("organisation"),
    };
    let list = store::list(database.reader(), &criteria, &audience, &page, parts);
    let slice = match criteria.due_for_review {
        // Goes by what whoever asks may edit.
        Some(_) => list.await?,
        None => recall(context, (&criteria, &page, parts), GUIDE_TAGS, list).await?,
    };
    let count = TotalCount::new(move || {
        let (database, criteria, audience) = (database.clone(), criteria.clone(), audience.clone());
        async move { Ok(store::count(database.reader(), &criteria, &audience).await?) }.boxed()
    });
    Ok(connect(slice, count, |row| {
        let position = GuidePosition {
            sort_key: row.row.sort_key.clone(),
            id: row.row.id,
        };
        (position, ServiceGuide(row), EmptyFields)
    }))
}
