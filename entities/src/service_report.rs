//! What somebody met with when they asked the state for a service. Whose it is nobody can read here.

use sea_orm::entity::prelude::*;

use crate::enums::{
    HelpedBy, Okrug, PushPlatform, RefusalReason, ReportModeration, ServiceOutcome,
    ServiceReportChannel, TermMeasure,
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_report")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub guide_id: Uuid,
    /// The published revision that the author had before them.
    pub guide_revision: i32,
    /// The author's pseudonym for this purpose, by a key that is kept outside the database.
    pub author: String,
    /// The client's own key: the same one gets the same report, for ever.
    pub client_key: Uuid,
    /// A keyed hash of the input, by which another report under the same key is told. Without the key a
    /// telephone that was taken out of the comment could be tried out.
    pub input_digest: String,
    pub channel: ServiceReportChannel,
    pub submitted_on: Date,
    pub outcome: ServiceOutcome,
    pub finished_on: Option<Date>,
    pub is_online_first: bool,
    pub is_fully_online: bool,
    pub visits: i32,
    pub queue_minutes: Option<i32>,
    pub has_extra_documents: bool,
    /// One bit a problem, as `api` numbers them.
    pub problems: i32,
    pub is_refusal_explained: Option<bool>,
    pub refusal_reason: Option<RefusalReason>,
    /// Ratings are 1 to 5.
    pub rating_overall: Option<i16>,
    pub rating_information: Option<i16>,
    pub rating_forms: Option<i16>,
    pub rating_speed: Option<i16>,
    pub rating_convenience: Option<i16>,
    pub rating_result: Option<i16>,
    pub is_guide_matched: Option<bool>,
    pub helped_by: HelpedBy,
    /// An activist tells of somebody whom they helped, and may do so more than once in thirty days.
    pub is_for_another: bool,
    pub paid_kopecks: Option<i64>,
    pub platform: Option<PushPlatform>,
    pub okrug: Option<Okrug>,
    /// Without personal data, as far as a program can tell; shown to nobody but moderators.
    pub comment: Option<String>,
    /// The official term for the channel when the report came, in `term_unit`.
    pub term_norm: Option<i32>,
    pub term_unit: Option<TermMeasure>,
    /// How long it took, in `term_unit`.
    pub term_taken: Option<i32>,
    pub moderation: ReportModeration,
    pub duplicate_of_id: Option<Uuid>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub moderated_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
