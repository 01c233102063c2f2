//! What Apple's answers mean. The table is in its documentation ("Handling notification responses from
//! APNs").

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::super::{Outcome, RetryScope, client::Answer};

/// Also what a token of the other environment is called.
pub const BAD_DEVICE_TOKEN: &str = "BAD_DEVICE_TOKEN";
/// The token is of another app, or the topic is wrong.
pub const NOT_FOR_TOPIC: &str = "DEVICE_TOKEN_NOT_FOR_TOPIC";

/// What an answer says: of the message, or of this server's own token.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    Outcome(Outcome),
    TokenExpired,
    RenewedTooOften,
}

#[derive(Default, Deserialize)]
struct Fault {
    #[serde(default)]
    reason: String,
    /// Since when the token is dead, in milliseconds of the epoch.
    timestamp: Option<i64>,
}

/// What an answer says.
pub fn read(answer: &Answer) -> Verdict {
    if answer.is_success() {
        return Verdict::Outcome(Outcome::Delivered {
            provider_message_id: answer.header("apns-id"),
        });
    }
    let fault: Fault = serde_json::from_slice(&answer.body).unwrap_or_default();
    match (answer.status, fault.reason.as_str()) {
        (403, "ExpiredProviderToken") => Verdict::TokenExpired,
        (429, "TooManyProviderTokenUpdates") => Verdict::RenewedTooOften,
        (400, reason) => Verdict::Outcome(of_request(answer, reason)),
        _ => Verdict::Outcome(of_status(answer, &fault)),
    }
}

fn of_request(answer: &Answer, reason: &str) -> Outcome {
    match reason {
        "BadDeviceToken" => Outcome::Prune {
            reason: BAD_DEVICE_TOKEN,
            as_of: None,
        },
        "DeviceTokenNotForTopic" => Outcome::Misconfigured {
            reason: NOT_FOR_TOPIC,
        },
        "TopicDisallowed" => Outcome::Misconfigured {
            reason: "TOPIC_DISALLOWED",
        },
        "BadTopic" => Outcome::Misconfigured {
            reason: "BAD_TOPIC",
        },
        "MissingTopic" => Outcome::Misconfigured {
            reason: "MISSING_TOPIC",
        },
        "IdleTimeout" => Outcome::Retry {
            after: answer.retry_after,
            scope: RetryScope::Target,
            reason: "IDLE_TIMEOUT",
        },
        "PayloadEmpty" => Outcome::BadMessage {
            reason: "PAYLOAD_EMPTY",
        },
        _ => Outcome::BadMessage {
            reason: "BAD_REQUEST",
        },
    }
}

fn of_status(answer: &Answer, fault: &Fault) -> Outcome {
    match answer.status {
        403 => Outcome::Misconfigured {
            reason: match fault.reason.as_str() {
                "InvalidProviderToken" => "INVALID_PROVIDER_TOKEN",
                "MissingProviderToken" => "MISSING_PROVIDER_TOKEN",
                _ => "FORBIDDEN",
            },
        },
        410 => Outcome::Prune {
            reason: match fault.reason.as_str() {
                "ExpiredToken" => "EXPIRED_TOKEN",
                _ => "UNREGISTERED",
            },
            as_of: fault
                .timestamp
                .and_then(DateTime::<Utc>::from_timestamp_millis),
        },
        404 => Outcome::BadMessage { reason: "BAD_PATH" },
        405 => Outcome::BadMessage {
            reason: "METHOD_NOT_ALLOWED",
        },
        413 => Outcome::BadMessage {
            reason: "PAYLOAD_TOO_LARGE",
        },
        // The device has got too much; others have not.
        429 => Outcome::Retry {
            after: answer.retry_after,
            scope: RetryScope::Target,
            reason: "TOO_MANY_REQUESTS",
        },
        500.. => Outcome::Retry {
            after: answer.retry_after,
            scope: RetryScope::Target,
            reason: match fault.reason.as_str() {
                "Shutdown" => "SHUTDOWN",
                "InternalServerError" => "INTERNAL",
                _ => "UNAVAILABLE",
            },
        },
        _ => Outcome::Misconfigured {
            reason: "UNEXPECTED_ANSWER",
        },
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderMap, HeaderValue};
    use serde_json::json;

    use super::*;

    fn told(status: u16, reason: &str) -> Verdict {
        let body = json!({ "reason": reason }).to_string();
        read(&Answer {
            status,
            body: body.into(),
            ..Answer::default()
        })
    }

    fn retried(status: u16, words: &str, expected: &'static str) {
        let outcome = Outcome::Retry {
            after: None,
            scope: RetryScope::Target,
            reason: expected,
        };
        assert_eq!(told(status, words), Verdict::Outcome(outcome));
    }

    #[test]
    fn a_message_that_was_taken_has_an_id() {
        let mut headers = HeaderMap::new();
        headers.insert("apns-id", HeaderValue::from_static("an-id"));
        let answer = Answer {
            status: 200,
            headers,
            ..Answer::default()
        };
        let taken = Outcome::Delivered {
            provider_message_id: Some("an-id".into()),
        };
        assert_eq!(read(&answer), Verdict::Outcome(taken));
    }

    #[test]
    fn a_dead_token_is_dead_since_an_instant() {
        for (words, reason) in [
            ("Unregistered", "UNREGISTERED"),
            ("ExpiredToken", "EXPIRED_TOKEN"),
        ] {
            let body = json!({ "reason": words, "timestamp": 1_800_000_000_500_i64 });
            let answer = Answer {
                status: 410,
                body: body.to_string().into(),
                ..Answer::default()
            };
            let as_of = DateTime::from_timestamp_millis(1_800_000_000_500);
            assert_eq!(
                read(&answer),
                Verdict::Outcome(Outcome::Prune { reason, as_of })
            );
        }
    }

    #[test]
    fn a_bad_token_is_pruned_and_a_wrong_topic_is_not() {
        assert_eq!(
            told(400, "BadDeviceToken"),
            Verdict::Outcome(Outcome::Prune {
                reason: BAD_DEVICE_TOKEN,
                as_of: None
            })
        );
        for (words, reason) in [
            ("DeviceTokenNotForTopic", NOT_FOR_TOPIC),
            ("TopicDisallowed", "TOPIC_DISALLOWED"),
            ("BadTopic", "BAD_TOPIC"),
            ("MissingTopic", "MISSING_TOPIC"),
        ] {
            assert_eq!(
                told(400, words),
                Verdict::Outcome(Outcome::Misconfigured { reason })
            );
        }
    }

    #[test]
    fn what_is_wrong_with_the_request_fails_the_campaign() {
        for (status, words) in [
            (400, "BadCollapseId"),
            (400, "BadExpirationDate"),
            (400, "BadMessageId"),
            (400, "BadPriority"),
            (400, "DuplicateHeaders"),
            (400, "InvalidPushType"),
            (400, "MissingDeviceToken"),
            (400, "PayloadEmpty"),
            (400, ""),
            (404, "BadPath"),
            (405, "MethodNotAllowed"),
            (413, "PayloadTooLarge"),
        ] {
            let verdict = told(status, words);
            assert!(
                matches!(verdict, Verdict::Outcome(Outcome::BadMessage { .. })),
                "{status} {words}: {verdict:?}"
            );
        }
    }

    #[test]
    fn this_servers_token_expires_or_is_not_known() {
        assert_eq!(told(403, "ExpiredProviderToken"), Verdict::TokenExpired);
        assert_eq!(
            told(429, "TooManyProviderTokenUpdates"),
            Verdict::RenewedTooOften
        );
        for (words, reason) in [
            ("InvalidProviderToken", "INVALID_PROVIDER_TOKEN"),
            ("MissingProviderToken", "MISSING_PROVIDER_TOKEN"),
            ("Forbidden", "FORBIDDEN"),
        ] {
            assert_eq!(
                told(403, words),
                Verdict::Outcome(Outcome::Misconfigured { reason })
            );
        }
    }

    #[test]
    fn one_device_or_a_server_in_trouble_waits() {
        retried(429, "TooManyRequests", "TOO_MANY_REQUESTS");
        retried(500, "InternalServerError", "INTERNAL");
        retried(503, "ServiceUnavailable", "UNAVAILABLE");
        retried(503, "Shutdown", "SHUTDOWN");
        retried(400, "IdleTimeout", "IDLE_TIMEOUT");
    }
}
