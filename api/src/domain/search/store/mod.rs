//! All SQL of search.

mod candidates;
mod documents;
mod follow;
mod vocabulary;

pub(super) use candidates::{count_matching, list_candidates};
pub(super) use documents::{ADD_DELETIONS, ADD_WORDS, IndexedThing, forget, replace};
pub(super) use follow::{FollowedChange, follow_to, is_behind, list_changes, lock_state, restart};
pub(super) use vocabulary::{list_near, list_weeks, list_words};
