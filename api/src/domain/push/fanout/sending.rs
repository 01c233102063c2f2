//! Sending the letters of a chunk at the pace of its lane, and what their providers' answers mean.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use entities::{
    enums::{PushCampaignState, PushProvider},
    push_campaign, push_retry,
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
    sorting::{GAVE_UP, Letter},
};
use crate::{
    domain::push::{
        address::DeviceAddress,
        gateway::{Gateway, Outcome, Prepared, RetryScope, Target},
        message::delivery_id,
        store::campaigns,
    },
    infra::{clock::Clock, error::Error, vault::Vault},
};

/// Answers and time after which they are written.
const FLUSH_ANSWERS: usize = 250;
const FLUSH_EVERY: Duration = Duration::from_millis(200);
/// So long nothing goes to a browser whose service refuses this server: somebody has to mend it.
const SERVICE_RESTS: Duration = Duration::from_secs(600);
/// The wait for a provider that names one which no calendar holds.
const LONG: TimeDelta = TimeDelta::seconds(60);
/// What providers call trouble of their own, which is no device's fault.
const OUTAGES: [&str; 4] = ["INTERNAL", "UNAVAILABLE", "SHUTDOWN", "NO_ANSWER"];
/// An address that was sealed by another secret than the server has now.
const UNREADABLE: Outcome = Outcome::Mark {
    reason: "UNREADABLE",
};

/// What came of sending one.
struct Sent {
    letter: Letter,
    /// Before it went.
    at: DateTime<Utc>,
    /// None: it did not go.
    outcome: Option<Outcome>,
}

/// Sends nothing more of a campaign by a provider that does not take its message.
pub(super) async fn give_up(
    desk: &Desk,
    lane: &Lane,
    campaign: &push_campaign::Model,
    why: &'static str,
) -> Result<(), Error> {
    tracing::error!(campaign.id = %campaign.id, provider = lane.name(), why, "a campaign's message is not taken");
    campaigns::note_failure(desk.database.writer(), campaign.id, why, desk.clock.now()).await?;
    lane.give_up(campaign.id, why);
    Ok(())
}

/// Why nothing of a campaign goes by a lane; `None`: it may. Once somebody has got its message that way, by
/// whichever process, it was not the message that was at fault.
pub(super) async fn refusal_of(
    desk: &Desk,
    lane: &Lane,
    campaign_id: Uuid,
) -> Result<Option<&'static str>, Error> {
    let Some(why) = lane.has_given_up(campaign_id) else {
        return Ok(None);
    };
    if has_got_through(desk, lane, campaign_id).await? {
        lane.forgive(campaign_id);
        return Ok(None);
    }
    Ok(Some(why))
}

/// Whether the provider has taken this very message from somebody: nobody stops a campaign by giving out
/// addresses that are refused.
async fn has_got_through(desk: &Desk, lane: &Lane, campaign_id: Uuid) -> Result<bool, Error> {
    let tallies = campaigns::list_tallies(desk.database.writer(), &[campaign_id]).await?;
    let mut of_campaign = tallies.get(&campaign_id).into_iter().flatten();
    Ok(of_campaign.any(|(provider, tally)| *provider == lane.provider && tally.delivered > 0))
}

/// A chunk that is being sent.
pub(super) struct Run<'a> {
    pub desk: &'a Desk,
    pub lane: &'a Arc<Lane>,
    pub campaign: &'a push_campaign::Model,
    pub chunk_id: Uuid,
    /// Nothing more is sent: what was not is left for later.
    pub halted: Arc<AtomicBool>,
}

impl Run<'_> {
    /// Sends, and writes the answers as they come.
    pub async fn send(
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
                let campaign = self.campaign;
                let is_taken = progress.chunk.delivered > 0
                    || has_got_through(self.desk, self.lane, campaign.id).await?;
                if !is_taken {
                    if self.lane.has_given_up(campaign.id).is_none() {
                        give_up(self.desk, self.lane, campaign, reason).await?;
                    }
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
                    let wait = TimeDelta::from_std(after).unwrap_or(LONG);
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
