//! What a serving process does beside answering: the search index follows the changes, old rows of
//! the change log go. Every instance may do it; the database lets one at a time.

use std::time::Duration;

use chrono::TimeDelta;

use crate::{
    domain::search,
    infra::{
        clock::Clock,
        db::{Database, prune_changes},
        error::Error,
    },
};

/// So soon a publication is found. What was taken back is hidden at once, whatever the index has.
const FOLLOW_EVERY: Duration = Duration::from_millis(500);
const PRUNE_EVERY: Duration = Duration::from_secs(60 * 60);
/// Phones that were away for longer load their copy anew.
const LOG_KEPT: TimeDelta = TimeDelta::days(180);

/// Keeps the search index at the changes' heels, for as long as the process runs.
pub async fn keep_search_index(database: Database) {
    let mut interval = tokio::time::interval(FOLLOW_EVERY);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        // An outage was logged by whoever met it; the next tick tries again.
        if search::is_behind(&database).await.unwrap_or(false) {
            report(
                "the search index could not follow",
                search::catch_up(&database).await,
            );
        }
    }
}

/// Throws old rows of the change log away, for as long as the process runs.
pub async fn keep_change_log(database: Database, clock: Clock) {
    let mut interval = tokio::time::interval(PRUNE_EVERY);
    loop {
        interval.tick().await;
        let oldest = clock.now() - LOG_KEPT;
        report(
            "the change log could not be pruned",
            prune_changes(&database, oldest).await,
        );
    }
}

fn report(failure: &str, outcome: Result<impl Send, Error>) {
    if let Err(error) = outcome {
        tracing::warn!(code = error.code().as_str(), "{failure}");
    }
}
