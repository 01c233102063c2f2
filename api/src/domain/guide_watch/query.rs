//! What staff read: concerns, opinions, and recommendations as they have them.

use async_graphql::{Context, ID, InputObject, Object, connection::EmptyFields};
use futures_util::FutureExt;

use super::{
    store::{
        concerns::{self, ConcernCriteria, ConcernPosition},
        opinions::{self, OpinionCriteria, OpinionPosition},
        recommendations::{self, DraftPosition},
    },
    types::{GuideConcern, GuideConcernKind, GuideOpinion, RecommendationDraft},
};
use crate::{
    domain::{accounts::may_read, guides::ServiceGuide, organisations::Organisation},
    infra::{
        auth::Permission,
        db::Database,
        error::Error,
        graphql::{List, PageArguments, TotalCount, connect},
    },
};

type ConcernList = List<ConcernPosition, GuideConcern>;
type OpinionList = List<OpinionPosition, GuideOpinion>;
type DraftList = List<DraftPosition, RecommendationDraft>;

/// Какие замечания нужны. Пустое поле ничего не ограничивает.
#[derive(Clone, Debug, Default, InputObject)]
struct GuideConcernFilter {
    /// Об этой инструкции.
    guide: Option<ID>,
    /// По этой причине.
    kind: Option<GuideConcernKind>,
    /// Открытые или закрытые.
    is_open: Option<bool>,
    /// Об инструкциях этой организации и тех, что ниже.
    organisation: Option<ID>,
}

/// Какие отзывы нужны. Пустое поле ничего не ограничивает.
#[derive(Clone, Debug, Default, InputObject)]
struct GuideOpinionFilter {
    /// Об этой инструкции.
    guide: Option<ID>,
    /// Помогла ли она.
    is_useful: Option<bool>,
    /// С пояснением или без него.
    has_comment: Option<bool>,
}

/// Staff's root fields of watching over guides.
#[derive(Default)]
pub struct GuideWatchQuery;

#[Object]
impl GuideWatchQuery {
    /// Почему инструкции нужно посмотреть, там, где спрашивающий вправе править: последние замечания
    /// впереди.
    async fn guide_concerns(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какие; нет — все.")] filter: Option<GuideConcernFilter>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<ConcernList, Error>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        Some(list_concerns(context, filter.unwrap_or_default(), page).await)
    }

    /// Отзывы читателей об инструкциях, которые спрашивающий вправе править: последние впереди. Чьи они,
    /// не известно никому.
    async fn guide_opinions(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какие; нет — все.")] filter: Option<GuideOpinionFilter>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<OpinionList, Error>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        Some(list_opinions(context, filter.unwrap_or_default(), page).await)
    }

    /// Рекомендации организаций, чьё спрашивающий вправе править, опубликованные и нет: последние
    /// изменённые впереди.
    async fn recommendation_drafts(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "О какой инструкции; нет — все.")] guide: Option<ID>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<DraftList, Error>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        Some(list_drafts(context, guide, page).await)
    }
}

async fn list_concerns(
    context: &Context<'_>,
    filter: GuideConcernFilter,
    page: PageArguments,
) -> Result<ConcernList, Error> {
    let reach = may_read(context, Permission::EditContent)?;
    let organisation = filter.organisation.as_ref();
    let criteria = ConcernCriteria {
        guide_id: guide_id("filter.guide", filter.guide.as_ref())?,
        kind: filter.kind.map(Into::into),
        is_open: filter.is_open,
        organisation_id: organisation
            .map(|id| Organisation::NODE.decode("filter.organisation", id))
            .transpose()?,
    };
    let database = context.data_unchecked::<Database>().clone();
    let page = page.parse()?;
    let slice = concerns::list_concerns(database.reader(), &reach, &criteria, &page).await?;
    let count = TotalCount::new(move || {
        let (database, reach, criteria) = (database.clone(), reach.clone(), criteria.clone());
        async move { Ok(concerns::count_concerns(database.reader(), &reach, &criteria).await?) }
            .boxed()
    });
    Ok(connect(slice, count, |row| {
        let position = ConcernPosition {
            opened_at: row.opened_at,
            id: row.id,
        };
        (position, GuideConcern(row), EmptyFields)
    }))
}

async fn list_opinions(
    context: &Context<'_>,
    filter: GuideOpinionFilter,
    page: PageArguments,
) -> Result<OpinionList, Error> {
    let reach = may_read(context, Permission::EditContent)?;
    let criteria = OpinionCriteria {
        guide_id: guide_id("filter.guide", filter.guide.as_ref())?,
        is_useful: filter.is_useful,
        has_comment: filter.has_comment,
    };
    let database = context.data_unchecked::<Database>().clone();
    let page = page.parse()?;
    let slice = opinions::list_opinions(database.reader(), &reach, &criteria, &page).await?;
    let count = TotalCount::new(move || {
        let (database, reach, criteria) = (database.clone(), reach.clone(), criteria.clone());
        async move { Ok(opinions::count_opinions(database.reader(), &reach, &criteria).await?) }
            .boxed()
    });
    Ok(connect(slice, count, |row| {
        let position = OpinionPosition {
            created_at: row.created_at,
            id: row.id,
        };
        (position, GuideOpinion::from(row), EmptyFields)
    }))
}

async fn list_drafts(
    context: &Context<'_>,
    guide: Option<ID>,
    page: PageArguments,
) -> Result<DraftList, Error> {
    let reach = may_read(context, Permission::EditContent)?;
    let guide_id = guide_id("guide", guide.as_ref())?;
    let database = context.data_unchecked::<Database>().clone();
    let page = page.parse()?;
    let reader = database.reader();
    let slice = recommendations::list_drafts(reader, &reach, guide_id, &page).await?;
    let count = TotalCount::new(move || {
        let (database, reach) = (database.clone(), reach.clone());
        async move { Ok(recommendations::count_drafts(database.reader(), &reach, guide_id).await?) }
            .boxed()
    });
    Ok(connect(slice, count, |row| {
        let position = DraftPosition {
            updated_at: row.updated_at,
            id: row.id,
        };
        (position, RecommendationDraft(row), EmptyFields)
    }))
}

fn guide_id(argument: &str, id: Option<&ID>) -> Result<Option<uuid::Uuid>, Error> {
    id.map(|id| ServiceGuide::NODE.decode(argument, id))
        .transpose()
}
