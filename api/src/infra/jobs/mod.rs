//! Work for later: written in the caller's transaction, done by a worker at least once.
//!
//! One table is the queue and the outbox. A job is leased, not taken: a worker that dies loses its
//! lease, and another does the job again. So every job is written to be harmless when repeated.

mod queue;
mod worker;

pub use queue::{NewJob, enqueue};
pub use worker::{Handler, Outcome, Worker};
