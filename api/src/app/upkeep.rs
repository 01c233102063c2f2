//! What a serving process does beside answering: the search index and webhooks follow the changes, keys
//! are read again, the audit log is anchored, what has run out goes. Every instance may do it.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::task::JoinSet;

use super::Identity;
use crate::{
    domain::{
        accounts, editing, guide_watch, media_desk, membership, privacy, push, reach, search,
        service_quality, training, webhooks,
    },
    infra::{
        audit::anchor_chains,
        clock::Clock,
        db::{Database, prune_changes},
        error::Error,
    },
};

/// So soon a publication is found, and told to webhooks. What was taken back is hidden at once, whatever
/// the index has.
const FOLLOW_EVERY: Duration = Duration::from_millis(500);
const PRUNE_EVERY: Duration = Duration::from_secs(60 * 60);
/// Phones that were away for longer load their copy anew.
const LOG_KEPT: TimeDelta = TimeDelta::days(180);

/// So soon an emergency rotation of keys is in force everywhere.
const READ_KEYS_EVERY: Duration = Duration::from_secs(30);
/// What was written before an anchor cannot be rewritten unseen.
const ANCHOR_EVERY: Duration = Duration::from_secs(600);
const FORGET_EVERY: Duration = Duration::from_secs(60);
/// Members hear of a benefit's end once, whichever hour brings it up.
const REMIND_OF_ENDS_EVERY: Duration = Duration::from_secs(60 * 60);
/// Who has a seat in a session hears of it once, whichever tick brings it up.
const REMIND_OF_SESSIONS_EVERY: Duration = Duration::from_secs(10 * 60);
/// A minute after a moderator has let a report count, it does.
const COUNT_REPORTS_EVERY: Duration = Duration::from_secs(60);
const EXPIRE_PICTURES_EVERY: Duration = Duration::from_secs(60 * 60);
/// Editors hear of it once a week, whichever day brings it up.
const REMIND_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// Starts all of it, for as long as the set is kept.
#[must_use]
pub fn start(database: &Database, identity: &Identity, clock: &Clock) -> JoinSet<()> {
    let mut upkeep = JoinSet::new();
    upkeep.spawn(keep_search_index(database.clone()));
    upkeep.spawn(keep_webhooks_told(database.clone(), clock.clone()));
    upkeep.spawn(keep_change_log(database.clone(), clock.clone()));
    upkeep.spawn(keep_keys(database.clone(), identity.clone()));
    upkeep.spawn(keep_anchors(
        database.clone(),
        identity.clone(),
        clock.clone(),
    ));
    upkeep.spawn(forget(database.clone(), clock.clone()));
    upkeep.spawn(keep_pictures(database.clone(), clock.clone()));
    upkeep.spawn(keep_guides_true(database.clone(), clock.clone()));
    upkeep.spawn(tell_of_ends(database.clone(), clock.clone()));
    upkeep.spawn(remind_of_sessions(database.clone(), clock.clone()));
    upkeep.spawn(keep_quality_counted(database.clone(), clock.clone()));
    upkeep
}

/// Has editors told of guides that nobody has checked in time.
async fn keep_guides_true(database: Database, clock: Clock) {
    let mut interval = tokio::time::interval(REMIND_EVERY);
    loop {
        interval.tick().await;
        report(
            "editors could not be reminded of overdue guides",
            editing::remind_of_overdue(&database, clock.now()).await,
        );
    }
}

/// Tells members of benefits that they keep and that end.
async fn tell_of_ends(database: Database, clock: Clock) {
    let mut interval = tokio::time::interval(REMIND_OF_ENDS_EVERY);
    loop {
        interval.tick().await;
        report(
            "members could not be told of benefits that end",
            push::remind_of_ending(&database, clock.now()).await,
        );
    }
}

/// Reminds members of the sessions that they have a seat in.
async fn remind_of_sessions(database: Database, clock: Clock) {
    let mut interval = tokio::time::interval(REMIND_OF_SESSIONS_EVERY);
    loop {
        interval.tick().await;
        report(
            "members could not be reminded of sessions",
            training::remind_of_sessions(&database, clock.now()).await,
        );
    }
}

/// Counts reports of services, and freezes months that are over.
async fn keep_quality_counted(database: Database, clock: Clock) {
    let mut interval = tokio::time::interval(COUNT_REPORTS_EVERY);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        let now = clock.now();
        let counted = service_quality::refresh(&database, now).await;
        let is_counted = counted.is_ok();
        report("reports of services could not be counted", counted);
        // What is frozen stays as it is: not before it is counted.
        if is_counted {
            report(
                "the month's figures could not be frozen",
                service_quality::freeze(&database, now).await,
            );
        }
    }
}

/// Lets pictures go that nothing shows.
async fn keep_pictures(database: Database, clock: Clock) {
    let mut interval = tokio::time::interval(EXPIRE_PICTURES_EVERY);
    loop {
        interval.tick().await;
        report(
            "unused pictures could not be let go",
            media_desk::expire_unused(&database, clock.now()).await,
        );
    }
}

async fn keep_keys(database: Database, identity: Identity) {
    // They were read a moment ago, at the start.
    let first = tokio::time::Instant::now() + READ_KEYS_EVERY;
    let mut interval = tokio::time::interval_at(first, READ_KEYS_EVERY);
    loop {
        interval.tick().await;
        report(
            "the keys could not be read",
            identity.keys.refresh(&database, &identity.vault).await,
        );
    }
}

async fn keep_anchors(database: Database, identity: Identity, clock: Clock) {
    let mut interval = tokio::time::interval(ANCHOR_EVERY);
    loop {
        interval.tick().await;
        report(
            "the audit log could not be anchored",
            anchor_chains(&database, &identity.keys, clock.now()).await,
        );
    }
}

async fn forget(database: Database, clock: Clock) {
    let mut interval = tokio::time::interval(FORGET_EVERY);
    loop {
        interval.tick().await;
        let now = clock.now();
        report(
            "what has run out could not be forgotten",
            accounts::forget_old(&database, now).await,
        );
        report(
            "dead imports could not be given up",
            membership::refuse_unfinished(&database, now).await,
        );
        let codes = membership::forget_card_codes(database.writer(), now).await;
        report("codes could not be forgotten", codes.map_err(Error::from));
        let batches = reach::forget_batches(database.writer(), now).await;
        report(
            "counted batches could not be forgotten",
            batches.map_err(Error::from),
        );
        report(
            "old opinions of guides could not be forgotten",
            guide_watch::forget_old(&database, now).await,
        );
        let told = webhooks::forget_old(database.writer(), now).await;
        report(
            "webhooks' messages could not be forgotten",
            told.map_err(Error::from),
        );
        let presence = editing::forget_presence(database.writer(), now).await;
        report(
            "who has left drafts could not be forgotten",
            presence.map_err(Error::from),
        );
        report(
            "old devices and messages could not be forgotten",
            push::forget_old(&database, now).await,
        );
        let exports = privacy::forget_exports(database.writer(), now).await;
        report(
            "exports could not be forgotten",
            exports.map_err(Error::from),
        );
    }
}

/// Keeps the search index at the changes' heels, for as long as the process runs.
async fn keep_search_index(database: Database) {
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

/// Begins to tell webhooks of what has changed, for as long as the process runs.
async fn keep_webhooks_told(database: Database, clock: Clock) {
    let mut interval = tokio::time::interval(FOLLOW_EVERY);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        // An outage was logged by whoever met it; the next tick tries again.
        if webhooks::is_behind(&database).await.unwrap_or(false) {
            report(
                "webhooks could not be told of changes",
                webhooks::tell_of_changes(&database, clock.now()).await,
            );
        }
    }
}

/// Throws old rows of the change log away, for as long as the process runs.
async fn keep_change_log(database: Database, clock: Clock) {
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
