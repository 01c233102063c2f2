//! Search: one box over everything that can be read, good at Russian as members type it.
//!
//! A thing becomes a [`document`] of stems in an index that follows the change log
//! ([`catch_up`]). A query is understood against the vocabulary of public texts, a few narrow walks
//! through the index fetch candidates, and ranking them is arithmetic here, the same on both
//! databases. The vocabulary holds public words only: neither a suggestion nor a mended mistake may
//! tell an outsider what members read.

mod answering;
mod bulk;
mod dictionary;
mod document;
mod indexer;
mod keyboard;
mod labels;
mod meaning;
mod query;
mod ranking;
mod reading;
mod results;
mod retrieval;
mod snippet;
mod spelling;
mod store;
mod types;
mod understanding;
mod vocabulary;
mod words;

pub use bulk::{BulkIndex, IndexRows, follow_bulk, hold_follower};
pub use indexer::{catch_up, is_behind};
pub use query::SearchQuery;
