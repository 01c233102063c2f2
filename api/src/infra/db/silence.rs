//! What becomes of connections when PostgreSQL leaves a question without an answer.
//!
//! The driver waits for as long as TCP does: a quarter of an hour, when the way to the server is gone
//! without a word. Questions are given up long before, but what asked them goes back to the pool, which
//! would go on waiting for it; and those that lie there may be as dead. So whoever gives a question up says
//! so, and each connection that has not answered since has to answer before it is used or kept.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use sea_orm::sqlx::{
    Connection, Error,
    postgres::{PgConnection, PgPoolOptions},
};
use tokio::time::timeout;

/// Whoever waits for a connection waits this long for an old one, and then for a new one.
const ANSWERS_WITHIN: Duration = Duration::from_millis(250);
/// A connection comes back to the pool so soon after its question was given up, at the latest.
const COMES_BACK_WITHIN: Duration = Duration::from_secs(5);
/// No question has been given up.
const NEVER: u64 = 0;

/// When a question was last given up. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Silence(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// Moments are milliseconds since then.
    begun_at: Instant,
    last: AtomicU64,
}

impl Silence {
    pub(super) fn new() -> Self {
        Self(Arc::new(Shared {
            begun_at: Instant::now(),
            last: AtomicU64::new(NEVER),
        }))
    }

    /// A question was given up.
    pub(super) fn notice(&self) {
        self.0.last.store(self.now().max(1), Ordering::Relaxed);
    }

    /// Has connections answer that have not done so since.
    pub(super) fn guard(&self, pool: PgPoolOptions) -> PgPoolOptions {
        let (used, kept) = (self.clone(), self.clone());
        pool.before_acquire(move |connection, about| {
            let is_doubtful = used.is_since(milliseconds(about.idle_for));
            Box::pin(async move { passes(connection, is_doubtful).await })
        })
        .after_release(move |connection, _| {
            let is_doubtful = kept.is_since(milliseconds(COMES_BACK_WITHIN));
            Box::pin(async move { passes(connection, is_doubtful).await })
        })
    }

    /// Whether a question was given up within so many milliseconds.
    fn is_since(&self, past: u64) -> bool {
        let last = self.0.last.load(Ordering::Relaxed);
        last != NEVER && last.saturating_add(past) >= self.now()
    }

    fn now(&self) -> u64 {
        milliseconds(self.0.begun_at.elapsed())
    }
}

/// An error closes the connection without another word to the server, which might not be taken either.
async fn passes(connection: &mut PgConnection, is_doubtful: bool) -> Result<bool, Error> {
    if is_doubtful {
        timeout(ANSWERS_WITHIN, connection.ping())
            .await
            .map_err(|_elapsed| Error::PoolTimedOut)??;
    }
    Ok(true)
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_answered_since_is_not_doubted() {
        let silence = Silence::new();
        assert!(!silence.is_since(u64::MAX), "nothing was given up");
        silence.notice();
        assert!(silence.is_since(milliseconds(COMES_BACK_WITHIN)));
        std::thread::sleep(Duration::from_millis(20));
        assert!(silence.is_since(60_000), "it lay there all the while");
        assert!(!silence.is_since(5), "it has answered since");
    }
}
