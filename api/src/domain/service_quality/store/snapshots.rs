//! Months as they were frozen; nothing here rewrites one.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{service_quality_frozen_month, service_quality_month, service_quality_snapshot};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, Iterable, QueryFilter, QuerySelect,
    sea_query::{OnConflict, Query},
};

/// The oldest month of which anything is counted.
pub async fn find_first_month(
    connection: &impl ConnectionTrait,
) -> Result<Option<NaiveDate>, DbErr> {
    let first: Option<Option<NaiveDate>> = service_quality_month::Entity::find()
        .select_only()
        .column_as(service_quality_month::Column::Month.min(), "first")
        .into_tuple()
        .one(connection)
        .await?;
    Ok(first.flatten())
}

/// The months of a period that are frozen, by their first days.
pub async fn list_frozen(
    connection: &impl ConnectionTrait,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Vec<NaiveDate>, DbErr> {
    use service_quality_frozen_month::Column;
    service_quality_frozen_month::Entity::find()
        .select_only()
        .column(Column::Month)
        .filter(Column::Month.between(first, last))
        .into_tuple()
        .all(connection)
        .await
}

/// Takes a month for freezing; `false`: it is frozen. Of several at once, all but the first wait here
/// until that one is committed.
pub async fn mark_frozen(
    transaction: &impl ConnectionTrait,
    month: NaiveDate,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    use service_quality_frozen_month::{ActiveModel, Column, Entity};
    let mark = ActiveModel {
        month: Set(month),
        frozen_at: Set(now),
    };
    let marked = Entity::insert(mark)
        .on_conflict(OnConflict::column(Column::Month).do_nothing().to_owned())
        .exec_without_returning(transaction)
        .await?;
    Ok(marked > 0)
}

/// Copies all cells of a month as they are, and returns how many they were.
pub async fn copy_month(
    transaction: &impl ConnectionTrait,
    month: NaiveDate,
) -> Result<u64, DbErr> {
    use service_quality_month::Column;
    let cells = Query::select()
        .columns(Column::iter())
        .from(service_quality_month::Entity)
        .and_where(Column::Month.eq(month))
        .to_owned();
    let mut copying = Query::insert();
    copying
        .into_table(service_quality_snapshot::Entity)
        // The same columns in the same order.
        .columns(Column::iter())
        .select_from(cells)
        .map_err(|cause| DbErr::Custom(cause.to_string()))?;
    let copied = transaction.execute(&copying).await?;
    Ok(copied.rows_affected())
}
