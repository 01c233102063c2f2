//! Something that may happen only so often within a while; kept for a day.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "throttle_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    /// Keyed hash of an identifier or an address.
    pub subject: String,
    pub happened_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
