//! Reports of state services: what members met with, what moderators make of it, what whoever answers
//! for a service says to it.
//!
//! An author is a pseudonym by a key that is not in the database. Nothing that is written here leads to
//! an account: no column, and no transaction that writes of both, for PostgreSQL's own columns would
//! tell. Moderators see a report without its author, and its comment as `scrubbing` has left it.
//! Answers reach authors as letters to the pseudonym. Metrics are another domain's: it reads the rows,
//! and [`ServiceProblem`] says what the bits of `problems` mean.

mod author;
mod erasing;
mod facts;
mod filing;
mod moderating;
mod mutation;
mod own_data;
mod problems;
mod query;
mod record;
mod rules;
mod scrubbing;
mod steps;
mod stop;
mod store;
mod telling;
mod terms;
mod turns;
mod types;

pub use erasing::{CONSENT, unlink};
pub use filing::ReportLimits;
pub use mutation::ServiceReportMutation;
pub use own_data::personal_data;
pub use problems::ServiceProblem;
pub use query::{ServiceReportQuery, ViewerServiceReports};
pub use scrubbing::scrub;
pub use types::{ServiceOutcome, ServiceReportErrorCode};
