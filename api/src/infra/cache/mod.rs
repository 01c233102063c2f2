//! The cache: answers and lists that are kept until what they were made of changes.
//!
//! Truth about freshness lives in the database: each tag has a generation, which is bumped in the
//! transaction of every change. [`Generations`] follows them, so that a process knows of a change within
//! a second, whoever made it; neither a [`Cache`] of answers nor the [`RowCache`] gives back anything whose
//! generations are not the known ones. What is kept can be lost anywhere at any time.

mod flight;
mod generation;
mod key;
mod rows;
mod shelf;

pub use flight::{Leader, Turn};
pub use generation::{Generations, Seen, TagSet};
pub use key::{Key, KeyBuilder};
pub use rows::RowCache;
pub use shelf::{Cache, Cacheable, Found, Held};
