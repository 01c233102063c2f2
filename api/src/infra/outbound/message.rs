//! What is asked of others, and what became of it.

use std::time::Duration;

use bytes::Bytes;
use reqwest::{Method, StatusCode, header::HeaderMap};
use url::Url;

/// The longest that anybody is waited for, unless a caller says otherwise.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest answer that is read, unless a caller says otherwise.
const ANSWER_AT_MOST: usize = 1024 * 1024;

/// A request to an address that somebody gave us.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Bytes of an answer's body; a longer one is no answer. With 0 the body is not read, whatever its
    /// length.
    pub answer_at_most: usize,
    /// Redirects that a GET or HEAD follows, 3 at most. With 0 a redirect is an answer like others.
    pub redirects: u8,
    /// For all of it, from the name's lookup to the body's end.
    pub patience: Duration,
}

impl Outgoing {
    /// A request with nothing in it: 5 s, 1 MiB of answer, no redirects.
    #[must_use]
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            answer_at_most: ANSWER_AT_MOST,
            redirects: 0,
            patience: PATIENCE,
        }
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Where it came from, at the end of all redirects.
    pub url: Url,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSent {
    /// The address is none that we go to.
    Refused(Refusal),
    /// No such name, nobody there, no TLS, or a connection that broke.
    Unreachable,
    TimedOut,
    AnswerTooLong,
    TooManyRedirects,
}

/// Why an address is none that we go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It does not begin with `https://`.
    NotHttps,
    /// Its port is not 443.
    Port,
    /// It carries a name or a password.
    Credentials,
    /// It leads into a network that is not the public Internet.
    PrivateAddress,
}
