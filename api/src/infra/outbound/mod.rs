//! The one way out to addresses that staff or users gave us: webhooks, push endpoints, pages to probe.
//!
//! Whoever gives an address must not reach what only this server reaches: neighbours in its network,
//! itself, the cloud's credentials. So: https on port 443 alone, no address that is not public, whether
//! written out or behind a name, no redirect unless it was checked the same way, a deadline over
//! everything, a bounded answer, no proxy of the environment. The operator may name exceptions
//! (`MFP_OUTBOUND_ALLOWED`).

mod address;
mod allowed;
mod message;
mod resolver;

use std::{
    error::Error as _,
    fmt, mem,
    sync::{Arc, OnceLock},
    time::Duration,
};

pub use address::is_public;
pub use allowed::Allowed;
pub use bytes::Bytes;
use bytes::BytesMut;
pub use message::{Answer, NotSent, Outgoing, Refusal};
pub use reqwest::{
    Method, StatusCode,
    header::{self, HeaderMap, HeaderName, HeaderValue},
};
use resolver::{Lookup, NonePublic, PublicOnly, system_lookup};
use tokio::time::timeout;
use url::{Host, Url};

use crate::infra::config::Settings;

/// More are never followed, whatever a caller says.
const MOST_REDIRECTS: u8 = 3;
/// Connections to one host that wait for the next request, and for how long.
const IDLE_CONNECTIONS: usize = 2;
const IDLE_FOR: Duration = Duration::from_secs(30);
const TLS_PORT: u16 = 443;

/// Sends requests to addresses that somebody gave us. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Outbound {
    allowed: Allowed,
    clients: Arc<Clients>,
}

/// Made when they are needed first: a process that calls nobody reads no root certificates, and starts
/// without them.
struct Clients {
    lookup: Lookup,
    guarded: OnceLock<reqwest::Client>,
    unguarded: OnceLock<reqwest::Client>,
}

impl fmt::Debug for Outbound {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Outbound(…)")
    }
}

impl Outbound {
    /// With the exceptions of the settings.
    ///
    /// # Errors
    /// One line naming the setting.
    pub fn new(settings: &Settings) -> Result<Self, String> {
        let allowed = settings.outbound_allowed()?;
        Ok(Self::with_lookup(allowed, system_lookup()))
    }

    fn with_lookup(allowed: Allowed, lookup: Lookup) -> Self {
        Self {
            allowed,
            clients: Arc::new(Clients {
                lookup,
                guarded: OnceLock::new(),
                unguarded: OnceLock::new(),
            }),
        }
    }

    /// Whether an address is one that we might go to, as far as it says so itself: its scheme, its port,
    /// an address written out. No name is looked up.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn check(&self, url: &Url) -> Result<(), Refusal> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::Credentials);
        }
        if self.allowed.has(url) && matches!(url.scheme(), "https" | "http") {
            return Ok(());
        }
        if url.scheme() != "https" {
            return Err(Refusal::NotHttps);
        }
        if url.port_or_known_default() != Some(TLS_PORT) {
            return Err(Refusal::Port);
        }
        let is_private = match url.host() {
            Some(Host::Ipv4(address)) => !is_public(address.into()),
            Some(Host::Ipv6(address)) => !is_public(address.into()),
            Some(Host::Domain(name)) => is_this_machine(name),
            None => true,
        };
        if is_private {
            return Err(Refusal::PrivateAddress);
        }
        Ok(())
    }

    /// Sends a request and waits for its answer.
    ///
    /// # Errors
    /// [`NotSent`].
    pub async fn send(&self, request: Outgoing) -> Result<Answer, NotSent> {
        let patience = request.patience;
        timeout(patience, self.follow(request))
            .await
            .unwrap_or(Err(NotSent::TimedOut))
    }

    /// Redirects are followed here and not by the client, so that each goes through the same check.
    async fn follow(&self, mut request: Outgoing) -> Result<Answer, NotSent> {
        // What carries a body is not carried elsewhere.
        let is_read = matches!(request.method, Method::GET | Method::HEAD);
        let most = request.redirects.min(MOST_REDIRECTS);
        let mut followed = 0;
        loop {
            let answer = self.send_once(&request).await?;
            let leads_to = destination(&answer).filter(|_| is_read && most > 0);
            let Some(next) = leads_to else {
                return Ok(answer);
            };
            if followed == most {
                return Err(NotSent::TooManyRedirects);
            }
            followed += 1;
            if next.origin() != request.url.origin() {
                request.headers = without_secrets(&request.headers);
            }
            request.url = next;
        }
    }

    async fn send_once(&self, request: &Outgoing) -> Result<Answer, NotSent> {
        self.check(&request.url).map_err(NotSent::Refused)?;
        let client = self.client_for(&request.url)?;
        let mut sending = client
            .request(request.method.clone(), request.url.clone())
            .headers(request.headers.clone());
        if !request.body.is_empty() {
            sending = sending.body(request.body.clone());
        }
        let response = sending.send().await.map_err(|cause| reason(&cause))?;
        read(response, request.answer_at_most).await
    }

    fn client_for(&self, url: &Url) -> Result<&reqwest::Client, NotSent> {
        let clients = &self.clients;
        if self.allowed.has(url) {
            made(&clients.unguarded, client())
        } else {
            let resolver = PublicOnly::new(&clients.lookup);
            let guarded = client().https_only(true).dns_resolver(resolver);
            made(&clients.guarded, guarded)
        }
    }
}

/// What both clients have in common.
fn client() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        // A small answer must not become a large one here.
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        .pool_max_idle_per_host(IDLE_CONNECTIONS)
        .pool_idle_timeout(IDLE_FOR)
}

/// The client of that place, made the first time.
fn made(
    place: &OnceLock<reqwest::Client>,
    builder: reqwest::ClientBuilder,
) -> Result<&reqwest::Client, NotSent> {
    if let Some(client) = place.get() {
        return Ok(client);
    }
    let client = builder.build().map_err(|cause| {
        tracing::error!(?cause, "no HTTP client can be made");
        NotSent::Unreachable
    })?;
    Ok(place.get_or_init(|| client))
}

/// Names that never leave the machine (RFC 6761).
fn is_this_machine(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

/// Where a redirect leads.
fn destination(answer: &Answer) -> Option<Url> {
    let leads_on = matches!(answer.status.as_u16(), 301 | 302 | 303 | 307 | 308);
    let location = answer.headers.get(header::LOCATION)?.to_str().ok()?;
    answer.url.join(location).ok().filter(|_| leads_on)
}

/// What another origin may see of a request's headers.
fn without_secrets(headers: &HeaderMap) -> HeaderMap {
    let harmless = [header::ACCEPT, header::ACCEPT_LANGUAGE, header::USER_AGENT];
    harmless
        .into_iter()
        .filter_map(|name| {
            let value = headers.get(&name)?.clone();
            Some((name, value))
        })
        .collect()
}

async fn read(mut response: reqwest::Response, at_most: usize) -> Result<Answer, NotSent> {
    let mut body = BytesMut::new();
    while at_most > 0
        && let Some(chunk) = response.chunk().await.map_err(|cause| reason(&cause))?
    {
        if body.len() + chunk.len() > at_most {
            return Err(NotSent::AnswerTooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer {
        status: response.status(),
        url: response.url().clone(),
        headers: mem::take(response.headers_mut()),
        body: body.freeze(),
    })
}

/// Why the client has no answer. The resolver's refusal stands somewhere below its error.
fn reason(cause: &reqwest::Error) -> NotSent {
    let mut below = cause.source();
    while let Some(cause) = below.filter(|cause| !cause.is::<NonePublic>()) {
        below = cause.source();
    }
    if below.is_some() {
        NotSent::Refused(Refusal::PrivateAddress)
    } else if cause.is_timeout() {
        NotSent::TimedOut
    } else {
        NotSent::Unreachable
    }
}

#[cfg(test)]
mod tests {
    use std::{io, net::SocketAddr};

    use futures_util::FutureExt;

    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn outbound(allowed: &str) -> Outbound {
        Outbound::with_lookup(Allowed::parse(allowed).unwrap(), system_lookup())
    }

    #[test]
    fn an_address_is_refused_however_it_is_spelt() {
        use Refusal::{Credentials, NotHttps, Port, PrivateAddress};
        for (text, refusal) in [
            ("http://example.ru/", NotHttps),
            ("ftp://example.ru/", NotHttps),
            ("file:///etc/passwd", NotHttps),
            ("data:text/plain,x", NotHttps),
            ("https://example.ru:8443/", Port),
            ("https://example.ru:80/", Port),
            ("https://user@example.ru/", Credentials),
            ("https://:secret@example.ru/", Credentials),
            ("https://127.0.0.1/", PrivateAddress),
            ("https://127.1/", PrivateAddress),
            ("https://2130706433/", PrivateAddress),
            ("https://0x7f000001/", PrivateAddress),
            ("https://0x7f.0.0.1/", PrivateAddress),
            ("https://0177.0.0.1/", PrivateAddress),
            ("https://017700000001/", PrivateAddress),
            ("https://127.0.0.1./", PrivateAddress),
            ("https://%31%32%37.0.0.1/", PrivateAddress),
            ("https://①②⑦.0.0.1/", PrivateAddress),
            ("https://127。0。0。1/", PrivateAddress),
            ("https://0/", PrivateAddress),
            ("https://10.1/", PrivateAddress),
            ("https://192.168.257/", PrivateAddress),
            ("https://169.254.169.254/latest/meta-data/", PrivateAddress),
            ("https://0xa9fea9fe/", PrivateAddress),
            ("https://[::1]/", PrivateAddress),
            ("https://[0:0:0:0:0:0:0:1]/", PrivateAddress),
            ("https://[::ffff:127.0.0.1]/", PrivateAddress),
            ("https://[::ffff:7f00:1]/", PrivateAddress),
            ("https://[64:ff9b::a00:1]/", PrivateAddress),
            ("https://[fd00::1]/", PrivateAddress),
            ("https://localhost/", PrivateAddress),
            ("https://LOCALHOST./", PrivateAddress),
            ("https://db.localhost/", PrivateAddress),
        ] {
            assert_eq!(outbound("").check(&url(text)), Err(refusal), "{text}");
        }
        for text in [
            "https://example.ru/hook?a=b",
            "https://example.ru:443/",
            "https://8.8.8.8/",
            "https://[2606:4700:4700::1111]/",
            "https://localhost.example.ru/",
        ] {
            assert_eq!(outbound("").check(&url(text)), Ok(()), "{text}");
        }
    }

    #[test]
    fn the_operator_allows_a_destination_and_no_other() {
        let outbound = outbound("127.0.0.1:8080");
        assert_eq!(outbound.check(&url("http://127.0.0.1:8080/hook")), Ok(()));
        let other = outbound.check(&url("http://127.0.0.1:8081/hook"));
        assert_eq!(other, Err(Refusal::NotHttps));
        let carrying = outbound.check(&url("http://a:b@127.0.0.1:8080/"));
        assert_eq!(carrying, Err(Refusal::Credentials));
    }

    #[tokio::test]
    async fn a_name_that_leads_home_is_refused_without_a_connection() {
        let home: SocketAddr = ([127, 0, 0, 1], 0).into();
        let lookup: Lookup =
            Arc::new(move |_: String| async move { io::Result::Ok(vec![home]) }.boxed());
        let outbound = Outbound::with_lookup(Allowed::default(), lookup);
        let request = Outgoing::new(Method::GET, url("https://rebinding.example/"));
        let refused = outbound.send(request).await.err();
        assert_eq!(refused, Some(NotSent::Refused(Refusal::PrivateAddress)));
    }

    #[test]
    fn another_origin_sees_no_secrets() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static("text/html"));
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("Bearer x"));
        headers.insert("x-key", HeaderValue::from_static("y"));
        let left = without_secrets(&headers);
        assert_eq!(left.len(), 1);
        assert!(left.contains_key(header::ACCEPT));
    }
}
