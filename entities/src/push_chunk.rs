//! A stretch of devices of one provider that a campaign goes to, with how far it is.

use sea_orm::entity::prelude::*;

use crate::enums::{PushChunkState, PushProvider};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "push_chunk")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub campaign_id: Uuid,
    pub number: i32,
    pub provider: PushProvider,
    /// 0 goes before 1.
    pub urgency: i32,
    /// The first and the last device of the stretch.
    pub lo: i64,
    pub hi: i64,
    pub state: PushChunkState,
    pub not_before_at: DateTimeUtc,
    pub leased_until_at: Option<DateTimeUtc>,
    /// Grows with each lease; whoever writes names theirs.
    pub fence: i64,
    /// A bit a device of the stretch, the first device's lowest: who is to get it, for whom that is
    /// settled, and who has got it.
    pub members: Vec<u8>,
    pub done: Vec<u8>,
    pub rung: Vec<u8>,
    /// Of these members, so many …
    pub planned: i32,
    /// … the provider has taken it for …
    pub delivered: i32,
    /// … have a token that is dead …
    pub pruned: i32,
    /// … were refused for good …
    pub refused: i32,
    /// … it came too late for …
    pub expired: i32,
    /// … did not want it by then. Together they are all that were planned.
    pub skipped: i32,
    pub created_at: DateTimeUtc,
    pub finished_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
