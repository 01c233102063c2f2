//! Redis: a faster place that several instances share. It holds nothing that cannot be lost.
//!
//! Whoever asks it gets an answer within [`ANSWERS_WITHIN`] or none, and goes on without it. After
//! [`MOST_FAILURES`] in a row the link is dropped and nobody waits any more, until the keeper has
//! made and tried a new one. Figures: the reliability plan's failure matrix, rows 1 to 4.

mod channel;
mod link;
mod quota;
mod values;

pub use channel::listen;
pub use link::{Redis, RedisUrl};
pub use quota::{Quota, Taken};
