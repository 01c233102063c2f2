//! Why a campaign's message did not get to a device.

use sea_orm::entity::prelude::*;

use crate::enums::PushResultKind;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "push_result")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub campaign_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub device_id: i64,
    pub kind: PushResultKind,
    /// A short word of ours, never of a provider's text.
    pub reason: String,
    pub happened_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
