//! Whether a guide was of use to somebody; nobody stands behind it.

use sea_orm::entity::prelude::*;

use crate::enums::GuideOpinionReason;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "guide_opinion")]
pub struct Model {
    /// Invented by the client for this opinion alone.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub guide_id: Uuid,
    /// What was read.
    pub revision: i32,
    pub is_useful: bool,
    pub reason: Option<GuideOpinionReason>,
    /// Scrubbed of whatever could say who wrote it.
    pub comment: Option<String>,
    /// A keyed hash by which a second opinion of the same day is told; forgotten when the day is over.
    pub voter: Option<String>,
    pub voter_ends_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
