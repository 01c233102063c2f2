//! What a union recommends about a service, to activists or to all.

use sea_orm::entity::prelude::*;

use crate::enums::{RecommendationAudience, RecommendationMetric};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recommendation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organisation_id: Uuid,
    pub guide_id: Option<Uuid>,
    pub metric: Option<RecommendationMetric>,
    pub audience: RecommendationAudience,
    pub title: String,
    /// Markdown, as staff wrote it.
    pub source: String,
    pub body: Json,
    pub body_html: String,
    pub plain_text: String,
    pub creation_digest: String,
    pub published_at: Option<DateTimeUtc>,
    /// Since then readers do not see it any more.
    pub withdrawn_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
