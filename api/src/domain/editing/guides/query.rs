//! Which guides wait to be checked again.

use async_graphql::{ComplexObject, Context, SimpleObject, connection::EmptyFields};
use chrono::{Days, NaiveDate};
use futures_util::FutureExt;
use uuid::Uuid;

use crate::{
    domain::{
        accounts::may_read,
        editing::store,
        guide_watch::{GuideConcern, OpenConcernsByGuideId},
        guides::{ReviewPosition, ServiceGuide, count_due, list_due},
    },
    infra::{
        auth::Permission,
        clock::moscow_date,
        db::Database,
        error::Error,
        graphql::{List, Now, PageArguments, TotalCount, connect, load_of},
    },
};

/// So many days ahead staff are told.
const AHEAD: Days = Days::new(14);

/// Инструкция, которую пора проверить.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct GuideForReview {
    /// Инструкция, какой её видят читатели.
    guide: ServiceGuide,
    /// Версия материала: её называют, подтверждая проверку.
    version: i32,
    /// Прошёл ли срок: читателей уже предупреждают.
    is_overdue: bool,
    #[graphql(skip)]
    id: Uuid,
}

#[ComplexObject]
impl GuideForReview {
    /// Открытые замечания: раньше открытые впереди.
    async fn open_concerns(&self, context: &Context<'_>) -> Result<Vec<GuideConcern>, Error> {
        open_concerns_of(context, self.id).await
    }
}

/// A guide's open concerns, those open for longest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn open_concerns_of(
    context: &Context<'_>,
    guide_id: Uuid,
) -> Result<Vec<GuideConcern>, Error> {
    let rows = load_of(context, OpenConcernsByGuideId(guide_id)).await?;
    Ok(rows
        .unwrap_or_default()
        .into_iter()
        .map(GuideConcern)
        .collect())
}

pub type ReviewList = List<ReviewPosition, GuideForReview>;

/// A page of the guides that are due within two weeks or have an open concern, where the viewer edits.
///
/// # Errors
/// `UNAUTHENTICATED`, `FORBIDDEN`, or `BAD_USER_INPUT` naming the page's argument.
pub async fn list_for_review(
    context: &Context<'_>,
    page: PageArguments,
) -> Result<ReviewList, Error> {
    let reach = may_read(context, Permission::EditContent)?;
    let today = moscow_date(Now::of(context));
    let by = today.checked_add_days(AHEAD).unwrap_or(NaiveDate::MAX);
    let database = context.data_unchecked::<Database>().clone();
    let slice = list_due(database.reader(), &reach, by, &page.parse()?).await?;
    let ids: Vec<Uuid> = slice.rows.iter().map(|guide| guide.row.id).collect();
    let versions = store::list_versions(database.reader(), &ids).await?;
    let count = TotalCount::new(move || {
        let (database, reach) = (database.clone(), reach.clone());
        async move { Ok(count_due(database.reader(), &reach, by).await?) }.boxed()
    });
    Ok(connect(slice, count, |guide| {
        let (id, next_review_at) = (guide.row.id, guide.row.next_review_at);
        let version = versions.get(&id).copied().unwrap_or_default();
        let node = GuideForReview {
            guide: ServiceGuide(guide),
            version: i32::try_from(version).unwrap_or(i32::MAX),
            is_overdue: next_review_at < today,
            id,
        };
        (ReviewPosition { next_review_at, id }, node, EmptyFields)
    }))
}
