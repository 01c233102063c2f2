//! The worker: leases due jobs and hands them to the handlers of their kinds.

use std::{collections::HashMap, sync::Arc, time::Duration};

use chrono::TimeDelta;
use entities::job;
use futures_util::future::{BoxFuture, join_all};
use serde_json::Value;

use super::queue;
use crate::infra::{clock::Clock, db::Database, error::Error};

const POLL_EVERY: Duration = Duration::from_millis(250);
const PRUNE_EVERY: Duration = Duration::from_secs(3600);
/// Done jobs are kept so long, for whoever asks what happened; their unique keys hold as long.
const DONE_KEPT: TimeDelta = TimeDelta::days(2);
const LEASED_AT_ONCE: u64 = 10;
/// A way to the database that is gone without a word must not end all work: the next tick takes another.
const LEASES_WITHIN: Duration = Duration::from_secs(10);

/// How a job went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// Try again later; after so many tries it is given up.
    Again {
        why: &'static str,
        most: i32,
    },
    /// Trying again would not help.
    Hopeless(&'static str),
}

/// Does the jobs of one kind.
pub type Handler = Arc<dyn Fn(Value) -> BoxFuture<'static, Result<Outcome, Error>> + Send + Sync>;

/// Does jobs for as long as the process runs.
pub struct Worker {
    database: Database,
    clock: Clock,
    handlers: HashMap<&'static str, Handler>,
    lanes: Vec<Lane>,
}

/// Kinds of jobs that are done beside the others: somebody waits for the code that the next job sends.
struct Lane {
    kinds: Vec<&'static str>,
    /// Whether those that are due are done together and not one after another.
    at_once: bool,
}

impl Worker {
    /// A worker for those kinds.
    #[must_use]
    pub fn new(database: Database, clock: Clock, handlers: HashMap<&'static str, Handler>) -> Self {
        let together = Lane {
            kinds: handlers.keys().copied().collect(),
            at_once: false,
        };
        Self {
            database,
            clock,
            handlers,
            lanes: vec![together],
        }
    }

    /// Lets jobs of that kind take as long as they do, one after another.
    #[must_use]
    pub fn beside_others(self, kind: &'static str) -> Self {
        self.apart(kind, false)
    }

    /// Lets jobs of that kind be done several at once: each waits for a machine of somebody else's. None
    /// may take longer than its lease.
    #[must_use]
    pub fn at_once_beside_others(self, kind: &'static str) -> Self {
        self.apart(kind, true)
    }

    fn apart(mut self, kind: &'static str, at_once: bool) -> Self {
        for lane in &mut self.lanes {
            lane.kinds.retain(|other| *other != kind);
        }
        self.lanes.push(Lane {
            kinds: vec![kind],
            at_once,
        });
        self
    }

    /// Works until the process ends.
    pub async fn run(self) {
        join_all(self.lanes.iter().map(|lane| self.keep_working(lane))).await;
    }

    async fn keep_working(&self, lane: &Lane) {
        if lane.kinds.is_empty() {
            return;
        }
        let mut interval = tokio::time::interval(POLL_EVERY);
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut pruned = tokio::time::Instant::now();
        loop {
            interval.tick().await;
            // An outage was logged by whoever met it; the next tick tries again.
            while self.work_once(lane).await.unwrap_or(0) > 0 {}
            if pruned.elapsed() > PRUNE_EVERY {
                pruned = tokio::time::Instant::now();
                let before = self.clock.now() - DONE_KEPT;
                drop(queue::prune(self.database.writer(), before).await);
            }
        }
    }

    /// Does what is due now of these kinds and returns how many jobs that were.
    async fn work_once(&self, lane: &Lane) -> Result<usize, Error> {
        let now = self.clock.now();
        let writer = self.database.writer();
        let leasing = queue::lease(writer, &lane.kinds, LEASED_AT_ONCE, now);
        let by = tokio::time::Instant::now() + LEASES_WITHIN;
        let leased = self.database.answers_by(by, leasing).await;
        let leased = leased.ok_or(Error::Unavailable)??;
        if lane.at_once {
            let done = join_all(leased.iter().map(|job| self.work(job))).await;
            done.into_iter().collect::<Result<(), Error>>()?;
        } else {
            for job in &leased {
                self.work(job).await?;
            }
        }
        Ok(leased.len())
    }

    async fn work(&self, job: &job::Model) -> Result<(), Error> {
        let Some(handler) = self.handlers.get(job.kind.as_str()) else {
            return Ok(());
        };
        let outcome = handler(job.payload.clone())
            .await
            .unwrap_or_else(|error| Outcome::Again {
                why: error.code().as_str(),
                most: i32::MAX,
            });
        let writer = self.database.writer();
        let now = self.clock.now();
        match outcome {
            Outcome::Done => queue::finish(writer, job, None, now).await?,
            Outcome::Again { why, most } if job.attempts < most => {
                tracing::warn!(
                    kind = job.kind,
                    attempts = job.attempts,
                    why,
                    "a job failed"
                );
                queue::put_back(writer, job, why, now).await?;
            }
            Outcome::Again { why, .. } | Outcome::Hopeless(why) => {
                tracing::error!(
                    kind = job.kind,
                    attempts = job.attempts,
                    why,
                    "a job was given up"
                );
                queue::finish(writer, job, Some(why), now).await?;
            }
        }
        Ok(())
    }
}
