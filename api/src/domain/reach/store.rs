//! All SQL of reach.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use entities::{content, content_reach, enums::ContentKind, event_batch, published_object};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, Iterable, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::rules::{BATCH_KEPT, Counts, Tally};
use crate::{
    domain::{content::object_type, organisations::within_reach},
    infra::auth::{Audience, Reach},
};

/// What readers did on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DaySums {
    pub day: NaiveDate,
    pub counts: Counts,
}

/// The day, and how often content was opened, read, shared and opened from a push.
type DayRow = (NaiveDate, i64, i64, i64, i64);

impl From<DayRow> for DaySums {
    fn from((day, opened, read, shared, push_opened): DayRow) -> Self {
        Self {
            day,
            counts: Counts {
                opened,
                read,
                shared,
                push_opened,
            },
        }
    }
}

/// Which of these are content that this audience sees.
pub async fn list_seen(
    connection: &impl ConnectionTrait,
    audience: &Audience,
    ids: &[Uuid],
) -> Result<HashSet<Uuid>, DbErr> {
    use published_object::Column;
    let seen: Vec<Uuid> = published_object::Entity::find()
        .select_only()
        .column(Column::ObjectId)
        .filter(Column::ObjectId.is_in(ids.iter().copied()))
        .filter(Column::ObjectType.is_in(ContentKind::iter().map(object_type)))
        .filter(audience.admits(Column::AudienceId))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(seen.into_iter().collect())
}

/// Takes a batch's key; `false`: the batch was counted before. Of several with one key at once, all
/// but the first wait here until that one is committed.
pub async fn take_key(
    transaction: &impl ConnectionTrait,
    key: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let batch = event_batch::ActiveModel {
        key: Set(key),
        received_at: Set(now),
    };
    let taken = event_batch::Entity::insert(batch)
        .on_conflict(
            OnConflict::column(event_batch::Column::Key)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(transaction)
        .await?;
    Ok(taken > 0)
}

/// Adds counts to those that are there. The rows of the one statement are locked in the tally's order,
/// which is everybody's, so that no two batches wait for each other.
pub async fn add(transaction: &impl ConnectionTrait, tally: &Tally) -> Result<(), DbErr> {
    use content_reach::Column;
    if tally.is_empty() {
        return Ok(());
    }
    let rows = tally
        .iter()
        .map(|((content_id, day), counts)| content_reach::ActiveModel {
            content_id: Set(*content_id),
            day: Set(*day),
            opened: Set(counts.opened),
            read: Set(counts.read),
            shared: Set(counts.shared),
            push_opened: Set(counts.push_opened),
        });
    let sum = |column: Column| {
        let there = Expr::col((content_reach::Entity, column));
        (column, there.add(Expr::col(("excluded", column))))
    };
    content_reach::Entity::insert_many(rows)
        .on_conflict(
            OnConflict::columns([Column::ContentId, Column::Day])
                .values([
                    sum(Column::Opened),
                    sum(Column::Read),
                    sum(Column::Shared),
                    sum(Column::PushOpened),
                ])
                .to_owned(),
        )
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

/// The organisation of a piece of content.
pub async fn find_organisation(
    connection: &impl ConnectionTrait,
    content_id: Uuid,
) -> Result<Option<Uuid>, DbErr> {
    content::Entity::find_by_id(content_id)
        .select_only()
        .column(content::Column::OrganisationId)
        .into_tuple()
        .one(connection)
        .await
}

/// The days between these, both included, on which something was done with a piece of content.
pub async fn list_days(
    connection: &impl ConnectionTrait,
    content_id: Uuid,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<DaySums>, DbErr> {
    use content_reach::Column;
    let rows = content_reach::Entity::find()
        .filter(Column::ContentId.eq(content_id))
        .filter(Column::Day.between(from, to))
        .order_by_asc(Column::Day)
        .all(connection)
        .await?;
    let sums = |row: content_reach::Model| {
        DaySums::from((row.day, row.opened, row.read, row.shared, row.push_opened))
    };
    Ok(rows.into_iter().map(sums).collect())
}

/// What was done a day with all the content within a reach, between these days, both included. Days
/// without anything are left out.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_sums(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<DaySums>, DbErr> {
    use content_reach::Column;
    // PostgreSQL adds big integers up to decimals.
    let sum = |column: Column| column.sum().cast_as("bigint");
    let mut select = content_reach::Entity::find()
        .select_only()
        .column(Column::Day)
        .column_as(sum(Column::Opened), "opened")
        .column_as(sum(Column::Read), "read")
        .column_as(sum(Column::Shared), "shared")
        .column_as(sum(Column::PushOpened), "push_opened")
        .filter(Column::Day.between(from, to))
        .group_by(Column::Day);
    if !reach.is_everywhere {
        let theirs = content::Entity::find()
            .select_only()
            .column(content::Column::Id)
            .filter(within_reach(reach, content::Column::OrganisationId))
            .into_query();
        select = select.filter(Column::ContentId.in_subquery(theirs));
    }
    let rows: Vec<DayRow> = select.into_tuple().all(connection).await?;
    Ok(rows.into_iter().map(DaySums::from).collect())
}

/// Forgets the keys of batches that are too old to come again.
///
/// # Errors
/// Whatever the driver reports.
pub async fn forget_batches(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let forgotten = event_batch::Entity::delete_many()
        .filter(event_batch::Column::ReceivedAt.lt(now - BATCH_KEPT))
        .exec(connection)
        .await?;
    Ok(forgotten.rows_affected)
}
