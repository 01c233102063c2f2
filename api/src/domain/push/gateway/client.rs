//! Asking a provider over HTTP, and what came of it.

use std::{
    fmt::Display,
    fs,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::Duration,
};

use chrono::{DateTime, Utc};
use reqwest::{
    Certificate, Client, ClientBuilder, RequestBuilder,
    header::{HeaderMap, RETRY_AFTER},
    redirect::Policy,
};
use url::Url;

use super::{Outcome, Provider, RetryScope};
use crate::infra::{clock::Clock, config::Settings};

/// Streams that providers let one HTTP/2 connection have at least; more wait for each other.
const STREAMS_A_CONNECTION: usize = 100;
const MOST_CONNECTIONS: usize = 8;
/// A connection that has gone silent is noticed so soon, also while nothing is sent: Apple wants
/// connections kept.
const PING_EVERY: Duration = Duration::from_secs(60);
const IDLE_FOR: Duration = Duration::from_secs(600);
/// An answer is a line of JSON; nobody makes us read a book.
const LONGEST_ANSWER: usize = 32 * 1024;
/// As much of an answer as a log line takes.
const LONGEST_QUOTE: usize = 300;

/// Clients of one provider. Each keeps one HTTP/2 connection to a host, or several of HTTP/1.1.
pub struct Connections {
    first: Client,
    others: Vec<Client>,
    turn: AtomicUsize,
}

impl Connections {
    /// As many as so many messages on their way want, each shaped by `shape`.
    ///
    /// # Errors
    /// One line naming the setting that can't be used.
    pub fn new(
        settings: &Settings,
        in_flight: usize,
        shape: impl Fn(ClientBuilder) -> ClientBuilder,
    ) -> Result<Self, String> {
        let make = || built(shape(client_builder(settings)?));
        let count = in_flight
            .div_ceil(STREAMS_A_CONNECTION)
            .clamp(1, MOST_CONNECTIONS);
        Ok(Self {
            first: make()?,
            others: (1..count).map(|_| make()).collect::<Result<_, _>>()?,
            turn: AtomicUsize::new(0),
        })
    }

    /// The client whose turn it is.
    pub fn client(&self) -> &Client {
        let count = self.others.len().saturating_add(1);
        let turn = self.turn.fetch_add(1, Relaxed) % count;
        self.others.get(turn).unwrap_or(&self.first)
    }
}

fn built(builder: ClientBuilder) -> Result<Client, String> {
    builder
        .build()
        .map_err(|cause| format!("push providers: no HTTP client: {cause}"))
}

fn client_builder(settings: &Settings) -> Result<ClientBuilder, String> {
    let builder = Client::builder()
        .timeout(settings.push_timeout())
        .connect_timeout(settings.push_timeout())
        .pool_idle_timeout(IDLE_FOR)
        .http2_keep_alive_interval(PING_EVERY)
        .http2_keep_alive_while_idle(true)
        // A redirect would carry a key, or a request of ours, to wherever it says.
        .redirect(Policy::none())
        .no_proxy()
        .user_agent(concat!("mfp-api/", env!("CARGO_PKG_VERSION")));
    let Some(file) = &settings.push_extra_ca_file else {
        return Ok(builder);
    };
    let refused = |cause: &dyn Display| {
        format!(
            "setting MFP_PUSH_EXTRA_CA_FILE: {}: {cause}",
            file.display()
        )
    };
    let pem = fs::read(file).map_err(|cause| refused(&cause))?;
    let certificates = Certificate::from_pem_bundle(&pem).map_err(|cause| refused(&cause))?;
    if certificates.is_empty() {
        return Err(refused(&"holds no certificate"));
    }
    Ok(builder.tls_certs_merge(certificates))
}

/// An address below a provider's own.
///
/// # Errors
/// One line naming the setting.
pub fn address(setting: &str, base: &Url, path: &str) -> Result<Url, String> {
    let whole = format!("{}{path}", base.as_str().trim_end_matches('/'));
    Url::parse(&whole).map_err(|cause| format!("setting {setting}: {cause}"))
}

/// What a provider answered.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    /// How long to wait, where it says so.
    pub retry_after: Option<Duration>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A header that is text.
    pub fn header(&self, name: &str) -> Option<String> {
        let value = self.headers.get(name)?.to_str().ok()?;
        Some(value.to_owned())
    }

    /// Writes to the log what stops a campaign or a lane, and hands the outcome on.
    pub fn reported(&self, provider: Provider, outcome: Outcome) -> Outcome {
        if let Outcome::BadMessage { reason } | Outcome::Misconfigured { reason } = &outcome {
            let told: String = String::from_utf8_lossy(&self.body)
                .chars()
                .take(LONGEST_QUOTE)
                .collect();
            tracing::error!(
                ?provider,
                status = self.status,
                reason,
                told,
                "a push provider refuses"
            );
        }
        outcome
    }
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// No connection: nothing was sent.
    Unreachable,
    /// It did not come in time, or broke off: whether the message was taken nobody knows.
    Silent,
}

impl Unanswered {
    /// Where no connection can be made, nobody else gets through either.
    pub const fn outcome(self) -> Outcome {
        match self {
            Self::Unreachable => Outcome::Retry {
                after: None,
                scope: RetryScope::Lane,
                reason: "UNREACHABLE",
            },
            Self::Silent => self.outcome_for_one(),
        }
    }

    /// The same where every device may have a server of its own.
    pub const fn outcome_for_one(self) -> Outcome {
        Outcome::Retry {
            after: None,
            scope: RetryScope::Target,
            reason: match self {
                Self::Unreachable => "UNREACHABLE",
                Self::Silent => "NO_ANSWER",
            },
        }
    }
}

/// Sends a request and reads its answer.
///
/// # Errors
/// When none came.
pub async fn ask(request: RequestBuilder, clock: &Clock) -> Result<Answer, Unanswered> {
    let mut response = request.send().await.map_err(|error| {
        if error.is_connect() {
            Unanswered::Unreachable
        } else {
            Unanswered::Silent
        }
    })?;
    let mut answer = Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        retry_after: retry_after(response.headers(), clock.now()),
        body: Vec::new(),
    };
    while answer.body.len() < LONGEST_ANSWER {
        match response.chunk().await {
            Ok(Some(chunk)) => answer.body.extend_from_slice(&chunk),
            Ok(None) => break,
            // The status has already said that the message was taken.
            Err(_) if answer.is_success() => break,
            Err(_) => return Err(Unanswered::Silent),
        }
    }
    Ok(answer)
}

/// Seconds, or an instant (RFC 9110, 10.2.3).
fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(Duration::from_secs(u64::from(seconds)));
    }
    let instant = DateTime::parse_from_rfc2822(text).ok()?;
    Some((instant.to_utc() - now).to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn waits(text: &str) -> Option<Duration> {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_str(text).unwrap());
        retry_after(&headers, now)
    }

    #[test]
    fn a_wait_is_seconds_or_an_instant() {
        assert_eq!(waits("30"), Some(Duration::from_secs(30)));
        assert_eq!(
            waits("Fri, 15 Jan 2027 08:00:20 GMT"),
            Some(Duration::from_secs(20))
        );
        assert_eq!(waits("Fri, 15 Jan 2027 07:59:00 GMT"), Some(Duration::ZERO));
        assert_eq!(waits("soon"), None);
        assert_eq!(waits("-5"), None);
    }

    #[test]
    fn an_address_is_below_its_base_with_or_without_a_slash() {
        for base in ["http://127.0.0.1:9/x/", "http://127.0.0.1:9/x"] {
            let url = address("NAME", &Url::parse(base).unwrap(), "/v1/send").unwrap();
            assert_eq!(url.as_str(), "http://127.0.0.1:9/x/v1/send");
        }
    }

    #[test]
    fn clients_take_turns_and_are_as_many_as_are_wanted() {
        let count = |in_flight| {
            let connections = Connections::new(&Settings::default(), in_flight, |it| it).unwrap();
            connections.others.len() + 1
        };
        assert_eq!(count(1), 1);
        assert_eq!(count(100), 1);
        assert_eq!(count(101), 2);
        assert_eq!(count(100_000), MOST_CONNECTIONS);
    }
}
