//! What staff read: what they are at, what waits for review, and the history of each piece.

use async_graphql::{Context, ID, InputObject, Object, connection::EmptyFields};
use entities::enums::{self, DraftState};
use futures_util::FutureExt;
use uuid::Uuid;

use super::{
    editor::desk_of,
    guides::{self, ReviewList},
    mutation::content_id,
    previewing::Ticket,
    revisions::{ContentRevision, RevisionList},
    store::{self, DraftCriteria, DraftPosition},
    types::{ContentState, Draft, PreviewLink, draft_of},
};
use crate::{
    domain::{
        accounts::Accounts,
        media::MediaBase,
        organisations::{Organisation, list_within},
    },
    infra::{
        auth::Reach,
        db::Database,
        error::Error,
        graphql::{List, Now, PageArguments, TotalCount, connect},
    },
};

type DraftList = List<DraftPosition, Draft>;

/// Вид материала. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(remote = "entities::enums::ContentKind")]
pub enum ContentKind {
    /// Новость.
    NewsArticle,
    /// Льгота.
    Benefit,
    /// Инструкция к услуге.
    ServiceGuide,
    /// Страница организации.
    OrganisationPage,
    /// Учебный курс.
    Course,
}

/// Какие черновики нужны.
#[derive(Clone, Debug, Default, InputObject)]
struct DraftFilter {
    /// Этих видов.
    kinds: Option<Vec<ContentKind>>,
    /// В этих состояниях: `DRAFT`, `IN_REVIEW`, `SCHEDULED`.
    states: Option<Vec<ContentState>>,
    /// Этой организации и тех, что ниже.
    organisation: Option<ID>,
    /// Только начатые спрашивающим.
    mine: Option<bool>,
}

/// Root fields of editing.
#[derive(Default)]
pub struct EditingQuery;

#[Object]
impl EditingQuery {
    /// Черновики, которые вправе видеть спрашивающий: последние изменённые впереди.
    async fn drafts(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Какие; нет — все.")] filter: Option<DraftFilter>,
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
        Some(list_drafts(context, filter.unwrap_or_default(), page).await)
    }

    /// Черновики, которые ждут проверки: последние изменённые впереди.
    async fn review_queue(
        &self,
        context: &Context<'_>,
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
        let filter = DraftFilter {
            states: Some(vec![ContentState::InReview]),
            ..DraftFilter::default()
        };
        Some(list_drafts(context, filter, page).await)
    }

    /// Опубликованные инструкции, срок проверки которых прошёл или наступит за две недели, и те, к
    /// которым есть открытые замечания, там, где спрашивающий вправе править: ближайший срок впереди.
    async fn guides_due_for_review(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<ReviewList, Error>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        Some(guides::list_for_review(context, page).await)
    }

    /// Материал глазами редакции: черновик, а без него — опубликованная редакция.
    async fn draft(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Идентификатор черновика или опубликованного материала.")] id: ID,
    ) -> Option<Result<Draft, Error>> {
        find_draft(context, &id).await.transpose()
    }

    /// Ссылка, по которой материал час показан любому, кому её передали, таким, каким его увидят
    /// читатели: черновик, а без него — опубликованная редакция.
    async fn preview_link(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Идентификатор черновика или опубликованного материала.")] id: ID,
    ) -> Option<Result<PreviewLink, Error>> {
        link_to_preview(context, &id).await.transpose()
    }

    /// История материала: последние редакции впереди.
    async fn content_revisions(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Идентификатор черновика или опубликованного материала.")] id: ID,
        #[graphql(desc = "Сколько взять с начала: от 1 до 100, без указания 20.")] first: Option<
            i32,
        >,
        #[graphql(desc = "После какой записи.")] after: Option<String>,
        #[graphql(desc = "Сколько взять с конца: от 1 до 100.")] last: Option<i32>,
        #[graphql(desc = "Перед какой записью.")] before: Option<String>,
    ) -> Option<Result<RevisionList, Error>> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        list_history(context, &id, page).await.transpose()
    }
}

async fn list_drafts(
    context: &Context<'_>,
    filter: DraftFilter,
    page: PageArguments,
) -> Result<DraftList, Error> {
    let desk = desk_of(context)?;
    let database = context.data_unchecked::<Database>().clone();
    let criteria = criteria(&database, filter).await?;
    let slice = store::list(database.reader(), &desk, &criteria, &page.parse()?).await?;
    let drafts = slice.try_map(|(position, held)| Ok::<_, Error>((position, draft_of(held)?)))?;
    let count = TotalCount::new(move || {
        let (database, desk, criteria) = (database.clone(), desk.clone(), criteria.clone());
        async move { Ok(store::count(database.reader(), &desk, &criteria).await?) }.boxed()
    });
    Ok(connect(drafts, count, |(position, draft)| {
        (position, draft, EmptyFields)
    }))
}

async fn criteria(database: &Database, filter: DraftFilter) -> Result<DraftCriteria, Error> {
    let organisation_ids = match &filter.organisation {
        Some(id) => {
            let id = Organisation::NODE.decode("filter.organisation", id)?;
            Some(below(database, id).await?)
        }
        None => None,
    };
    let states = filter.states.unwrap_or_default();
    let draft_state = |state: ContentState| match state {
        ContentState::InReview => Some(DraftState::InReview),
        ContentState::Scheduled => Some(DraftState::Scheduled),
        ContentState::Draft => Some(DraftState::Draft),
        _ => None,
    };
    let kinds = filter.kinds.unwrap_or_default();
    Ok(DraftCriteria {
        kinds: kinds.into_iter().map(enums::ContentKind::from).collect(),
        states: states.into_iter().filter_map(draft_state).collect(),
        organisation_ids,
        is_mine: filter.mine.unwrap_or(false),
    })
}

async fn below(database: &Database, organisation_id: Uuid) -> Result<Vec<Uuid>, Error> {
    let everywhere = Reach {
        is_everywhere: true,
        ..Reach::default()
    };
    Ok(list_within(database.reader(), &everywhere, Some(organisation_id)).await?)
}

async fn find_draft(context: &Context<'_>, id: &ID) -> Result<Option<Draft>, Error> {
    let desk = desk_of(context)?;
    let id = content_id("id", id)?;
    let connection = context.data_unchecked::<Database>().reader();
    match store::find(connection, id).await? {
        Some(held) if desk.shows(connection, &held).await? => draft_of(held).map(Some),
        _ => Ok(None),
    }
}

async fn link_to_preview(context: &Context<'_>, id: &ID) -> Result<Option<PreviewLink>, Error> {
    let desk = desk_of(context)?;
    let id = content_id("id", id)?;
    let connection = context.data_unchecked::<Database>().reader();
    match store::find(connection, id).await? {
        Some(held) if desk.shows(connection, &held).await? => {
            let vault = &context.data_unchecked::<Accounts>().vault;
            let MediaBase(base) = context.data_unchecked::<MediaBase>();
            let ticket = Ticket::to(&held, Now::of(context));
            Ok(Some(PreviewLink::of(&ticket, vault, base)))
        }
        _ => Ok(None),
    }
}

async fn list_history(
    context: &Context<'_>,
    id: &ID,
    page: PageArguments,
) -> Result<Option<RevisionList>, Error> {
    let desk = desk_of(context)?;
    let id = content_id("id", id)?;
    let database = context.data_unchecked::<Database>().clone();
    let Some(held) = store::find(database.reader(), id).await? else {
        return Ok(None);
    };
    if !desk.shows(database.reader(), &held).await? {
        return Ok(None);
    }
    ContentRevision::list(database, &held, page).await.map(Some)
}
