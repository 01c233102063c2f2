//! One pass over a leased chunk: who still wants it, sending, and what is left for later.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use entities::{
    enums::{PushCampaignState, PushProvider},
    push_campaign, push_chunk, push_preference, push_retry,
};
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, sleep},
};
use uuid::Uuid;

use super::{
    lane::Lane,
    postman::Desk,
    progress::{End, Held, Progress, Pruning},
};
use crate::{
    domain::push::{
        address::DeviceAddress,
        campaigns::recipients_of,
        gateway::{Gateway, Outcome, Prepared, RetryScope, Target},
        message::{delivery_id, is_over, message_of},
        quiet::{QuietHours, zone_of},
        store::{
            audience::{self, Window},
            campaigns,
            chunks::{self, DeviceRow},
        },
    },
    infra::{clock::Clock, error::Error, vault::Vault},
};

/// Answers and time after which they are written.
const FLUSH_ANSWERS: usize = 250;
const FLUSH_EVERY: Duration = Duration::from_millis(200);
/// A device's rings are counted over so long.
const CAP_WITHIN: TimeDelta = TimeDelta::hours(24);
/// A provider that is not set up is looked at again after so long.
const UNSET: TimeDelta = TimeDelta::seconds(60);
/// What was not sent for no reason of its own is tried again so soon.
const SOON: TimeDelta = TimeDelta::milliseconds(500);
/// So long nothing goes to a browser whose service refuses this server: somebody has to mend it.
const SERVICE_RESTS: Duration = Duration::from_secs(600);
const GAVE_UP: &str = "GAVE_UP";
const TOO_LARGE: &str = "MESSAGE_TOO_LARGE";
/// What providers call trouble of their own, which is no device's fault.
const OUTAGES: [&str; 4] = ["INTERNAL", "UNAVAILABLE", "SHUTDOWN", "NO_ANSWER"];
/// An address that was sealed by another secret than the server has now.
const UNREADABLE: Outcome = Outcome::Mark {
    reason: "UNREADABLE",
};

/// One device's message.
struct Letter {
    device: DeviceRow,
    attempts: i32,
}

/// What came of sending one.
struct Sent {
    letter: Letter,
    /// Before it went.
    at: DateTime<Utc>,
    /// None: it did not go.
    outcome: Option<Outcome>,
}

/// What a chunk's devices are up to now.
struct Sorted {
    letters: Vec<Letter>,
    /// When the first of those who wait may be asked again.
    wait_until: Option<DateTime<Utc>>,
}

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
    let Ok(prepared) = gateway.prepare(&message_of(&campaign)) else {
        fail(desk, &campaign, TOO_LARGE).await?;
        progress.end_all(End::Refused(TOO_LARGE));
        return close(desk, &mut progress, now).await;
    };
    let sorted = sort(desk, &campaign, &mut progress, now).await?;
    let run = Run {
        desk,
        lane,
        campaign: &campaign,
        chunk_id: progress.chunk.id,
        halted: Arc::new(AtomicBool::new(false)),
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
    let (now, expires_at) = (desk.clock.now(), campaign.expires_at);
    if let Some(end) = end_of(&push_campaign::Model { state, ..campaign }, now) {
        progress.end_all(end);
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
        PushCampaignState::Failed => Some(End::Refused("CAMPAIGN_FAILED")),
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

async fn fail(desk: &Desk, campaign: &push_campaign::Model, why: &str) -> Result<(), Error> {
    let now = desk.clock.now();
    tracing::error!(campaign.id = %campaign.id, why, "a campaign's message is taken by nobody");
    campaigns::fail(desk.database.writer(), campaign.id, why, now).await?;
    Ok(())
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

/// Settles those who do not want it any more, and tells the others into now and later.
async fn sort(
    desk: &Desk,
    campaign: &push_campaign::Model,
    progress: &mut Progress,
    now: DateTime<Utc>,
) -> Result<Sorted, Error> {
    let reader = desk.database.reader();
    let chunk = progress.chunk.clone();
    let window = Window {
        after: chunk.lo - 1,
        to: chunk.hi,
    };
    let recipients = recipients_of(campaign)?;
    let wanting = audience::list_window(reader, &recipients, window, now).await?;
    let rows = chunks::list_devices(reader, &chunk).await?;
    let mut devices: HashMap<i64, DeviceRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    let mut ids: Vec<Uuid> = devices.values().map(|row| row.preference_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let preferences = chunks::list_preferences(reader, ids).await?;
    let rings = chunks::count_rings(reader, &chunk, now - CAP_WITHIN).await?;
    // The writer's, which has what this process wrote a moment ago.
    let retries = chunks::list_retries(desk.database.writer(), chunk.id).await?;
    let mut letters = Vec::new();
    let mut wait_until: Option<DateTime<Utc>> = None;
    let mut wait = |until: DateTime<Utc>| {
        wait_until = Some(wait_until.map_or(until, |before| before.min(until)));
    };
    for id in progress.open() {
        let wants = wanting.binary_search_by_key(&id, |(id, _)| *id).is_ok();
        let device = devices.remove(&id).filter(|_| wants);
        let Some(device) = device else {
            progress.end(id, End::Skipped, now);
            continue;
        };
        let retry = retries.get(&id);
        if retry.is_some_and(|retry| retry.attempts >= desk.terms.attempts) {
            progress.end(id, End::Refused(GAVE_UP), now);
            continue;
        }
        let preference = preferences.get(&device.preference_id);
        if !campaign.is_test
            && let Some(preference) = preference
        {
            if rings.get(&id).copied().unwrap_or_default() >= preference.daily_cap {
                progress.end(id, End::Skipped, now);
                continue;
            }
            if let Some(until) = quiet_until(preference, &device.time_zone, now) {
                wait(until);
                continue;
            }
        }
        if let Some(retry) = retry.filter(|retry| retry.not_before_at > now) {
            wait(retry.not_before_at);
            continue;
        }
        let attempts = retry.map_or(0, |retry| retry.attempts);
        letters.push(Letter { device, attempts });
    }
    Ok(Sorted {
        letters,
        wait_until,
    })
}

fn quiet_until(
    preference: &push_preference::Model,
    zone: &str,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let (from, to) = preference.quiet_from.zip(preference.quiet_to)?;
    QuietHours { from, to }.end_of(zone_of(zone)?, now)
}

struct Run<'a> {
    desk: &'a Desk,
    lane: &'a Arc<Lane>,
    campaign: &'a push_campaign::Model,
    chunk_id: Uuid,
    /// Nothing more is sent: what was not is left for later.
    halted: Arc<AtomicBool>,
}

impl Run<'_> {
    /// Sends, and writes the answers as they come.
    async fn send(
        &self,
        (gateway, prepared): (Arc<dyn Gateway>, Arc<Prepared>),
        letters: Vec<Letter>,
        progress: &mut Progress,
        mut stopping: watch::Receiver<bool>,
    ) -> Result<Held, Error> {
        let mut sending = JoinSet::new();
        for letter in letters {
            sending.spawn(carry(Parcel {
                letter,
                gateway: Arc::clone(&gateway),
                prepared: Arc::clone(&prepared),
                lane: Arc::clone(self.lane),
                halted: Arc::clone(&self.halted),
                vault: Arc::clone(&self.desk.vault),
                clock: self.desk.clock.clone(),
                campaign_id: self.campaign.id,
                expires_at: self.campaign.expires_at,
            }));
        }
        let mut flushed_at = Instant::now();
        let mut tick = tokio::time::interval(FLUSH_EVERY);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                sent = sending.join_next() => match sent {
                    // A task that panicked has told the log; its device is tried again.
                    Some(Err(_)) => {}
                    Some(Ok(sent)) => self.take(progress, sent).await?,
                    None => break,
                },
                _ = tick.tick() => {}
                changed = stopping.changed(), if !self.halted.load(Ordering::Relaxed) => {
                    // Whoever could say so is gone: that is as good as saying so.
                    if changed.is_err() || *stopping.borrow() {
                        self.halted.store(true, Ordering::Relaxed);
                    }
                }
            }
            let is_long_ago = flushed_at.elapsed() >= FLUSH_EVERY && progress.unsaved > 0
                || flushed_at.elapsed() >= self.desk.terms.renewal();
            if progress.unsaved >= FLUSH_ANSWERS || is_long_ago {
                flushed_at = Instant::now();
                match self.flush(progress).await {
                    Some(Held::Yes(PushCampaignState::Running)) => {}
                    // What cannot be written down had better not be sent.
                    Some(Held::Yes(_)) | None => self.halted.store(true, Ordering::Relaxed),
                    Some(Held::No) => return Ok(Held::No),
                }
            }
        }
        self.flush_at_last(progress).await
    }

    /// Tries for as long as a lease: what is not written down is sent again by whoever comes next.
    async fn flush_at_last(&self, progress: &mut Progress) -> Result<Held, Error> {
        let patience = self.desk.terms.lease.to_std().unwrap_or_default();
        let began_at = Instant::now();
        loop {
            let now = self.desk.clock.now();
            let until = now + self.desk.terms.lease;
            match progress.flush(&self.desk.database, until, now).await {
                Err(_) if began_at.elapsed() < patience => sleep(FLUSH_EVERY).await,
                flushed => return flushed,
            }
        }
    }

    /// `None`: the database does not answer; what was gathered is kept for the next time.
    async fn flush(&self, progress: &mut Progress) -> Option<Held> {
        let now = self.desk.clock.now();
        let until = now + self.desk.terms.lease;
        progress.flush(&self.desk.database, until, now).await.ok()
    }

    /// Notes what a provider answered.
    async fn take(&self, progress: &mut Progress, sent: Sent) -> Result<(), Error> {
        let Some(outcome) = sent.outcome else {
            return Ok(());
        };
        let now = self.desk.clock.now();
        let id = sent.letter.device.id;
        metrics::counter!(
            "push_answers_total",
            "provider" => self.lane.name(),
            "outcome" => name_of(&outcome)
        )
        .increment(1);
        match outcome {
            Outcome::Delivered { .. } => progress.end(id, End::Delivered, now),
            Outcome::Mark { reason } => progress.end(id, End::Refused(reason), now),
            Outcome::BadMessage { reason } => {
                if !self.has_got_through(progress).await? {
                    fail(self.desk, self.campaign, reason).await?;
                    self.halted.store(true, Ordering::Relaxed);
                }
                progress.end(id, End::Refused(reason), now);
            }
            Outcome::Misconfigured { reason } => {
                tracing::error!(
                    provider = self.lane.name(),
                    reason,
                    "a provider refuses this service"
                );
                if is_one_of_many(self.lane) {
                    self.put_off(progress, &sent.letter, Some(SERVICE_RESTS), reason, now);
                }
            }
            // At no attempt's cost. Where a time is named it holds for this device, whoever sends next.
            Outcome::Retry {
                scope: RetryScope::Lane,
                after,
                reason,
            } => {
                if let Some(after) = after {
                    let wait = TimeDelta::from_std(after).unwrap_or(UNSET);
                    let turn = (sent.letter.attempts, wait);
                    progress.retry(self.retry(&sent.letter, turn, reason, now));
                }
            }
            Outcome::Retry { after, reason, .. } => {
                self.put_off(progress, &sent.letter, after, reason, now);
            }
            Outcome::Prune { reason, as_of } => {
                let turn = (sent.letter.attempts + 1, self.desk.terms.wait(0, None));
                let pruning = Pruning {
                    device_id: id,
                    token_lookup: sent.letter.device.token_lookup.clone(),
                    reason,
                    as_of: as_of.unwrap_or(sent.at),
                    otherwise: self.retry(&sent.letter, turn, reason, now),
                };
                progress.prune(pruning);
            }
        }
        Ok(())
    }

    /// Whether the provider has taken this very message from somebody: then it is not at fault, and
    /// nobody stops a campaign by giving out addresses that are refused.
    async fn has_got_through(&self, progress: &Progress) -> Result<bool, Error> {
        if progress.chunk.delivered > 0 {
            return Ok(true);
        }
        let id = self.campaign.id;
        let tallies = campaigns::list_tallies(self.desk.database.writer(), &[id]).await?;
        let mut of_campaign = tallies.get(&id).into_iter().flatten();
        Ok(of_campaign
            .any(|(provider, tally)| *provider == self.lane.provider && tally.delivered > 0))
    }

    fn put_off(
        &self,
        progress: &mut Progress,
        letter: &Letter,
        after: Option<Duration>,
        reason: &'static str,
        now: DateTime<Utc>,
    ) {
        let terms = &self.desk.terms;
        let id = letter.device.id;
        let wait = terms.wait(letter.attempts, after);
        // While the provider is down, an attempt says nothing of the device.
        let is_down = is_outage(self.lane, reason) && self.lane.closed_for().is_some();
        let attempts = letter.attempts + i32::from(!is_down);
        if attempts >= terms.attempts {
            progress.end(id, End::Refused(GAVE_UP), now);
        } else if now + wait >= self.campaign.expires_at {
            progress.end(id, End::Expired(reason), now);
        } else {
            progress.retry(self.retry(letter, (attempts, wait), reason, now));
        }
    }

    fn retry(
        &self,
        letter: &Letter,
        (attempts, wait): (i32, TimeDelta),
        reason: &str,
        now: DateTime<Utc>,
    ) -> push_retry::Model {
        push_retry::Model {
            chunk_id: self.chunk_id,
            device_id: letter.device.id,
            attempts,
            not_before_at: now + wait,
            last_error: reason.to_owned(),
        }
    }
}

/// A letter with all that it takes to send it.
struct Parcel {
    letter: Letter,
    gateway: Arc<dyn Gateway>,
    prepared: Arc<Prepared>,
    lane: Arc<Lane>,
    halted: Arc<AtomicBool>,
    vault: Arc<Vault>,
    clock: Clock,
    campaign_id: Uuid,
    expires_at: DateTime<Utc>,
}

/// Sends a letter when its turn comes, unless everything has halted by then.
async fn carry(parcel: Parcel) -> Sent {
    let lane = &parcel.lane;
    let Some(seat) = lane.admit().await else {
        return parcel.back(None);
    };
    let at = parcel.clock.now();
    if parcel.halted.load(Ordering::Relaxed) || at >= parcel.expires_at {
        seat.leave();
        lane.untried();
        return parcel.back(None);
    }
    let device = &parcel.letter.device;
    let Ok(address) = DeviceAddress::open(&parcel.vault, &device.address) else {
        seat.leave();
        lane.untried();
        return parcel.back(Some(UNREADABLE));
    };
    let target = Target {
        delivery_id: delivery_id(parcel.campaign_id, device.public_id),
        keys: address.web_push_keys(),
        token: address.token,
        registered_at: device.refreshed_at,
    };
    let outcome = parcel.gateway.send(&parcel.prepared, &target, at).await;
    seat.leave();
    tell(lane, &outcome);
    Sent {
        at,
        ..parcel.back(Some(outcome))
    }
}

impl Parcel {
    /// What came of it.
    fn back(self, outcome: Option<Outcome>) -> Sent {
        Sent {
            at: self.clock.now(),
            letter: self.letter,
            outcome,
        }
    }
}

/// The lane learns from every answer.
fn tell(lane: &Lane, outcome: &Outcome) {
    match outcome {
        Outcome::Retry {
            scope: RetryScope::Lane,
            after,
            ..
        } => lane.troubled(*after),
        Outcome::Misconfigured { .. } if !is_one_of_many(lane) => lane.misconfigured(),
        Outcome::Retry { reason, .. } if is_outage(lane, reason) => lane.stumbled(),
        _ => lane.answered(),
    }
}

/// Whether the provider has trouble of its own, and not with a device.
fn is_outage(lane: &Lane, reason: &str) -> bool {
    !is_one_of_many(lane) && OUTAGES.contains(&reason)
}

/// Browsers' services are many: one that is down or refuses this server says nothing of the others.
fn is_one_of_many(lane: &Lane) -> bool {
    lane.provider == PushProvider::WebPush
}

const fn name_of(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Delivered { .. } => "delivered",
        Outcome::Prune { .. } => "pruned",
        Outcome::Mark { .. } => "refused",
        Outcome::Retry { .. } => "retried",
        Outcome::BadMessage { .. } => "bad_message",
        Outcome::Misconfigured { .. } => "misconfigured",
    }
}
