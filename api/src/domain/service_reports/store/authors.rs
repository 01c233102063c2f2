//! What is asked about authors, who are pseudonyms here.

use entities::{consent, service_report};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, QueryFilter, QueryOrder,
    Statement,
};
use uuid::Uuid;

use crate::infra::db::lock_row;

/// Holds an author until the transaction ends, so that their reports come one after another.
///
/// Not by their account's row: a transaction that writes both it and a report is the same number in
/// PostgreSQL's column `xmin` of both, and so would say whose the report is. SQLite has one writer; a
/// first statement that writes nothing takes its lock.
pub async fn hold(transaction: &impl ConnectionTrait, author: &str) -> Result<(), DbErr> {
    if transaction.get_database_backend() != DatabaseBackend::Postgres {
        lock_row::<service_report::Entity>(transaction, Uuid::nil()).await?;
        return Ok(());
    }
    // Two authors of one key would only wait for each other.
    let digits = author.get(..16).unwrap_or_default();
    let bits = u64::from_str_radix(digits, 16).unwrap_or_default();
    let key = i64::from_be_bytes(bits.to_be_bytes());
    let statement = Statement::from_sql_and_values(
        DatabaseBackend::Postgres,
        "SELECT pg_advisory_xact_lock($1)",
        [key.into()],
    );
    transaction.execute_raw(statement).await.map(|_| ())
}

/// Whether somebody has consented to a purpose, by what they said last.
pub async fn is_consented(
    connection: &impl ConnectionTrait,
    subject: &str,
    purpose: &str,
) -> Result<bool, DbErr> {
    let last = consent::Entity::find()
        .filter(consent::Column::Subject.eq(subject))
        .filter(consent::Column::Purpose.eq(purpose))
        .order_by_desc(consent::Column::DecidedAt)
        .order_by_desc(consent::Column::Id)
        .one(connection)
        .await?;
    Ok(last.is_some_and(|decision| decision.is_granted))
}
