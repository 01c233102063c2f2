//! What browsers' services' answers mean (RFC 8030, 8292, and what the four known ones do besides).

use super::super::{Outcome, RetryScope, client::Answer};

/// What became of the message, as far as this answer says: whether a refusal is the device's or this
/// server's fault is weighed afterwards.
pub fn read(answer: &Answer) -> Outcome {
    let later = |reason| Outcome::Retry {
        after: answer.retry_after,
        scope: RetryScope::Target,
        reason,
    };
    match answer.status {
        200..300 => Outcome::Delivered {
            provider_message_id: answer.header("location"),
        },
        404 | 410 => Outcome::Prune {
            reason: "GONE",
            as_of: None,
        },
        // Or a subscription that was made with another key.
        401 | 403 => Outcome::Misconfigured {
            reason: "VAPID_REFUSED",
        },
        413 => Outcome::BadMessage {
            reason: "PAYLOAD_TOO_LARGE",
        },
        // 406 is how Windows says that it is too much.
        406 | 429 => later("TOO_MANY_REQUESTS"),
        300..=399 => later("REDIRECTED"),
        408 | 500.. => later("UNAVAILABLE"),
        _ => Outcome::BadMessage {
            reason: "BAD_REQUEST",
        },
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use reqwest::header::{HeaderMap, HeaderValue};

    use super::*;

    fn told(status: u16) -> Outcome {
        read(&Answer {
            status,
            ..Answer::default()
        })
    }

    #[test]
    fn a_message_that_was_taken_has_a_place() {
        let mut headers = HeaderMap::new();
        headers.insert("location", HeaderValue::from_static("/m/1"));
        let answer = Answer {
            status: 201,
            headers,
            ..Answer::default()
        };
        assert_eq!(
            read(&answer),
            Outcome::Delivered {
                provider_message_id: Some("/m/1".into())
            }
        );
        assert!(matches!(told(202), Outcome::Delivered { .. }));
    }

    #[test]
    fn a_subscription_that_is_gone_is_pruned() {
        for status in [404, 410] {
            assert_eq!(
                told(status),
                Outcome::Prune {
                    reason: "GONE",
                    as_of: None
                }
            );
        }
    }

    #[test]
    fn refusals_blame_the_key_or_the_message() {
        for status in [401, 403] {
            assert_eq!(
                told(status),
                Outcome::Misconfigured {
                    reason: "VAPID_REFUSED"
                }
            );
        }
        for (status, reason) in [
            (400, "BAD_REQUEST"),
            (405, "BAD_REQUEST"),
            (413, "PAYLOAD_TOO_LARGE"),
        ] {
            assert_eq!(told(status), Outcome::BadMessage { reason });
        }
    }

    #[test]
    fn one_who_is_busy_is_asked_later() {
        for (status, reason) in [
            (301, "REDIRECTED"),
            (307, "REDIRECTED"),
            (406, "TOO_MANY_REQUESTS"),
            (429, "TOO_MANY_REQUESTS"),
            (500, "UNAVAILABLE"),
            (503, "UNAVAILABLE"),
        ] {
            let after = Some(Duration::from_secs(9));
            let answer = Answer {
                status,
                retry_after: after,
                ..Answer::default()
            };
            assert_eq!(
                read(&answer),
                Outcome::Retry {
                    after,
                    scope: RetryScope::Target,
                    reason
                }
            );
        }
    }
}
