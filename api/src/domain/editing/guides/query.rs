//! Which guides wait to be checked again.

use async_graphql::{Context, SimpleObject, connection::EmptyFields};
use chrono::{Days, NaiveDate};
use futures_util::FutureExt;
use uuid::Uuid;

use crate::{
    domain::{
        accounts::may_read,
        editing::store,
        guides::{ReviewPosition, ServiceGuide, count_due, list_due},
    },
    infra::{
        auth::Permission,
        clock::moscow_date,
        db::Database,
        error::Error,
        graphql::{List, Now, PageArguments, TotalCount, connect},
    },
};

/// So many days ahead staff are told.
const AHEAD: Days = Days::new(14);

/// Инструкция, которую пора проверить.
#[derive(SimpleObject)]
pub struct GuideForReview {
    /// Инструкция, какой её видят читатели.
    guide: ServiceGuide,
    /// Версия материала: её называют, подтверждая проверку.
    version: i32,
    /// Прошёл ли срок: читателей уже предупреждают.
    is_overdue: bool,
}

pub type ReviewList = List<ReviewPosition, GuideForReview>;

/// A page of the guides that are due within two weeks, where the viewer edits.
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
        };
        (ReviewPosition { next_review_at, id }, node, EmptyFields)
    }))
}
