//! Holding a row until the transaction ends.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, Iterable, PrimaryKeyToColumn, QueryFilter,
    sea_query::Expr,
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
