//! A session of a course: when, where, for whom, and how many have a seat.

use sea_orm::entity::prelude::*;

use crate::enums::TrainingSessionState;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "training_session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub course_id: Uuid,
    /// Whose staff hold it.
    pub organisation_id: Uuid,
    pub starts_at: DateTimeUtc,
    pub ends_at: DateTimeUtc,
    pub place: Option<String>,
    /// Where it is held online: for those who have a seat.
    pub online_url: Option<String>,
    /// Names of whoever teaches.
    pub trainers: Json,
    pub seats: i32,
    /// Registrations with a seat. Written under the row's lock only.
    pub seated: i32,
    /// Registrations that wait for one. Written under the row's lock only.
    pub waiting: i32,
    /// The last number that was given in the order of registering.
    pub last_ticket: i64,
    pub registration_opens_at: DateTimeUtc,
    pub registration_closes_at: DateTimeUtc,
    /// Whether only somebody whose membership holds may register.
    pub is_for_members: bool,
    pub state: TrainingSessionState,
    pub cancel_reason: Option<String>,
    /// How often what stands in calendars has changed.
    pub sequence: i32,
    pub is_demo: bool,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
