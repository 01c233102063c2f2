//! A batch of readers' events that was counted, so that its repetition is not.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_batch")]
pub struct Model {
    /// Invented by the client for this batch alone.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: Uuid,
    pub received_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
