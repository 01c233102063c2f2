//! Fan-out: a campaign's recipients are cut into chunks, and chunks are sent, by as many processes as
//! there are.
//!
//! A chunk is leased; whoever holds it flushes what the providers have answered every 250 answers or
//! 200 ms, with its fence. A process that dies loses its leases, and another sends what no bit stands
//! for: at most the answers that were not flushed are repeated, under the same ids and collapse keys.

mod lane;
mod pass;
mod planner;
mod postman;
mod progress;
mod sending;
mod sorting;

pub use postman::{Postman, Terms};
