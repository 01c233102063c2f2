//! What reports of a month add up to, as far as they have come.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_quality_month")]
pub struct Model {
    /// A guide; in the cells of many guides, the audience that they are for.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject_id: Uuid,
    /// `GUIDE`; of many guides: `ALL`, or the portal that they lead to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub section: String,
    /// `ALL`, an okrug, `NO_OKRUG`, or how people applied.
    #[sea_orm(primary_key, auto_increment = false)]
    pub slice: String,
    /// Its first day in Moscow; reports belong to the month of their application.
    #[sea_orm(primary_key, auto_increment = false)]
    pub month: Date,
    /// Reports that a moderator let count.
    pub reports: i32,
    /// Those that have ended, well or not.
    pub closed: i32,
    /// Applied for online, or first tried so.
    pub online: i32,
    pub online_closed: i32,
    pub online_completed: i32,
    pub completed: i32,
    /// Completed without leaving the net.
    pub fully_online: i32,
    /// With an overall rating.
    pub rated: i32,
    /// Rated 4 or 5.
    pub satisfied: i32,
    pub rating_sum: i32,
    /// With a known term and a known time taken.
    pub timed: i32,
    pub in_time: i32,
    pub refused: i32,
    /// Refused without a stated reason.
    pub unexplained: i32,
    /// Ended, and met with a technical failure.
    pub failed: i32,
    /// Ended, and asked for documents beyond the official list.
    pub extra_documents: i32,
    /// Visits of all reports together.
    pub visits: i32,
    /// Without a visit.
    pub unvisited: i32,
    /// With a visit and a known time in the queue.
    pub queued: i32,
    /// Of 15 minutes at most.
    pub short_queue: i32,
    /// That say whether the guide was right.
    pub answered: i32,
    pub matched: i32,
    pub escalated: i32,
    pub resolved: i32,
    /// How long services took and answers were waited for, as `api` writes and reads it.
    pub distributions: String,
}

impl ActiveModelBehavior for ActiveModel {}
