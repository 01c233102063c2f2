//! A published article: exactly what readers see.

use sea_orm::entity::prelude::*;

use crate::enums::NewsKind;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "news_article")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub slug: String,
    pub organisation_id: Uuid,
    pub category_id: Uuid,
    pub audience_id: Uuid,
    pub revision: i32,
    pub kind: NewsKind,
    pub headline: String,
    pub lead: String,
    pub body: Json,
    pub body_html: String,
    pub plain_text: String,
    pub cover_id: Option<Uuid>,
    pub video: Option<Json>,
    pub has_video: bool,
    pub source_name: Option<String>,
    pub source_url: Option<String>,
    pub share_text: Option<String>,
    pub correction_text: Option<String>,
    pub corrected_at: Option<DateTimeUtc>,
    pub pinned_until_at: Option<DateTimeUtc>,
    pub is_urgent: bool,
    pub reading_time_seconds: i32,
    pub is_demo: bool,
    pub published_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub unpublish_at: Option<DateTimeUtc>,
    #[sea_orm(belongs_to, from = "organisation_id", to = "id")]
    pub organisation: BelongsTo<super::organisation::Entity>,
    #[sea_orm(belongs_to, from = "category_id", to = "id")]
    pub category: BelongsTo<super::news_category::Entity>,
    #[sea_orm(belongs_to, from = "cover_id", to = "id")]
    pub cover: BelongsTo<Option<super::media_asset::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
