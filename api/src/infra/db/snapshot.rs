//! Reading everything as it stood at one moment.

use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseBackend, DatabaseTransaction, DbErr, IsolationLevel,
    TransactionTrait,
};

use super::Database;

/// Files are copied between two statements, and nobody waits for an answer.
const NO_LIMITS: [&str; 2] = [
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
];

/// Begins a transaction that only reads and sees the database as it is now, however long it takes.
///
/// On SQLite that is what every reader's transaction does, from its first statement on.
///
/// # Errors
/// Whatever the driver reports.
pub async fn begin_snapshot(database: &Database) -> Result<DatabaseTransaction, DbErr> {
    let reader = database.reader();
    if reader.get_database_backend() != DatabaseBackend::Postgres {
        return reader.begin().await;
    }
    let snapshot = reader
        .begin_with_config(
            Some(IsolationLevel::RepeatableRead),
            Some(AccessMode::ReadOnly),
        )
        .await?;
    for limit in NO_LIMITS {
        snapshot.execute_unprepared(limit).await?;
    }
    Ok(snapshot)
}
