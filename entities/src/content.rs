//! The edited object behind everything published; readers never see this row.

use sea_orm::entity::prelude::*;

use crate::enums::{ContentKind, ContentState};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "content")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: ContentKind,
    pub slug: String,
    pub organisation_id: Uuid,
    pub audience_id: Uuid,
    pub state: ContentState,
    /// Grows with each edit; an edit that names an older version is a conflict.
    pub version: i64,
    pub published_revision_id: Option<Uuid>,
    pub publish_at: Option<DateTimeUtc>,
    pub unpublish_at: Option<DateTimeUtc>,
    pub first_published_at: Option<DateTimeUtc>,
    pub withdrawal_explanation: Option<String>,
    pub withdrawal_replacement_id: Option<Uuid>,
    /// SHA-256 of what it was created from, by which a repeated creation is told.
    pub creation_digest: Option<String>,
    pub is_demo: bool,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
