//! Reports on their way to whoever answers for a service.

use std::collections::HashMap;

use entities::service_report_escalation::{self, Column};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

use crate::infra::db::overwrite_row;

pub async fn find_of(
    connection: &impl ConnectionTrait,
    report_id: Uuid,
) -> Result<Option<service_report_escalation::Model>, DbErr> {
    service_report_escalation::Entity::find()
        .filter(Column::ReportId.eq(report_id))
        .one(connection)
        .await
}

/// Those of these reports that were taken on, by the report.
pub async fn list_of(
    connection: &impl ConnectionTrait,
    report_ids: &[Uuid],
) -> Result<HashMap<Uuid, service_report_escalation::Model>, DbErr> {
    if report_ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = service_report_escalation::Entity::find()
        .filter(Column::ReportId.is_in(report_ids.iter().copied()))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| (row.report_id, row)).collect())
}

pub async fn insert(
    transaction: &impl ConnectionTrait,
    row: service_report_escalation::Model,
) -> Result<(), DbErr> {
    service_report_escalation::Entity::insert(row.into_active_model())
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

pub async fn update(
    transaction: &impl ConnectionTrait,
    row: service_report_escalation::Model,
) -> Result<(), DbErr> {
    overwrite_row(transaction, row).await
}
