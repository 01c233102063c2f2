//! The one connection, and when it counts as broken.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock, Weak},
    time::{Duration, Instant},
};

use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, ErrorKind, IntoConnectionInfo, ProtocolVersion,
    RedisError, RedisResult, ServerErrorKind, TlsCertificates, aio::MultiplexedConnection,
};
use serde::{Deserialize, Deserializer, de};
use tokio::sync::Notify;

use super::breaker::Breaker;

/// The longest anybody waits for an answer.
pub const ANSWERS_WITHIN: Duration = Duration::from_millis(50);
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
        choose_cryptography();
        let info = text.into_connection_info().map_err(refusal)?;
        let settings = info.redis_settings().clone();
        let resp3 = info.set_redis_settings(settings.set_protocol(ProtocolVersion::RESP3));
        Client::open(resp3).map(Self).map_err(refusal)
    }

    /// The same address, vouched for by these certificates (PEM) instead of the system's.
    ///
    /// # Errors
    /// One line: they are none, or the address is one without TLS.
    pub fn vouched_for_by(&self, certificates: Vec<u8>) -> Result<Self, String> {
        if !String::from_utf8_lossy(&certificates).contains("-----BEGIN CERTIFICATE-----") {
            return Err("holds no certificate".into());
        }
        let info = self.0.get_connection_info().clone();
        if !matches!(info.addr(), ConnectionAddr::TcpTls { .. }) {
            return Err("REDIS_URL is not rediss://…".into());
        }
        let trusted = TlsCertificates {
            client_tls: None,
            root_cert: Some(certificates),
        };
        Client::build_with_tls(info, trusted)
            .map(Self)
            .map_err(|cause| cause.to_string())
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

/// The client takes whichever cryptography the process has chosen, and panics where several are linked and
/// none is chosen. Somebody may have chosen already.
fn choose_cryptography() {
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
}

/// The link to Redis. Cheap to clone.
#[derive(Clone)]
pub struct Redis(Arc<Shared>);

struct Shared {
    url: RedisUrl,
    /// None while there is no link that works.
    link: RwLock<Option<Arc<Link>>>,
}

struct Link {
    connection: MultiplexedConnection,
    made_at: Instant,
    breaker: Breaker,
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
        let shared = Arc::new(Shared {
            url: url.clone(),
            link: RwLock::default(),
        });
        tokio::spawn(keep(Arc::downgrade(&shared), url.0.clone()));
        Self(shared)
    }

    /// What connects where this does.
    pub(super) fn client(&self) -> Client {
        self.0.url.client()
    }

    /// What Redis answers, or nothing: there is no link, or no answer in time.
    pub async fn ask<T>(
        &self,
        question: impl AsyncFnOnce(MultiplexedConnection) -> RedisResult<T>,
    ) -> Option<T> {
        let link = self.0.link()?;
        if !link.breaker.admits(link.made_at.elapsed()) {
            return None;
        }
        match tokio::time::timeout(ANSWERS_WITHIN, question(link.connection.clone())).await {
            Ok(Ok(answer)) => {
                link.breaker.answered();
                Some(answer)
            }
            Ok(Err(failure)) => {
                tracing::debug!(%failure, "redis refused");
                metrics::counter!("redis_failures_total").increment(1);
                if is_of_the_question(&failure) {
                    link.breaker.answered();
                } else {
                    self.0.give_up(&link);
                }
                None
            }
            Err(_elapsed) => {
                metrics::counter!("redis_failures_total").increment(1);
                if link.breaker.fell_silent(link.made_at.elapsed()) {
                    self.0.give_up(&link);
                }
                None
            }
        }
    }
}

/// Whether it is what was asked for, as bytes where a list lies, and another question may do better. Else
/// it is the link: gone, or one to a replica, which takes no writes.
fn is_of_the_question(failure: &RedisError) -> bool {
    matches!(
        failure.kind(),
        ErrorKind::Extension
            | ErrorKind::UnexpectedReturnType
            | ErrorKind::Server(ServerErrorKind::ResponseError)
    )
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

    /// Lets a link go, unless another has taken its place.
    fn give_up(&self, broken: &Arc<Link>) {
        if self.link().is_some_and(|link| Arc::ptr_eq(&link, broken)) {
            // Whoever comes next must not wait, even before the keeper wakes.
            self.set(None);
            broken.broken.notify_one();
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
                    made_at: Instant::now(),
                    breaker: Breaker::default(),
                    broken: Notify::new(),
                });
                held.set(Some(Arc::clone(&link)));
                // Held no longer: the last who asks may go meanwhile.
                drop(held);
                tracing::info!("redis answers");
                link.broken.notified().await;
                tracing::warn!("redis failed; going on without it");
                // Most often another one stands there already. One that keeps failing is not hurried.
                if link.made_at.elapsed() > TRIES_AGAIN_AFTER {
                    continue;
                }
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

    #[test]
    fn only_certificates_vouch_and_only_for_tls() {
        let url = RedisUrl::parse("rediss://localhost").unwrap();
        assert!(url.vouched_for_by(b"not a certificate".to_vec()).is_err());
        let plain = RedisUrl::parse("redis://localhost").unwrap();
        let refusal = plain.vouched_for_by(b"-----BEGIN CERTIFICATE-----".to_vec());
        assert!(refusal.unwrap_err().contains("rediss://"));
    }

    #[test]
    fn a_list_where_bytes_are_asked_for_is_no_reason_to_leave() {
        let said = |code: &'static str| RedisError::from((ErrorKind::Extension, code));
        assert!(is_of_the_question(&said("WRONGTYPE")));
        let read_only = ErrorKind::Server(ServerErrorKind::ReadOnly);
        assert!(!is_of_the_question(&RedisError::from((
            read_only,
            "it is a replica"
        ))));
        assert!(!is_of_the_question(&RedisError::from((
            ErrorKind::Io,
            "reset"
        ))));
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
