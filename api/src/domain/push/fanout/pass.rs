//! One pass over a leased chunk: to its end, or to where it has to wait.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entities::{enums::PushCampaignState, push_campaign, push_chunk};
use tokio::sync::watch;

use super::{
    lane::Lane,
    postman::Desk,
    progress::{End, Held, Progress},
    sending::{Run, give_up, refusal_of},
    sorting::sort,
};
use crate::{
    domain::push::{
        message::{is_over, message_of},
        store::{campaigns, chunks},
    },
    infra::error::Error,
};

/// A provider that is not set up is looked at again after so long.
const UNSET: TimeDelta = TimeDelta::seconds(60);
/// What was not sent for no reason of its own is tried again so soon.
const SOON: TimeDelta = TimeDelta::milliseconds(500);
const TOO_LARGE: &str = "MESSAGE_TOO_LARGE";

/// Goes over a leased chunk once: to its end, or to where it has to wait.
///
/// # Errors
/// Whatever the database reports; the lease then runs out by itself.
pub(super) async fn run(
    desk: &Desk,
    lane: &Arc<Lane>,
    chunk: push_chunk::Model,
    stopping: &watch::Receiver<bool>,
) -> Result<(), Error> {
    let campaign = campaigns::find(desk.database.reader(), chunk.campaign_id).await?;
    let Some(campaign) = campaign else {
        return Ok(());
    };
    let mut progress = Progress::of(chunk);
    let now = desk.clock.now();
    if let Some(end) = end_of(&campaign, now) {
        progress.end_all(end);
        return close(desk, &mut progress, now).await;
    }
    let Some(gateway) = &lane.gateway else {
        let later = (now + UNSET).min(campaign.expires_at);
        progress.give_back(&desk.database, later, now).await?;
        return Ok(());
    };
    if let Some(why) = refusal_of(desk, lane, campaign.id).await? {
        progress.end_all(End::Refused(why));
        return close(desk, &mut progress, now).await;
    }
    let Ok(prepared) = gateway.prepare(&message_of(&campaign)) else {
        give_up(desk, lane, &campaign, TOO_LARGE).await?;
        progress.end_all(End::Refused(TOO_LARGE));
        return close(desk, &mut progress, now).await;
    };
    let sorted = sort(desk, &campaign, &mut progress, now).await?;
    let run = Run {
        desk,
        lane,
        campaign: &campaign,
        chunk_id: progress.chunk.id,
        halted: Arc::default(),
    };
    let sending = (Arc::clone(gateway), Arc::new(prepared));
    let due: Vec<i64> = sorted
        .letters
        .iter()
        .map(|letter| letter.device.id)
        .collect();
    let held = run
        .send(sending, sorted.letters, &mut progress, stopping.clone())
        .await?;
    let state = match held {
        Held::Yes(state) => state,
        Held::No => return Ok(()),
    };
    let (now, campaign_id, expires_at) = (desk.clock.now(), campaign.id, campaign.expires_at);
    if let Some(end) = end_of(&push_campaign::Model { state, ..campaign }, now) {
        progress.end_all(end);
    }
    if let Some(why) = refusal_of(desk, lane, campaign_id).await? {
        progress.end_all(End::Refused(why));
    }
    if progress.open().is_empty() {
        return close(desk, &mut progress, now).await;
    }
    // Read apart: what lends it out may not be held while something is waited for.
    let is_stopping = *stopping.borrow();
    let plan = (due.as_slice(), sorted.wait_until);
    let later = resume_at(desk, lane, &progress, plan, is_stopping).await?;
    // What has to wait for longer than it is news ends in time.
    let later = later.min(expires_at);
    progress.give_back(&desk.database, later, now).await?;
    Ok(())
}

/// How everything that is left of a campaign ends, if nothing of it is sent any more.
fn end_of(campaign: &push_campaign::Model, now: DateTime<Utc>) -> Option<End> {
    match campaign.state {
        PushCampaignState::Cancelled => Some(End::Skipped),
        _ if is_over(campaign, now) => Some(End::Expired("EXPIRED")),
        _ => None,
    }
}

/// Closes a chunk of which nothing is left, and the campaign if it was its last.
async fn close(desk: &Desk, progress: &mut Progress, now: DateTime<Utc>) -> Result<(), Error> {
    let campaign_id = progress.chunk.campaign_id;
    if progress.give_back(&desk.database, now, now).await? == Held::No {
        return Ok(());
    }
    if !progress.adds_up() {
        let cause = progress.chunk.id;
        drop(Error::internal("a chunk's counts do not add up", cause));
    }
    super::postman::finish(&desk.database, campaign_id, now).await
}

/// When a chunk that is not done is gone on with.
async fn resume_at(
    desk: &Desk,
    lane: &Lane,
    progress: &Progress,
    (due, wait_until): (&[i64], Option<DateTime<Utc>>),
    is_stopping: bool,
) -> Result<DateTime<Utc>, Error> {
    let now = desk.clock.now();
    if is_stopping {
        return Ok(now);
    }
    if let Some(closed) = lane.closed_for() {
        return Ok(now + TimeDelta::from_std(closed).unwrap_or(UNSET));
    }
    let retries = chunks::list_retries(desk.database.writer(), progress.chunk.id).await?;
    let open = progress.open();
    // What had its turn, and is neither settled nor put off, waits for nobody's morning.
    let is_left = |id: &i64| due.binary_search(id).is_ok() && !retries.contains_key(id);
    if open.iter().any(is_left) {
        return Ok(now + SOON);
    }
    let waiting = open.iter().filter_map(|id| retries.get(id));
    let first_retry = waiting.map(|retry| retry.not_before_at).min();
    let first = [first_retry, wait_until].into_iter().flatten().min();
    Ok(first.map_or(now + SOON, |at| at.max(now + SOON)))
}
