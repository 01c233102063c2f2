//! Editing: staff write, review, schedule, correct and withdraw; readers see only what is published.
//!
//! What is published is read-only. Staff work on a draft beside it, which may be incomplete; publishing
//! checks all of it and answers with every problem at once. The lifecycle is written once, in
//! [`lifecycle`]; a kind of content tells it, through [`Editable`], what its document is and how
//! readers get it. Readers' domains know nothing of drafts.

mod audience;
mod editor;
mod kinds;
mod lifecycle;
mod mutation;
mod news;
mod patch;
mod problem;
mod query;
mod revisions;
mod rules;
mod store;
mod types;

pub use kinds::Envelope;
pub use lifecycle::{PUBLISH_JOB, UNPUBLISH_JOB, publish_handler, unpublish_handler};
pub use mutation::EditingMutation;
pub use news::NewsDocument;
pub use query::EditingQuery;
pub use types::EditingErrorCode;
