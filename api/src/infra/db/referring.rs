//! Walking what refers to something.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, Iterable, PrimaryKeyToColumn, QueryFilter,
    QueryOrder, QuerySelect,
};
use uuid::Uuid;

/// A stretch of rows in the order of their ids: behind one, and how many at most.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    /// `None`: from the first on.
    pub after: Option<Uuid>,
    pub limit: u64,
}

/// The ids of rows whose column holds that id. Of a table that links two things the first key is meant.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_referring<E: EntityTrait>(
    connection: &impl ConnectionTrait,
    column: E::Column,
    id: Uuid,
    stretch: Stretch,
) -> Result<Vec<Uuid>, DbErr> {
    let Some(key) = E::PrimaryKey::iter().next() else {
        return Ok(Vec::new());
    };
    let key = key.into_column();
    let mut select = E::find()
        .select_only()
        .column(key)
        .filter(column.eq(id))
        .order_by_asc(key)
        .limit(stretch.limit);
    if let Some(after) = stretch.after {
        select = select.filter(key.gt(after));
    }
    select.into_tuple().all(connection).await
}
