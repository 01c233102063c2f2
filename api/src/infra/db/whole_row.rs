//! Writing and taking away by an id, whatever the table.

use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    IntoActiveModel, Iterable, PrimaryKeyToColumn, QueryFilter, sea_query::Expr,
};
use uuid::Uuid;

/// Writes every column of a row that is there.
///
/// # Errors
/// Whatever the driver reports.
pub async fn overwrite_row<M, A>(transaction: &impl ConnectionTrait, row: M) -> Result<(), DbErr>
where
    M: IntoActiveModel<A>,
    A: ActiveModelTrait + ActiveModelBehavior + Send,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
{
    row.into_active_model()
        .reset_all()
        .update(transaction)
        .await
        .map(|_| ())
}

/// Takes the row of that id away, if it is there.
///
/// # Errors
/// Whatever the driver reports.
pub async fn delete_row<E: EntityTrait>(
    transaction: &impl ConnectionTrait,
    id: Uuid,
) -> Result<(), DbErr> {
    let Some(key) = E::PrimaryKey::iter().next() else {
        return Ok(());
    };
    E::delete_many()
        .filter(key.into_column().eq(id))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Whether another row than that has this value in that column.
///
/// # Errors
/// Whatever the driver reports.
pub async fn is_taken_by_another<E: EntityTrait>(
    connection: &impl ConnectionTrait,
    column: E::Column,
    value: &str,
    own_id: Uuid,
) -> Result<bool, DbErr> {
    let Some(key) = E::PrimaryKey::iter().next() else {
        return Ok(false);
    };
    let another = E::find()
        .filter(column.eq(value))
        .filter(key.into_column().ne(own_id))
        .one(connection)
        .await?;
    Ok(another.is_some())
}

/// Takes an id out of a column that may be empty, wherever it stands there.
///
/// # Errors
/// Whatever the driver reports.
pub async fn forget_id<E: EntityTrait>(
    transaction: &impl ConnectionTrait,
    column: E::Column,
    id: Uuid,
) -> Result<(), DbErr> {
    E::update_many()
        .col_expr(column, Expr::value(None::<Uuid>))
        .filter(column.eq(id))
        .exec(transaction)
        .await
        .map(|_| ())
}
