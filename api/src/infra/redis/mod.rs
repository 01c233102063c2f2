//! Redis: a faster place that several instances share. It holds nothing that cannot be lost.
//!
//! Whoever asks it gets an answer within 50 ms or none, and goes on without it. After an answer that did not
//! come nobody waits for the next: a fifth of a second later one question tries. After five such in a row,
//! or when Redis goes or turns into a replica, the link is given up, until the keeper has made and tried a
//! new one. Figures: the reliability plan's failure matrix, rows 1 to 4.

mod breaker;
mod channel;
mod link;
mod quota;
mod values;

pub use link::{Redis, RedisUrl};
pub use quota::{Quota, Taken};
