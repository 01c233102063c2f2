//! What Firebase's answers mean. The table is in its documentation ("FCM error codes").

use std::time::Duration;

use serde::Deserialize;

use super::super::{Outcome, RetryScope, client::Answer};

/// A quota is of a minute.
const QUOTA_LASTS: Duration = Duration::from_secs(60);
/// The one member of a message that differs by device.
const TOKEN_FIELD: &str = "message.token";

#[derive(Deserialize)]
struct Accepted {
    name: String,
}

#[derive(Default, Deserialize)]
struct Refused {
    #[serde(default)]
    error: Fault,
}

#[derive(Default, Deserialize)]
struct Fault {
    #[serde(default)]
    details: Vec<Detail>,
}

/// `google.rpc.BadRequest` has violations, `FcmError` a code.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    #[serde(rename = "@type")]
    kind: String,
    error_code: Option<String>,
    #[serde(default)]
    field_violations: Vec<Violation>,
}

#[derive(Deserialize)]
struct Violation {
    field: Option<String>,
}

/// Whether the access token was refused, and no more.
pub fn is_of_a_stale_token(answer: &Answer) -> bool {
    answer.status == 401 && Fault::of(answer).code() != Some("THIRD_PARTY_AUTH_ERROR")
}

/// What became of the message.
pub fn read(answer: &Answer) -> Outcome {
    if answer.is_success() {
        let accepted = serde_json::from_slice::<Accepted>(&answer.body);
        return Outcome::Delivered {
            provider_message_id: accepted.ok().map(|accepted| accepted.name),
        };
    }
    let fault = Fault::of(answer);
    match (answer.status, fault.code()) {
        (400, _) => fault.of_request(),
        (401, Some("THIRD_PARTY_AUTH_ERROR")) => Outcome::Misconfigured {
            reason: "THIRD_PARTY_AUTH_ERROR",
        },
        (401, _) => Outcome::Misconfigured {
            reason: "UNAUTHENTICATED",
        },
        (403, Some("SENDER_ID_MISMATCH")) => Outcome::Mark {
            reason: "SENDER_ID_MISMATCH",
        },
        (403, _) => Outcome::Misconfigured {
            reason: "PERMISSION_DENIED",
        },
        (404, Some("UNREGISTERED")) => Outcome::Prune {
            reason: "UNREGISTERED",
            as_of: None,
        },
        // Without that word it is not the token that is missing.
        (404, _) => Outcome::Misconfigured {
            reason: "NOT_FOUND",
        },
        (429, _) => Outcome::Retry {
            after: Some(answer.retry_after.unwrap_or(QUOTA_LASTS)),
            scope: RetryScope::Lane,
            reason: "QUOTA_EXCEEDED",
        },
        (408 | 500.., _) => Outcome::Retry {
            after: answer.retry_after,
            scope: RetryScope::Target,
            reason: if answer.status == 500 {
                "INTERNAL"
            } else {
                "UNAVAILABLE"
            },
        },
        _ => Outcome::Misconfigured {
            reason: "UNEXPECTED_ANSWER",
        },
    }
}

impl Fault {
    fn of(answer: &Answer) -> Self {
        serde_json::from_slice::<Refused>(&answer.body)
            .unwrap_or_default()
            .error
    }

    fn code(&self) -> Option<&str> {
        self.details
            .iter()
            .find_map(|detail| detail.error_code.as_deref())
    }

    /// A message at fault and a token at fault have the same status and the same code; only a
    /// violation of the message's own fields tells them apart. A token must not go for a fault of ours.
    fn of_request(&self) -> Outcome {
        let is_of_firebase = self
            .details
            .iter()
            .any(|detail| detail.kind.ends_with("FcmError"));
        let is_of_request = self
            .details
            .iter()
            .any(|detail| detail.kind.ends_with("google.rpc.BadRequest"));
        if is_of_request && !self.blames_the_token_alone() {
            return Outcome::BadMessage {
                reason: "INVALID_ARGUMENT",
            };
        }
        if is_of_request || (is_of_firebase && self.code() == Some("INVALID_ARGUMENT")) {
            return Outcome::Prune {
                reason: "INVALID_TOKEN",
                as_of: None,
            };
        }
        Outcome::BadMessage {
            reason: "BAD_REQUEST",
        }
    }

    fn blames_the_token_alone(&self) -> bool {
        let mut fields = self
            .details
            .iter()
            .flat_map(|detail| &detail.field_violations)
            .map(|violation| violation.field.as_deref())
            .peekable();
        fields.peek().is_some() && fields.all(|field| field == Some(TOKEN_FIELD))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const FCM_ERROR: &str = "type.googleapis.com/google.firebase.fcm.v1.FcmError";
    const BAD_REQUEST: &str = "type.googleapis.com/google.rpc.BadRequest";

    fn answer(status: u16, details: Value) -> Answer {
        let body = json!({ "error": { "code": status, "message": "…", "details": details } });
        Answer {
            status,
            body: body.to_string().into(),
            ..Answer::default()
        }
    }

    fn coded(status: u16, code: &str) -> Outcome {
        read(&answer(
            status,
            json!([{ "@type": FCM_ERROR, "errorCode": code }]),
        ))
    }

    fn violated(field: &str) -> Value {
        json!({ "@type": BAD_REQUEST, "fieldViolations": [{ "field": field, "description": "…" }] })
    }

    #[test]
    fn a_message_that_was_taken_has_a_name() {
        let taken = Answer {
            status: 200,
            body: br#"{"name":"projects/mfp/messages/0:1"}"#.to_vec(),
            ..Answer::default()
        };
        assert_eq!(
            read(&taken),
            Outcome::Delivered {
                provider_message_id: Some("projects/mfp/messages/0:1".into())
            }
        );
    }

    #[test]
    fn a_message_at_fault_and_a_token_at_fault_are_told_apart() {
        let bad_message = Outcome::BadMessage {
            reason: "INVALID_ARGUMENT",
        };
        let bad_token = Outcome::Prune {
            reason: "INVALID_TOKEN",
            as_of: None,
        };
        let of_token = json!({ "@type": FCM_ERROR, "errorCode": "INVALID_ARGUMENT" });
        let data = violated("message.data[0].value");
        assert_eq!(read(&answer(400, json!([data]))), bad_message);
        assert_eq!(read(&answer(400, json!([of_token, data]))), bad_message);
        assert_eq!(read(&answer(400, json!([of_token]))), bad_token);
        let token = violated("message.token");
        assert_eq!(read(&answer(400, json!([of_token, token]))), bad_token);
        assert_eq!(read(&answer(400, json!([token]))), bad_token);
        assert_eq!(read(&answer(400, json!([token, data]))), bad_message);
        let empty = json!({ "@type": BAD_REQUEST });
        assert_eq!(read(&answer(400, json!([empty]))), bad_message);
    }

    #[test]
    fn an_unreadable_refusal_costs_no_token() {
        let unreadable = |status| {
            read(&Answer {
                status,
                body: b"<html>".to_vec(),
                ..Answer::default()
            })
        };
        assert!(matches!(unreadable(400), Outcome::BadMessage { .. }));
        assert!(matches!(unreadable(404), Outcome::Misconfigured { .. }));
        assert!(matches!(unreadable(302), Outcome::Misconfigured { .. }));
    }

    #[test]
    fn each_code_has_its_outcome() {
        assert_eq!(
            coded(404, "UNREGISTERED"),
            Outcome::Prune {
                reason: "UNREGISTERED",
                as_of: None
            }
        );
        assert_eq!(
            coded(403, "SENDER_ID_MISMATCH"),
            Outcome::Mark {
                reason: "SENDER_ID_MISMATCH"
            }
        );
        for (status, code) in [
            (403, "PERMISSION_DENIED"),
            (401, "UNAUTHENTICATED"),
            (401, "THIRD_PARTY_AUTH_ERROR"),
        ] {
            let outcome = coded(status, code);
            assert!(
                matches!(outcome, Outcome::Misconfigured { reason } if reason == code),
                "{outcome:?}"
            );
        }
    }

    #[test]
    fn a_quota_holds_the_lane_for_a_minute_or_as_long_as_told() {
        let retry = |after| Outcome::Retry {
            after: Some(Duration::from_secs(after)),
            scope: RetryScope::Lane,
            reason: "QUOTA_EXCEEDED",
        };
        assert_eq!(coded(429, "QUOTA_EXCEEDED"), retry(60));
        let told = Answer {
            status: 429,
            retry_after: Some(Duration::from_secs(7)),
            ..Answer::default()
        };
        assert_eq!(read(&told), retry(7));
    }

    #[test]
    fn a_server_in_trouble_is_tried_again() {
        for (status, reason) in [
            (500, "INTERNAL"),
            (502, "UNAVAILABLE"),
            (503, "UNAVAILABLE"),
        ] {
            for after in [None, Some(Duration::from_secs(3))] {
                let answer = Answer {
                    status,
                    retry_after: after,
                    ..Answer::default()
                };
                let expected = Outcome::Retry {
                    after,
                    scope: RetryScope::Target,
                    reason,
                };
                assert_eq!(read(&answer), expected);
            }
        }
    }

    #[test]
    fn a_stale_token_is_told_from_broken_credentials_of_apple() {
        let refused = |code| {
            is_of_a_stale_token(&answer(
                401,
                json!([{ "@type": FCM_ERROR, "errorCode": code }]),
            ))
        };
        assert!(refused("UNAUTHENTICATED"));
        assert!(is_of_a_stale_token(&answer(401, json!([]))));
        assert!(!refused("THIRD_PARTY_AUTH_ERROR"));
        assert!(!is_of_a_stale_token(&answer(403, json!([]))));
    }
}
