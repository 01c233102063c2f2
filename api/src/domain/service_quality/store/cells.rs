//! Cells of the present, as counting writes them.

use chrono::NaiveDate;
use entities::service_quality_month::{self, Column};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{
    super::rules::{Cell, Section},
    keys::{cell_of, row_of, section_name},
};
use crate::infra::db::insert_rows;

/// The cells of these guides in a month.
pub async fn list_of_guides(
    connection: &impl ConnectionTrait,
    month: NaiveDate,
    guide_ids: &[Uuid],
) -> Result<Vec<Cell>, DbErr> {
    let rows = service_quality_month::Entity::find()
        .filter(Column::Month.eq(month))
        .filter(Column::Section.eq(section_name(Section::Guide)))
        .filter(Column::SubjectId.is_in(guide_ids.iter().copied()))
        .all(connection)
        .await?;
    rows.into_iter().map(cell_of).collect()
}

/// All cells of a month.
pub async fn list_of_month(
    connection: &impl ConnectionTrait,
    month: NaiveDate,
) -> Result<Vec<Cell>, DbErr> {
    let rows = service_quality_month::Entity::find()
        .filter(Column::Month.eq(month))
        .all(connection)
        .await?;
    rows.into_iter().map(cell_of).collect()
}

/// The months of which anything is counted.
pub async fn list_months(connection: &impl ConnectionTrait) -> Result<Vec<NaiveDate>, DbErr> {
    service_quality_month::Entity::find()
        .select_only()
        .column(Column::Month)
        .distinct()
        .into_tuple()
        .all(connection)
        .await
}

/// Puts these in the place of what these guides had in a month.
pub async fn replace_of_guides(
    transaction: &impl ConnectionTrait,
    month: NaiveDate,
    guide_ids: &[Uuid],
    cells: &[Cell],
) -> Result<(), DbErr> {
    service_quality_month::Entity::delete_many()
        .filter(Column::Month.eq(month))
        .filter(Column::Section.eq(section_name(Section::Guide)))
        .filter(Column::SubjectId.is_in(guide_ids.iter().copied()))
        .exec(transaction)
        .await?;
    insert(transaction, cells).await
}

/// Puts these in the place of a month's cells of many guides.
pub async fn replace_of_many(
    transaction: &impl ConnectionTrait,
    month: NaiveDate,
    cells: &[Cell],
) -> Result<(), DbErr> {
    service_quality_month::Entity::delete_many()
        .filter(Column::Month.eq(month))
        .filter(Column::Section.ne(section_name(Section::Guide)))
        .exec(transaction)
        .await?;
    insert(transaction, cells).await
}

async fn insert(transaction: &impl ConnectionTrait, cells: &[Cell]) -> Result<(), DbErr> {
    let rows = cells.iter().map(row_of).collect::<Result<Vec<_>, _>>()?;
    insert_rows::<service_quality_month::Entity>(transaction, rows)
        .await
        .map(|_| ())
}
