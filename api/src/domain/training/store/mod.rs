//! All SQL of courses, their sessions and registrations.

mod catalogue;
pub(super) mod certificates;
mod publishing;
pub(super) mod registrations;
mod searchable;
pub(super) mod sessions;
mod taught;

pub(super) use catalogue::{
    CourseCriteria, CourseParts, CoursePosition, CourseText, count, list, list_by_ids, list_texts,
};
pub use catalogue::{CourseSummary, course_exists, find_course};
pub use publishing::{NewCourse, delete_course, insert_course, replace_course};
pub use searchable::list_searchable;
pub(super) use taught::{Taught, find_taught};
