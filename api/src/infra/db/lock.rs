//! Holding a row, or a name that no row has yet, until the transaction ends.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, Iterable,
    PrimaryKeyToColumn, QueryFilter, Statement, sea_query::Expr,
};
use uuid::Uuid;

/// Holds the row of that id until the transaction ends, and reads it; `None`: there is none.
///
/// An UPDATE that changes nothing: it locks the row on PostgreSQL, and as the first statement of a
/// transaction it takes SQLite's write lock, where one that began by reading could not write later.
///
/// # Errors
/// Whatever the driver reports.
pub async fn lock_row<E>(
    transaction: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<E::Model>, DbErr>
where
    E: EntityTrait,
{
    let Some(key) = E::PrimaryKey::iter().next() else {
        return Ok(None);
    };
    let key = key.into_column();
    let locked = E::update_many()
        .col_expr(key, Expr::value(id))
        .filter(key.eq(id))
        .exec_with_returning(transaction)
        .await?;
    Ok(locked.into_iter().next())
}

/// Holds a name until the transaction ends: whoever else holds it waits, and then sees what was done.
///
/// Whoever holds several asks for them in one order, sorted, or two would wait for each other. SQLite has
/// one writer at a time: a transaction that has written already is alone.
///
/// # Errors
/// Whatever the driver reports; an outage where the name is not let go in time.
pub async fn lock_name(transaction: &impl ConnectionTrait, name: &str) -> Result<(), DbErr> {
    if transaction.get_database_backend() != DatabaseBackend::Postgres {
        return Ok(());
    }
    let statement = Statement::from_sql_and_values(
        DatabaseBackend::Postgres,
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
        [name.into()],
    );
    transaction.execute_raw(statement).await.map(|_| ())
}
