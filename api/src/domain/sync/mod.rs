//! The offline copy: everything somebody may see, and from then on just what has changed.
//!
//! A phone asks `changes` without a cursor and is led through all that is published, reference data
//! first; then the cursor follows the change log. Everything stands in `published_object` once, with
//! the number of its last change, and a thing that changes moves to the end: so whatever is
//! published while a phone loads is met later, and a copy that has followed to the end is what a
//! full load would give.

mod cursor;
mod items;
mod query;
mod rules;
mod store;
mod types;

pub use cursor::SCHEMA_EPOCH;
pub use query::SyncQuery;
pub use types::{ContentItem, ContentItemType};
