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
    /// Whose staff may use and change it; none: the demo content's.
    pub organisation_id: Option<Uuid>,
    /// The pseudonym of who uploaded it.
    pub uploaded_by: Option<String>,
    /// SHA-256 of the file as it came, by which a repeated upload is told.
    pub source_checksum: Option<String>,
    /// Of the file as it came.
    pub bytes: i64,
    pub original_name: Option<String>,
    pub version: i32,
    /// When its texts were last changed; none: never.
    pub updated_at: Option<DateTimeUtc>,
    /// Since when upkeep has found it shown nowhere; none: it is shown, or nobody has looked yet.
    pub unused_since_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
