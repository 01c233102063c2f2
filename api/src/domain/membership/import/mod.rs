//! Importing a roster: read and staged line by line, then applied in one short transaction.
//!
//! Staging changes nothing that members see; its report names every faulty line. Applying copies the
//! good lines in a few statements. A line equal to what an earlier import wrote is left alone, so that
//! importing the same file twice changes nothing, and so that an officer's suspension holds until the
//! office itself says something new.
//!
//! What is too large for a request is applied by a job, in the same way.

mod applying;
mod queued;
mod staging;

pub use applying::apply;
pub use queued::{
    ACTION as APPLY_ACTION, JOB as APPLY_JOB, counts, enqueue, handler as apply_handler,
};
pub use staging::{NewImport, begin, refuse_unfinished, stage};
