//! `seed --demo --scale 1m`: an archive as large as the federation's will be in ten years.
//!
//! On PostgreSQL rows are copied in, with indexes built afterwards, all in one transaction; on
//! SQLite they are inserted and indexed in batches. A second run adds only what is missing.

mod articles;
mod lexicon;
mod load;

use std::time::Duration;

pub use load::seed;

/// What was added, and how long that took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scaled {
    pub articles: u64,
    /// Of all tables.
    pub rows: u64,
    /// Generating and writing rows.
    pub loading: Duration,
    /// Building indexes and checking foreign keys.
    pub indexing: Duration,
}

impl Scaled {
    /// Rows written in a second of loading.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rate for people"
    )]
    pub fn rows_a_second(&self) -> u64 {
        (self.rows as f64 / self.loading.as_secs_f64().max(0.001)) as u64
    }
}
