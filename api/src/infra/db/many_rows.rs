//! Writing many rows of a table, a hundred in a statement.

use sea_orm::{
    ConnectionTrait, DbErr, EntityTrait, IdenStatic, IntoActiveModel, Iterable, PrimaryKeyToColumn,
    sea_query::OnConflict,
};

/// The widest table has 45 columns: far below what either database binds at most.
const ROWS_A_STATEMENT: usize = 100;

/// Writes new rows, and returns how many.
///
/// # Errors
/// Whatever the driver reports, a row that is there included.
pub async fn insert_rows<E>(
    transaction: &impl ConnectionTrait,
    rows: Vec<E::Model>,
) -> Result<u64, DbErr>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let written = rows.len() as u64;
    for statement in statements::<E>(rows) {
        E::insert_many(statement)
            .exec_without_returning(transaction)
            .await?;
    }
    Ok(written)
}

/// Writes rows; of one that is there, every column but its key and those `kept` is written over.
///
/// # Errors
/// Whatever the driver reports.
pub async fn upsert_rows<E>(
    transaction: &impl ConnectionTrait,
    rows: Vec<E::Model>,
    kept: &[E::Column],
) -> Result<(), DbErr>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let keys: Vec<E::Column> = E::PrimaryKey::iter()
        .map(PrimaryKeyToColumn::into_column)
        .collect();
    let stays = |column: &E::Column| {
        let mut staying = keys.iter().chain(kept);
        staying.any(|one| one.as_str() == column.as_str())
    };
    let written: Vec<E::Column> = E::Column::iter().filter(|column| !stays(column)).collect();
    for statement in statements::<E>(rows) {
        let over = OnConflict::columns(keys.iter().copied())
            .update_columns(written.iter().copied())
            .to_owned();
        E::insert_many(statement)
            .on_conflict(over)
            .exec_without_returning(transaction)
            .await?;
    }
    Ok(())
}

fn statements<E>(rows: Vec<E::Model>) -> Vec<Vec<E::ActiveModel>>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let mut rest: Vec<E::ActiveModel> = rows
        .into_iter()
        .map(IntoActiveModel::into_active_model)
        .collect();
    let mut statements = Vec::new();
    while !rest.is_empty() {
        let behind = rest.split_off(rest.len().min(ROWS_A_STATEMENT));
        statements.push(std::mem::replace(&mut rest, behind));
    }
    statements
}
