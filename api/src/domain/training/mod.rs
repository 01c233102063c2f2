//! Training: courses, their sessions, who has registered, who came, and what they got for it.
//!
//! A course is content and a session reference data; staff keep both at their own desks, `editing` and
//! `reference`, which call what is here. Who is registered is written under the session's lock alone,
//! so that its seats and the order of those who wait are exact. Others may load a course or a session
//! by its id, publish through [`insert_course`], and ask what is kept of somebody.

mod attending;
mod calendar;
mod certificate;
mod feedback;
mod loaders;
mod mutation;
mod own_data;
mod programme;
mod query;
mod registering;
mod rules;
mod sharing;
mod staffing;
mod store;
mod telling;
mod types;
mod viewing;

use sea_orm::{ConnectionTrait, DbErr};

pub use calendar::find_calendar;
pub use loaders::{CourseById, SessionById};
pub use mutation::TrainingMutation;
pub use own_data::{erase, personal_data};
pub use programme::{CourseMaterial, CourseModule};
pub use query::{TrainingQuery, ViewerTraining};
pub use registering::{TAG, fill_free_seats};
pub use store::registrations::count_ever as count_registrations;
pub use store::sessions::{
    count_of_organisation as count_sessions_of_organisation, delete as delete_session,
    insert as insert_session, list_targets as list_session_targets,
    replace_targets as replace_session_targets,
};
pub use store::{
    CourseSummary, NewCourse, course_exists, delete_course, find_course, insert_course,
    list_searchable, replace_course,
};
pub use telling::{remind_of_sessions, tell_of_cancellation, tell_of_move};
pub use types::{
    CertificateKind, Course, CourseFormat, CourseLevel, TrainingErrorCode, TrainingSession,
};

/// Tells caches that somebody's seat came free: the last statement of the transaction that erased them.
///
/// # Errors
/// Whatever the driver reports; the caller rolls back.
pub async fn tell_readers(transaction: &impl ConnectionTrait) -> Result<(), DbErr> {
    crate::infra::db::bump_generation(transaction, TAG).await
}
