//! Sessions and their chains of refresh tokens.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{refresh_token, session};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr,
};
use uuid::Uuid;

pub async fn insert(
    transaction: &impl ConnectionTrait,
    session: session::Model,
) -> Result<(), DbErr> {
    session::Entity::insert(session::ActiveModel::from(session))
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

/// The account's sessions that have not ended, newest first.
pub async fn list_live(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<session::Model>, DbErr> {
    session::Entity::find()
        .filter(session::Column::AccountId.eq(account_id))
        .filter(session::Column::EndedAt.is_null())
        .filter(session::Column::IdleUntilAt.gt(now))
        .filter(session::Column::ExpiresAt.gt(now))
        .order_by_desc(session::Column::CreatedAt)
        .order_by_desc(session::Column::Id)
        .all(connection)
        .await
}

/// Ends these sessions of the account and returns which of them had not ended.
pub async fn end(
    transaction: &impl ConnectionTrait,
    account_id: Uuid,
    ids: &[Uuid],
    reason: &str,
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, DbErr> {
    let ended = session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(now))
        .col_expr(session::Column::EndReason, Expr::value(reason))
        .filter(session::Column::AccountId.eq(account_id))
        .filter(session::Column::Id.is_in(ids.iter().copied()))
        .filter(session::Column::EndedAt.is_null())
        .exec_with_returning(transaction)
        .await?;
    Ok(ended.into_iter().map(|session| session.id).collect())
}

/// Holds a live session's row and notes that it was seen; `None`: it has ended or run out.
pub async fn touch(
    transaction: &impl ConnectionTrait,
    id: Uuid,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Option<session::Model>, DbErr> {
    let touched = session::Entity::update_many()
        .col_expr(session::Column::LastSeenOn, Expr::value(today))
        .filter(session::Column::Id.eq(id))
        .filter(session::Column::EndedAt.is_null())
        .filter(session::Column::IdleUntilAt.gt(now))
        .filter(session::Column::ExpiresAt.gt(now))
        .exec_with_returning(transaction)
        .await?;
    Ok(touched.into_iter().next())
}

pub async fn extend(
    transaction: &impl ConnectionTrait,
    id: Uuid,
    idle_until: DateTime<Utc>,
) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::IdleUntilAt, Expr::value(idle_until))
        .filter(session::Column::Id.eq(id))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Notes that a factor was shown again.
pub async fn refresh_authentication(
    transaction: &impl ConnectionTrait,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::AuthenticatedAt, Expr::value(now))
        .filter(session::Column::Id.eq(id))
        .exec(transaction)
        .await
        .map(|_| ())
}

pub async fn insert_token(
    transaction: &impl ConnectionTrait,
    token: refresh_token::Model,
) -> Result<(), DbErr> {
    refresh_token::Entity::insert(refresh_token::ActiveModel::from(token))
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

pub async fn find_token(
    connection: &impl ConnectionTrait,
    token_hash: &str,
) -> Result<Option<refresh_token::Model>, DbErr> {
    refresh_token::Entity::find()
        .filter(refresh_token::Column::TokenHash.eq(token_hash))
        .one(connection)
        .await
}

/// The successor of a token that was not taken back.
pub async fn find_successor(
    connection: &impl ConnectionTrait,
    token: &refresh_token::Model,
) -> Result<Option<refresh_token::Model>, DbErr> {
    refresh_token::Entity::find()
        .filter(refresh_token::Column::SessionId.eq(token.session_id))
        .filter(refresh_token::Column::ParentId.eq(token.id))
        .filter(refresh_token::Column::RevokedAt.is_null())
        .one(connection)
        .await
}

pub async fn mark_token_used(
    transaction: &impl ConnectionTrait,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::UsedAt, Expr::value(now))
        .filter(refresh_token::Column::Id.eq(id))
        .exec(transaction)
        .await
        .map(|_| ())
}

pub async fn take_token_back(
    transaction: &impl ConnectionTrait,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::RevokedAt, Expr::value(now))
        .filter(refresh_token::Column::Id.eq(id))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Throws away sessions that ended or ran out before that instant, with their tokens.
pub async fn forget_old(
    connection: &impl ConnectionTrait,
    before: DateTime<Utc>,
) -> Result<(), DbErr> {
    session::Entity::delete_many()
        .filter(session::Column::ExpiresAt.lt(before))
        .exec(connection)
        .await?;
    session::Entity::delete_many()
        .filter(session::Column::EndedAt.lt(before))
        .exec(connection)
        .await
        .map(|_| ())
}
