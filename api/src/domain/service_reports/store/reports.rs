//! Reports themselves: what their authors have made of them.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entities::{
    enums::{ReportModeration, ServiceOutcome},
    service_report::{self, Column},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, Order},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    domain::service_reports::turns::Earlier,
    infra::db::{Page, Position, Slice, keyset, lock_row, overwrite_row},
};

/// Where a report stands in its author's list: the newest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OwnReportPosition {
    pub created_at: DateTime<Utc>,
    pub id: Uuid,
}

impl Position for OwnReportPosition {
    const LIST: &'static str = "viewer.serviceReports";
}

fn by(author: &str) -> Select<service_report::Entity> {
    service_report::Entity::find().filter(Column::Author.eq(author))
}

pub async fn list_own(
    connection: &impl ConnectionTrait,
    author: &str,
    page: &Page<OwnReportPosition>,
) -> Result<Slice<service_report::Model>, DbErr> {
    let select = keyset(
        by(author),
        (Column::CreatedAt, Column::Id),
        Order::Desc,
        page,
        |position| (position.created_at.into(), position.id.into()),
    );
    Ok(page.slice(select.all(connection).await?))
}

pub async fn count_own(connection: &impl ConnectionTrait, author: &str) -> Result<u64, DbErr> {
    by(author).count(connection).await
}

/// Everything that an author has reported, oldest first.
pub async fn list_all_own(
    connection: &impl ConnectionTrait,
    author: &str,
) -> Result<Vec<service_report::Model>, DbErr> {
    by(author)
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .all(connection)
        .await
}

/// What an author's client key reported before.
pub async fn find_by_key(
    connection: &impl ConnectionTrait,
    author: &str,
    client_key: Uuid,
) -> Result<Option<service_report::Model>, DbErr> {
    by(author)
        .filter(Column::ClientKey.eq(client_key))
        .one(connection)
        .await
}

pub async fn find(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<service_report::Model>, DbErr> {
    service_report::Entity::find_by_id(id).one(connection).await
}

/// What an author's turn goes by: everything of the last day, and of that guide everything, if one is
/// named.
pub async fn list_earlier(
    connection: &impl ConnectionTrait,
    author: &str,
    guide_id: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<Vec<Earlier>, DbErr> {
    type Found = (
        Uuid,
        Uuid,
        bool,
        ServiceOutcome,
        NaiveDate,
        ReportModeration,
        DateTime<Utc>,
    );
    let matters = Condition::any()
        .add(Column::CreatedAt.gt(now - TimeDelta::days(1)))
        .add_option(guide_id.map(|id| Column::GuideId.eq(id)));
    let found: Vec<Found> = by(author)
        .select_only()
        .column(Column::Id)
        .column(Column::GuideId)
        .column(Column::IsForAnother)
        .column(Column::Outcome)
        .column(Column::SubmittedOn)
        .column(Column::Moderation)
        .column(Column::CreatedAt)
        .filter(matters)
        .into_tuple()
        .all(connection)
        .await?;
    let read = |row: Found| {
        let (id, guide_id, is_for_another, outcome, submitted_on, moderation, created_at) = row;
        Earlier {
            id,
            guide_id,
            is_for_another,
            outcome,
            submitted_on,
            moderation,
            created_at,
        }
    };
    Ok(found.into_iter().map(read).collect())
}

pub async fn insert(
    transaction: &impl ConnectionTrait,
    report: service_report::Model,
) -> Result<(), DbErr> {
    service_report::Entity::insert(report.into_active_model())
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

/// Lets a report take the place of those that told of the same application while it was under way.
pub async fn replace(
    transaction: &impl ConnectionTrait,
    replaced: &[Uuid],
    by_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    if replaced.is_empty() {
        return Ok(());
    }
    service_report::Entity::update_many()
        .col_expr(Column::Moderation, Expr::value(ReportModeration::Duplicate))
        .col_expr(Column::DuplicateOfId, Expr::value(by_id))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.is_in(replaced.iter().copied()))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Holds a report until the transaction ends, and reads it.
pub async fn lock(
    transaction: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<service_report::Model>, DbErr> {
    lock_row::<service_report::Entity>(transaction, id).await
}

pub async fn update(
    transaction: &impl ConnectionTrait,
    report: service_report::Model,
) -> Result<(), DbErr> {
    overwrite_row(transaction, report).await
}

/// Who reported this, and who reported the same: each once. What a report repeats may have been found to
/// repeat another later on.
pub async fn list_authors(
    connection: &impl ConnectionTrait,
    report_id: Uuid,
) -> Result<BTreeSet<String>, DbErr> {
    let mut authors = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let it = Condition::all().add(Column::Id.eq(report_id));
    let mut found = list_with_authors(connection, it).await?;
    loop {
        found.retain(|(id, _)| seen.insert(*id));
        if found.is_empty() {
            return Ok(authors);
        }
        let ids: Vec<Uuid> = found.iter().map(|(id, _)| *id).collect();
        authors.extend(found.into_iter().map(|(_, author)| author));
        let repeating = Condition::all().add(Column::DuplicateOfId.is_in(ids));
        found = list_with_authors(connection, repeating).await?;
    }
}

async fn list_with_authors(
    connection: &impl ConnectionTrait,
    which: Condition,
) -> Result<Vec<(Uuid, String)>, DbErr> {
    service_report::Entity::find()
        .select_only()
        .column(Column::Id)
        .column(Column::Author)
        .filter(which)
        .into_tuple()
        .all(connection)
        .await
}

/// Gives a report another author, and a key that no telephone knows.
pub async fn unlink(
    transaction: &impl ConnectionTrait,
    id: Uuid,
    author: String,
) -> Result<(), DbErr> {
    service_report::Entity::update_many()
        .col_expr(Column::InputDigest, Expr::value(author.clone()))
        .col_expr(Column::Author, Expr::value(author))
        .col_expr(Column::ClientKey, Expr::col(Column::Id))
        .filter(Column::Id.eq(id))
        .exec(transaction)
        .await
        .map(|_| ())
}
