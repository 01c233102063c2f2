//! All SQL of search.

mod candidates;
mod documents;
mod follow;
mod labels;
mod vocabulary;

pub(super) use candidates::{count_matching, list_candidates};
pub(super) use documents::{ADD_DELETIONS, ADD_WORDS, IndexedThing, forget, replace};
pub(super) use follow::{
    FollowedChange, find_head, is_behind, keep_state, list_gone, list_published, lock_state,
};
pub(super) use labels::{find_spreading, forget_labels, keep_labels, list_labels, list_new};
pub(super) use vocabulary::{list_near, list_weeks, list_words};
