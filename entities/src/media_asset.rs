//! A picture, of which `/media` serves variants on the fixed ladder of widths.

use sea_orm::entity::prelude::*;

use crate::enums::ImageFormat;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "media_asset")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub format: ImageFormat,
    /// SHA-256 of the largest variant; part of the address, which therefore never changes its bytes.
    pub checksum: String,
    pub width: i32,
    pub height: i32,
    pub alt: String,
    pub blur_hash: String,
    pub credit: Option<String>,
    pub is_demo: bool,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
