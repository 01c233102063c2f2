//! The one connection, and when it counts as broken.

use std::{
    fmt,
    sync::{
        Arc, PoisonError, RwLock, Weak,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use redis::{
    AsyncConnectionConfig, Client, IntoConnectionInfo, ProtocolVersion, RedisResult,
    aio::MultiplexedConnection,
};
use serde::{Deserialize, Deserializer, de};
use tokio::sync::Notify;

/// The longest anybody waits for an answer.
pub const ANSWERS_WITHIN: Duration = Duration::from_millis(50);
/// Failures in a row that drop the link.
pub const MOST_FAILURES: u32 = 5;
pub const CONNECTS_WITHIN: Duration = Duration::from_millis(250);
/// From a failure to the next try.
pub const TRIES_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// `redis://…`, or `rediss://…` with TLS.
#[derive(Clone)]
pub struct RedisUrl(Client);

impl RedisUrl {
    /// Reads an address.
    ///
    /// # Errors
    /// One line that does not repeat the address, which may hold a password.
    pub fn parse(text: &str) -> Result<Self, String> {
        let refusal =
            |_| "must be redis://[user:password@]host[:port][/number] or rediss://…".to_owned();
        let info = text.into_connection_info().map_err(refusal)?;
        let settings = info.redis_settings().clone();
        let resp3 = info.set_redis_settings(settings.set_protocol(ProtocolVersion::RESP3));
        Client::open(resp3).map(Self).map_err(refusal)
    }

    /// What connects there.
    pub(super) fn client(&self) -> Client {
        self.0.clone()
    }

    /// Says whether it answers, for `doctor`.
    ///
    /// # Errors
    /// What the client reports, in one line.
    pub async fn check(&self) -> Result<(), String> {
        connect(&self.0)
            .await
            .map(|_| ())
            .map_err(|cause| cause.to_string())
    }
}

impl PartialEq for RedisUrl {
    fn eq(&self, other: &Self) -> bool {
        self.0.get_connection_info().addr() == other.0.get_connection_info().addr()
    }
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RedisUrl(…)")
    }
}

impl<'de> Deserialize<'de> for RedisUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// The link to Redis. Cheap to clone.
#[derive(Clone)]
pub struct Redis(Arc<Shared>);

#[derive(Default)]
struct Shared {
    /// None while there is no link that works.
    link: RwLock<Option<Arc<Link>>>,
}

struct Link {
    connection: MultiplexedConnection,
    failures: AtomicU32,
    broken: Notify,
}

impl fmt::Debug for Redis {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Redis(…)")
    }
}

impl Redis {
    /// Starts a keeper that connects, and connects again whenever the link breaks, for as long as
    /// somebody holds this.
    #[must_use]
    pub fn open(url: &RedisUrl) -> Self {
        let shared = Arc::new(Shared::default());
        tokio::spawn(keep(Arc::downgrade(&shared), url.0.clone()));
        Self(shared)
    }

    /// What Redis answers, or nothing: there is no link, or no answer in time.
    pub async fn ask<T>(
        &self,
        question: impl AsyncFnOnce(MultiplexedConnection) -> RedisResult<T>,
    ) -> Option<T> {
        let link = self.0.link()?;
        match tokio::time::timeout(ANSWERS_WITHIN, question(link.connection.clone())).await {
            Ok(Ok(answer)) => {
                link.failures.store(0, Ordering::Relaxed);
                Some(answer)
            }
            Ok(Err(failure)) => {
                tracing::debug!(%failure, "redis refused");
                self.0.failed(&link, failure.is_connection_dropped());
                None
            }
            Err(_elapsed) => {
                self.0.failed(&link, false);
                None
            }
        }
    }
}

impl Shared {
    fn link(&self) -> Option<Arc<Link>> {
        self.link
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set(&self, link: Option<Arc<Link>>) {
        metrics::gauge!("redis_degraded").set(if link.is_some() { 0 } else { 1 });
        *self.link.write().unwrap_or_else(PoisonError::into_inner) = link;
    }

    fn failed(&self, link: &Link, is_gone: bool) {
        metrics::counter!("redis_failures_total").increment(1);
        let failures = link.failures.fetch_add(1, Ordering::Relaxed) + 1;
        let is_first_to_say_so = failures == MOST_FAILURES || is_gone;
        if is_first_to_say_so && failures <= MOST_FAILURES {
            // Whoever comes next must not wait, even before the keeper wakes.
            self.set(None);
            link.broken.notify_one();
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(link) = self.link() {
            link.broken.notify_one();
        }
    }
}

/// Connects, waits until that breaks, and begins again.
async fn keep(shared: Weak<Shared>, client: Client) {
    loop {
        let connected = connect(&client).await;
        let Some(held) = shared.upgrade() else { return };
        match connected {
            Ok(connection) => {
                let link = Arc::new(Link {
                    connection,
                    failures: AtomicU32::new(0),
                    broken: Notify::new(),
                });
                held.set(Some(Arc::clone(&link)));
                // Held no longer: the last who asks may go meanwhile.
                drop(held);
                tracing::info!("redis answers");
                link.broken.notified().await;
                tracing::warn!("redis failed; going on without it");
            }
            Err(failure) => {
                held.set(None);
                tracing::debug!(%failure, "redis is not there");
            }
        }
        tokio::time::sleep(TRIES_AGAIN_AFTER).await;
    }
}

/// A connection that takes writes: one that only reads is a replica, of no use here.
async fn connect(client: &Client) -> RedisResult<MultiplexedConnection> {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(CONNECTS_WITHIN))
        .set_response_timeout(Some(CONNECTS_WITHIN));
    let mut connection = client
        .get_multiplexed_async_connection_with_config(&config)
        .await?;
    let seconds = 1;
    redis::cmd("SET")
        .arg("mfp:probe")
        .arg(1)
        .arg("EX")
        .arg(seconds)
        .query_async::<()>(&mut connection)
        .await?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_never_prints() {
        let url = RedisUrl::parse("redis://:secret@localhost:6379/1").unwrap();
        assert_eq!(format!("{url:?}"), "RedisUrl(…)");
        assert!(
            !RedisUrl::parse("http://:secret@localhost")
                .unwrap_err()
                .contains("secret")
        );
    }

    #[tokio::test]
    async fn nobody_waits_for_a_redis_that_is_not_there() {
        let redis = Redis::open(&RedisUrl::parse("redis://127.0.0.1:1").unwrap());
        let answer = redis
            .ask(async |mut connection| {
                redis::cmd("PING")
                    .query_async::<String>(&mut connection)
                    .await
            })
            .await;
        assert_eq!(answer, None);
    }
}
