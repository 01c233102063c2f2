//! What a guide's official page answered when it was last asked for.

use sea_orm::entity::prelude::*;

use crate::enums::GuideProbeResult;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "guide_probe")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub guide_id: Uuid,
    pub url: String,
    /// In Moscow.
    pub checked_on: Date,
    pub checked_at: DateTimeUtc,
    pub result: GuideProbeResult,
    pub status: Option<i32>,
    /// Where it sends its readers on to.
    pub location: Option<String>,
    pub etag: Option<String>,
    /// SHA-256 of the words that the guide was last known to agree with.
    pub fingerprint: Option<String>,
    /// Another one that was seen last; seen twice in a row, it takes that one's place.
    pub candidate: Option<String>,
    /// Days in a row without an answer.
    pub failures: i32,
}

impl ActiveModelBehavior for ActiveModel {}
