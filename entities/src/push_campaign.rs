//! A message to many, with who gets it and when.

use sea_orm::entity::prelude::*;

use crate::enums::{PushCampaignKind, PushCampaignState, PushPriority};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "push_campaign")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// A second campaign with the same key is not written.
    pub campaign_key: String,
    /// SHA-256 of what it was created from, by which a repeated creation is told.
    pub creation_digest: Option<String>,
    pub kind: PushCampaignKind,
    pub state: PushCampaignState,
    /// To the devices of whoever made it, whatever the hour.
    pub is_test: bool,
    pub organisation_id: Uuid,
    pub content_id: Option<Uuid>,
    pub title: String,
    pub body: String,
    pub link: Option<String>,
    pub image_url: Option<String>,
    pub priority: PushPriority,
    pub audience: Json,
    pub not_before_at: Option<DateTimeUtc>,
    /// From then on nothing of it is sent.
    pub expires_at: DateTimeUtc,
    /// The last device that was there when planning began.
    pub snapshot_id: Option<i64>,
    /// Devices up to this one are in chunks.
    pub planned_through: i64,
    pub planned_at: Option<DateTimeUtc>,
    /// Of whoever plans it.
    pub leased_until_at: Option<DateTimeUtc>,
    pub fence: i64,
    pub started_at: Option<DateTimeUtc>,
    pub finished_at: Option<DateTimeUtc>,
    pub failure: Option<String>,
    pub created_by_id: Option<Uuid>,
    pub approved_by_id: Option<Uuid>,
    pub approved_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
