//! Whoever plans and sends for as long as the process runs; any number of processes may.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use entities::enums::PushProvider;
use sea_orm::Iterable;
use tokio::{sync::watch, task::JoinSet, time::timeout};
use uuid::Uuid;

use super::{lane::Lane, pass, planner};
use crate::{
    domain::push::{
        gateway::Gateways,
        message::carrier,
        store::{
            campaigns::{self, Tally},
            chunks,
        },
    },
    infra::{clock::Clock, config::Settings, db::Database, error::Error, vault::Vault},
};

/// Chunks of a provider under way at once: one is read or closed while the other is sent.
const AT_ONCE: usize = 2;
/// How often it is asked whether there is something to do: once for all lanes, and once for planning.
const POLL: Duration = Duration::from_millis(150);
/// A lane that nobody calls looks for itself this seldom.
const UNCALLED: Duration = Duration::from_secs(60);
/// How often it is looked whether a lane that is closed has opened.
const SELDOM: Duration = Duration::from_secs(2);

/// How patient sending is.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// How long a chunk is kept from others without a word.
    pub lease: TimeDelta,
    /// How often one device is tried.
    pub attempts: i32,
    backoff: Duration,
    backoff_cap: Duration,
}

impl Terms {
    /// As the settings say.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        Self {
            lease: TimeDelta::seconds(i64::from(settings.push_lease_seconds.get())),
            attempts: i32::from(settings.push_attempts.get()),
            backoff: Duration::from_millis(settings.push_backoff_ms),
            backoff_cap: Duration::from_millis(settings.push_backoff_cap_ms),
        }
    }

    /// How often a lease is kept when nothing else is written.
    #[must_use]
    pub fn renewal(&self) -> Duration {
        self.lease.to_std().unwrap_or_default() / 3
    }

    /// How long a device that has failed so often before waits: anything up to a bound that doubles, so
    /// that those who failed together do not come back together, and never less than its provider asks.
    #[must_use]
    pub fn wait(&self, attempts: i32, after: Option<Duration>) -> TimeDelta {
        let bound = self.bound(attempts);
        let milliseconds = u64::try_from(bound.as_millis()).unwrap_or(u64::MAX);
        let wait = Duration::from_millis(rand::random_range(0..=milliseconds));
        let wait = wait.max(after.unwrap_or_default());
        TimeDelta::from_std(wait).unwrap_or(TimeDelta::hours(1))
    }

    fn bound(&self, attempts: i32) -> Duration {
        let doublings = u32::try_from(attempts.clamp(0, 20)).unwrap_or_default();
        let doubled = self.backoff.saturating_mul(1 << doublings);
        doubled.min(self.backoff_cap)
    }
}

/// What planning and sending share.
pub(super) struct Desk {
    pub database: Database,
    pub clock: Clock,
    pub vault: Arc<Vault>,
    pub terms: Terms,
}

/// Plans and sends campaigns.
pub struct Postman {
    desk: Arc<Desk>,
    lanes: Vec<Arc<Lane>>,
}

impl Postman {
    /// One that sends through those gateways.
    #[must_use]
    pub fn new(
        database: Database,
        clock: Clock,
        vault: Arc<Vault>,
        gateways: &Gateways,
        terms: Terms,
    ) -> Self {
        let lane = |provider: PushProvider| {
            let gateway = gateways.of(carrier(provider)).cloned();
            Arc::new(Lane::new(provider, gateway))
        };
        Self {
            desk: Arc::new(Desk {
                database,
                clock,
                vault,
                terms,
            }),
            lanes: PushProvider::iter().map(lane).collect(),
        }
    }

    /// Works until it is told to stop; then what is on its way is waited for, what was answered is
    /// written, and leases are given back.
    pub async fn run(self, stopping: watch::Receiver<bool>) {
        let mut working = JoinSet::new();
        working.spawn(keep_planning(Arc::clone(&self.desk), stopping.clone()));
        let (desk, lanes) = (Arc::clone(&self.desk), self.lanes.clone());
        working.spawn(keep_looking(desk, lanes, stopping.clone()));
        for lane in &self.lanes {
            let runners = if lane.gateway.is_some() { AT_ONCE } else { 1 };
            for _ in 0..runners {
                let (desk, lane) = (Arc::clone(&self.desk), Arc::clone(lane));
                working.spawn(keep_sending(desk, lane, stopping.clone()));
            }
        }
        while working.join_next().await.is_some() {}
    }
}

async fn keep_planning(desk: Arc<Desk>, mut stopping: watch::Receiver<bool>) {
    while !*stopping.borrow() {
        // An outage was logged by whoever met it; the next turn tries again.
        let has_worked = planner::plan_next(&desk, &stopping).await.unwrap_or(false);
        if !has_worked {
            drop(finish_forgotten(&desk).await);
            rest(&mut stopping, POLL).await;
        }
    }
}

/// Calls the lanes that have something due.
async fn keep_looking(desk: Arc<Desk>, lanes: Vec<Arc<Lane>>, mut stopping: watch::Receiver<bool>) {
    while !*stopping.borrow() {
        let due = chunks::list_due_providers(desk.database.reader(), desk.clock.now()).await;
        let due = due.unwrap_or_default();
        for lane in lanes.iter().filter(|lane| due.contains(&lane.provider)) {
            lane.call();
        }
        rest(&mut stopping, POLL).await;
    }
}

async fn keep_sending(desk: Arc<Desk>, lane: Arc<Lane>, mut stopping: watch::Receiver<bool>) {
    while !*stopping.borrow() {
        if let Some(closed) = lane.closed_for() {
            rest(&mut stopping, closed.min(SELDOM)).await;
            continue;
        }
        let has_worked = send_next(&desk, &lane, &stopping).await.unwrap_or(false);
        if !has_worked {
            tokio::select! {
                () = lane.called() => {}
                () = rest(&mut stopping, UNCALLED) => {}
            }
        }
    }
}

/// Sends the next chunk of a lane; `false`: there is none.
async fn send_next(
    desk: &Desk,
    lane: &Arc<Lane>,
    stopping: &watch::Receiver<bool>,
) -> Result<bool, Error> {
    let now = desk.clock.now();
    let until = now + desk.terms.lease;
    let leased = chunks::lease(desk.database.writer(), lane.provider, until, now).await?;
    let Some(chunk) = leased else {
        return Ok(false);
    };
    pass::run(desk, lane, chunk, stopping).await?;
    Ok(true)
}

/// Waits, but not for somebody who is told to stop.
async fn rest(stopping: &mut watch::Receiver<bool>, time: Duration) {
    if let Ok(Err(_)) = timeout(time, stopping.changed()).await {
        // Nobody is left who could tell: wait as long as anybody would.
        tokio::time::sleep(time).await;
    }
}

/// Ends a campaign of which nothing is left, and checks that everybody is accounted for.
pub(super) async fn finish(
    database: &Database,
    campaign_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if !campaigns::finish(database.writer(), campaign_id, now).await? {
        return Ok(());
    }
    let tallies = campaigns::list_tallies(database.writer(), &[campaign_id]).await?;
    let of_campaign = tallies.get(&campaign_id).map(Vec::as_slice);
    let total = Tally::sum(of_campaign.unwrap_or_default());
    if !total.adds_up() {
        drop(Error::internal("a campaign's counts do not add up", total));
    }
    tracing::info!(
        campaign.id = %campaign_id,
        planned = total.planned,
        delivered = total.delivered,
        pruned = total.pruned,
        refused = total.refused,
        expired = total.expired,
        skipped = total.skipped,
        "a campaign is over"
    );
    Ok(())
}

/// Ends campaigns whose last chunk was closed by somebody who died right then.
async fn finish_forgotten(desk: &Desk) -> Result<(), Error> {
    for id in campaigns::list_unfinished(desk.database.reader()).await? {
        finish(&desk.database, id, desk.clock.now()).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_bound_and_keep_to_what_the_provider_asks() {
        let terms = Terms {
            lease: TimeDelta::seconds(30),
            attempts: 6,
            backoff: Duration::from_secs(1),
            backoff_cap: Duration::from_secs(300),
        };
        assert_eq!(terms.bound(0), Duration::from_secs(1));
        assert_eq!(terms.bound(3), Duration::from_secs(8));
        assert_eq!(terms.bound(30), Duration::from_secs(300));
        assert!(terms.wait(2, None) <= TimeDelta::seconds(4));
        let asked = Some(Duration::from_secs(60));
        assert_eq!(terms.wait(0, asked), TimeDelta::seconds(60));
        assert_eq!(terms.renewal(), Duration::from_secs(10));
    }
}
