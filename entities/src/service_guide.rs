//! A published guide: exactly what readers see.

use sea_orm::entity::prelude::*;

use crate::enums::{ServiceLevel, ServicePortal};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_guide")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub slug: String,
    pub organisation_id: Uuid,
    pub category_id: Uuid,
    pub audience_id: Uuid,
    pub revision: i32,
    pub title: String,
    pub short_title: String,
    /// The title to sort by: lower case, ё as е.
    pub sort_key: String,
    pub summary: String,
    pub portal: ServicePortal,
    pub level: ServiceLevel,
    pub authority: String,
    pub official_url: String,
    pub alert_text: Option<String>,
    pub alert_until_at: Option<DateTimeUtc>,
    /// `false`: nobody of the federation has checked it; readers are warned.
    pub is_verified: bool,
    pub checked_at: Option<DateTimeUtc>,
    pub checked_by: Option<String>,
    pub next_review_at: Date,
    /// Documents, steps, channels, costs … as `api` writes and reads them whole.
    pub passport: Json,
    pub plain_text: String,
    pub is_demo: bool,
    pub published_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    #[sea_orm(belongs_to, from = "organisation_id", to = "id")]
    pub organisation: BelongsTo<super::organisation::Entity>,
    #[sea_orm(belongs_to, from = "category_id", to = "id")]
    pub category: BelongsTo<super::guide_category::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
