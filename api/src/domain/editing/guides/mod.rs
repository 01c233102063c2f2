//! Guides as their editors have them, and what keeps them true: who checked them, and until when.

mod concerns;
mod confirmation;
mod document;
mod input;
mod kind;
mod mutation;
mod parts;
mod passport_input;
mod preview;
mod problems;
mod query;
mod reminding;
mod rules;
mod types;

pub use document::{Alert, GuideDocument};
pub use kind::GUIDES;
pub use mutation::GuideEditing;
pub use query::{ReviewList, list_for_review};
pub use reminding::{REMIND_JOB, remind_handler, remind_of_overdue};
pub use types::ServiceGuideDraft;
