//! One-time codes that were sent, and how often identifiers failed.

use chrono::{DateTime, Utc};
use entities::{identifier_guard, sign_in_challenge};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait,
    QueryFilter, QueryOrder, QuerySelect, sea_query::Expr, sea_query::OnConflict,
};
use uuid::Uuid;

use crate::domain::accounts::rules::{MOST_ATTEMPTS, Tries};

/// Holds an identifier's row until the transaction ends, so that one challenge lives at a time, and
/// notes that it was needed.
pub async fn lock_identifier(
    transaction: &impl ConnectionTrait,
    identifier_lookup: &str,
    now: DateTime<Utc>,
) -> Result<identifier_guard::Model, DbErr> {
    use identifier_guard::Column;
    let first = identifier_guard::ActiveModel {
        identifier_lookup: Set(identifier_lookup.into()),
        consecutive_failures: Set(0),
        waits_until_at: Set(None),
        touched_at: Set(Some(now)),
    };
    identifier_guard::Entity::insert(first)
        .on_conflict(
            OnConflict::column(Column::IdentifierLookup)
                .update_column(Column::TouchedAt)
                .to_owned(),
        )
        .exec_with_returning(transaction)
        .await
}

/// Writes how often an identifier failed in a row, and until when it has to wait.
pub async fn set_guard(
    transaction: &impl ConnectionTrait,
    identifier_lookup: &str,
    consecutive_failures: i32,
    waits_until: Option<DateTime<Utc>>,
) -> Result<(), DbErr> {
    use identifier_guard::Column;
    identifier_guard::Entity::update_many()
        .col_expr(
            Column::ConsecutiveFailures,
            Expr::value(consecutive_failures),
        )
        .col_expr(Column::WaitsUntilAt, Expr::value(waits_until))
        .filter(Column::IdentifierLookup.eq(identifier_lookup))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// The challenge of an identifier that can still be answered.
pub async fn find_live(
    connection: &impl ConnectionTrait,
    identifier_lookup: &str,
    now: DateTime<Utc>,
) -> Result<Option<sign_in_challenge::Model>, DbErr> {
    use sign_in_challenge::Column;
    sign_in_challenge::Entity::find()
        .filter(Column::IdentifierLookup.eq(identifier_lookup))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .filter(Column::Attempts.lt(MOST_ATTEMPTS))
        .order_by_desc(Column::CreatedAt)
        .one(connection)
        .await
}

pub async fn insert(
    transaction: &impl ConnectionTrait,
    challenge: sign_in_challenge::Model,
) -> Result<(), DbErr> {
    sign_in_challenge::Entity::insert(sign_in_challenge::ActiveModel::from(challenge))
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

/// Replaces the code of a challenge. The attempts stay counted.
pub async fn replace_code(
    transaction: &impl ConnectionTrait,
    challenge: &sign_in_challenge::Model,
) -> Result<(), DbErr> {
    use sign_in_challenge::Column;
    sign_in_challenge::Entity::update_many()
        .col_expr(Column::CodeMac, Expr::value(challenge.code_mac.clone()))
        .col_expr(Column::Sends, Expr::value(challenge.sends))
        .col_expr(
            Column::ResendAfterAt,
            Expr::value(challenge.resend_after_at),
        )
        .col_expr(Column::ExpiresAt, Expr::value(challenge.expires_at))
        .filter(Column::Id.eq(challenge.id))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Takes one attempt, in one statement: however many come at once, no more than five get through.
pub async fn take_attempt(
    transaction: &impl ConnectionTrait,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<sign_in_challenge::Model>, DbErr> {
    use sign_in_challenge::Column;
    let taken = sign_in_challenge::Entity::update_many()
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .filter(Column::Id.eq(id))
        .filter(Column::Attempts.lt(MOST_ATTEMPTS))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .exec_with_returning(transaction)
        .await?;
    Ok(taken.into_iter().next())
}

/// What was tried at codes that can still be answered, or could have been.
pub async fn recent_tries(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<Tries, DbErr> {
    use sign_in_challenge::Column;
    let sums: Option<(Option<i64>, i64)> = sign_in_challenge::Entity::find()
        .select_only()
        .column_as(Column::Attempts.sum(), "attempts")
        .column_as(Column::UsedAt.count(), "used")
        .filter(Column::ExpiresAt.gt(now))
        .into_tuple()
        .one(connection)
        .await?;
    let (all, right) = sums.unwrap_or_default();
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    Ok(Tries {
        all: count(all.unwrap_or_default()),
        right: count(right),
    })
}

/// Notes that the right code came; it works once.
pub async fn mark_used(
    transaction: &impl ConnectionTrait,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use sign_in_challenge::Column;
    sign_in_challenge::Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Throws away the guards of identifiers that nobody has needed since that instant. Where failures
/// stand, they stand: a guard that is forgotten would be a row of tries given back.
pub async fn forget_idle_guards(
    connection: &impl ConnectionTrait,
    before: DateTime<Utc>,
) -> Result<(), DbErr> {
    use identifier_guard::Column;
    let is_idle = Condition::any()
        .add(Column::TouchedAt.is_null())
        .add(Column::TouchedAt.lt(before));
    identifier_guard::Entity::delete_many()
        .filter(Column::ConsecutiveFailures.eq(0))
        .filter(is_idle)
        .exec(connection)
        .await
        .map(|_| ())
}

/// Throws away challenges that ran out before that instant.
pub async fn forget_old(
    connection: &impl ConnectionTrait,
    before: DateTime<Utc>,
) -> Result<(), DbErr> {
    sign_in_challenge::Entity::delete_many()
        .filter(sign_in_challenge::Column::ExpiresAt.lt(before))
        .exec(connection)
        .await
        .map(|_| ())
}
