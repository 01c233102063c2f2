//! A copy of everything that is kept of somebody, for a day.

use sea_orm::entity::prelude::*;

use crate::enums::ExportState;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "data_export")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub state: ExportState,
    /// A ZIP archive, sealed under the person's key.
    pub archive: Option<Vec<u8>>,
    pub created_at: DateTimeUtc,
    pub ready_at: Option<DateTimeUtc>,
    pub expires_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
