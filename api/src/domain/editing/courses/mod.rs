//! Courses as their editors have them. Their sessions are reference data.

mod document;
mod input;
mod kind;
mod mutation;
mod preview;
mod problems;
mod types;

pub use document::CourseDocument;
pub use kind::COURSES;
pub use mutation::CourseEditing;
pub use types::CourseDraft;
