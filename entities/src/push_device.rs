//! A device as one provider knows it.

use sea_orm::entity::prelude::*;

use crate::enums::{PushPlatform, PushProvider};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "push_device")]
pub struct Model {
    /// Grows; chunks of campaigns are stretches of it.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// As clients know it.
    pub public_id: Uuid,
    /// Keyed hash of the id that the installed app has made for itself.
    pub installation_lookup: String,
    pub provider: PushProvider,
    pub preference_id: Uuid,
    /// None: nobody has signed in on it.
    pub account_id: Option<Uuid>,
    /// Token or endpoint, with the keys of a browser, sealed by the service's key.
    pub address: Vec<u8>,
    /// Keyed hash of the token.
    pub token_lookup: String,
    pub platform: PushPlatform,
    pub app_version: String,
    /// The version as a number that sorts.
    pub app_version_number: i64,
    pub locale: String,
    /// By the IANA's name.
    pub time_zone: String,
    /// Whether messages go to it: of one installation at most one provider rings.
    pub is_ringing: bool,
    pub registered_at: DateTimeUtc,
    pub refreshed_at: DateTimeUtc,
    /// Since when its provider says that it is gone.
    pub dead_at: Option<DateTimeUtc>,
    pub dead_reason: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
