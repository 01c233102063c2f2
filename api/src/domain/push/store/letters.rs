//! Letters, which know their addressee by a pseudonym alone.
//!
//! No statement and no transaction here touches an account as well: rows that one transaction has
//! written can be told by PostgreSQL's own columns, and would lead from the pseudonym to the person.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use entities::inbox_letter::{self, Column};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    Select,
    sea_query::{Expr, OnConflict, Order},
};
use uuid::Uuid;

use super::inbox::InboxPosition;
use crate::infra::db::{Page, keyset};

fn of(addressee: &str) -> Select<inbox_letter::Entity> {
    inbox_letter::Entity::find().filter(Column::Addressee.eq(addressee))
}

/// Writes a letter, unless one of that key is there.
pub async fn insert(
    connection: &impl ConnectionTrait,
    letter: inbox_letter::Model,
) -> Result<(), DbErr> {
    inbox_letter::Entity::insert(letter.into_active_model())
        .on_conflict(
            OnConflict::columns([Column::Addressee, Column::LetterKey])
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(connection)
        .await
        .map(|_| ())
}

/// The rows of a page, one more where there are more, in the order in which the page is walked.
pub async fn walk(
    connection: &impl ConnectionTrait,
    addressee: &str,
    page: &Page<InboxPosition>,
) -> Result<Vec<inbox_letter::Model>, DbErr> {
    let select = keyset(
        of(addressee),
        (Column::CreatedAt, Column::Id),
        Order::Desc,
        page,
        |position| (position.created_at.into(), position.id.into()),
    );
    select.all(connection).await
}

pub async fn count(connection: &impl ConnectionTrait, addressee: &str) -> Result<u64, DbErr> {
    of(addressee).count(connection).await
}

pub async fn count_unread(
    connection: &impl ConnectionTrait,
    addressee: &str,
) -> Result<u64, DbErr> {
    of(addressee)
        .filter(Column::ReadAt.is_null())
        .count(connection)
        .await
}

pub async fn find(
    connection: &impl ConnectionTrait,
    addressee: &str,
    id: Uuid,
) -> Result<Option<inbox_letter::Model>, DbErr> {
    of(addressee)
        .filter(Column::Id.eq(id))
        .one(connection)
        .await
}

/// Every letter to somebody.
pub async fn list_all(
    connection: &impl ConnectionTrait,
    addressee: &str,
) -> Result<Vec<inbox_letter::Model>, DbErr> {
    of(addressee).all(connection).await
}

/// Marks one letter, or all of them, as read; says how many were not.
///
/// It is noted to the hour: whoever reads all that there is reads campaigns, which know accounts, at the
/// same instant, and by that one the two could be joined.
pub async fn mark_read(
    connection: &impl ConnectionTrait,
    addressee: &str,
    id: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let hour = now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now);
    let mut update = inbox_letter::Entity::update_many()
        .col_expr(Column::ReadAt, Expr::value(hour))
        .filter(Column::Addressee.eq(addressee))
        .filter(Column::ReadAt.is_null());
    if let Some(id) = id {
        update = update.filter(Column::Id.eq(id));
    }
    update
        .exec(connection)
        .await
        .map(|marked| marked.rows_affected)
}

/// Throws away what was written to somebody.
pub async fn delete_of(connection: &impl ConnectionTrait, addressee: &str) -> Result<(), DbErr> {
    inbox_letter::Entity::delete_many()
        .filter(Column::Addressee.eq(addressee))
        .exec(connection)
        .await
        .map(|_| ())
}

/// Throws away what came before that instant.
pub async fn forget_old(
    connection: &impl ConnectionTrait,
    before: DateTime<Utc>,
) -> Result<(), DbErr> {
    inbox_letter::Entity::delete_many()
        .filter(Column::CreatedAt.lt(before))
        .exec(connection)
        .await
        .map(|_| ())
}
