//! Organisations, ids, addresses and the app's own questions.

mod addresses;
mod tree;
