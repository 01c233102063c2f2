//! Transactions for which nobody waits.

use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseTransaction, DbErr, TransactionTrait};

use super::Database;

/// Twenty times what serving allows: a roster of 100,000 lines does not fit into that.
const LONG_LIMITS: [&str; 2] = [
    "SET LOCAL statement_timeout = '60s'",
    "SET LOCAL idle_in_transaction_session_timeout = '60s'",
];

/// Begins a transaction whose statements may take a minute each.
///
/// PostgreSQL cuts a statement of the serving pool off after three seconds, because somebody waits for
/// its answer. Copying or deleting a whole roster is one statement, for which a job, a command or the
/// upkeep waits. The limits are the transaction's own: they end with it, and the connection goes back to
/// the pool as it was. A lock is still not waited for any longer. SQLite has no such limits.
///
/// # Errors
/// Whatever the driver reports.
pub async fn begin_long(database: &Database) -> Result<DatabaseTransaction, DbErr> {
    let transaction = database.writer().begin().await?;
    if transaction.get_database_backend() == DatabaseBackend::Postgres {
        for limit in LONG_LIMITS {
            transaction.execute_unprepared(limit).await?;
        }
    }
    Ok(transaction)
}
