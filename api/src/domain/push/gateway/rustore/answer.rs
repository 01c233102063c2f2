//! What `RuStore`'s answers mean.

use serde::Deserialize;

use super::super::{Outcome, RetryScope, client::Answer};

#[derive(Default, Deserialize)]
struct Accepted {
    name: Option<String>,
}

/// Its documentation has the fault bare, its service has been seen to wrap it in `error`.
#[derive(Default, Deserialize)]
struct Refused {
    error: Option<Fault>,
    status: Option<String>,
}

#[derive(Deserialize)]
struct Fault {
    status: Option<String>,
}

impl Refused {
    fn status(&self) -> Option<&str> {
        let wrapped = self
            .error
            .as_ref()
            .and_then(|fault| fault.status.as_deref());
        wrapped.or(self.status.as_deref())
    }
}

/// What became of the message.
pub fn read(answer: &Answer) -> Outcome {
    if answer.is_success() {
        let accepted: Accepted = serde_json::from_slice(&answer.body).unwrap_or_default();
        return Outcome::Delivered {
            provider_message_id: accepted.name,
        };
    }
    let refused = serde_json::from_slice::<Refused>(&answer.body).ok();
    let is_spoken_by_rustore = refused.is_some() || answer.body.is_empty();
    let word = refused.as_ref().and_then(Refused::status);
    match (answer.status, word) {
        (404 | 410, _) if is_spoken_by_rustore => Outcome::Prune {
            reason: "NOT_FOUND",
            as_of: None,
        },
        (429, _) | (_, Some("TOO_MANY_REQUESTS")) => Outcome::Retry {
            after: answer.retry_after,
            scope: RetryScope::Lane,
            reason: "TOO_MANY_REQUESTS",
        },
        (401 | 403, _) => Outcome::Misconfigured {
            reason: "PERMISSION_DENIED",
        },
        (400, Some("PERMISSION_DENIED")) => Outcome::Misconfigured {
            reason: "PERMISSION_DENIED",
        },
        (400, Some("NOT_FOUND")) => Outcome::Prune {
            reason: "NOT_FOUND",
            as_of: None,
        },
        (400 | 413, _) => Outcome::BadMessage {
            reason: "INVALID_ARGUMENT",
        },
        (408 | 500.., _) => Outcome::Retry {
            after: answer.retry_after,
            scope: RetryScope::Target,
            reason: "INTERNAL",
        },
        // A page of some other server: the address is wrong, and nobody's token.
        _ => Outcome::Misconfigured {
            reason: "UNEXPECTED_ANSWER",
        },
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    /// The outcome of a fault as documented, which is the same when it is wrapped.
    #[track_caller]
    fn told(status: u16, word: &str) -> Outcome {
        let fault = json!({ "code": status, "message": "…", "status": word });
        let wrapped = json!({ "error": fault });
        let answer = |body: String| Answer {
            status,
            body: body.into(),
            ..Answer::default()
        };
        let outcome = read(&answer(fault.to_string()));
        assert_eq!(outcome, read(&answer(wrapped.to_string())));
        outcome
    }

    const GONE: Outcome = Outcome::Prune {
        reason: "NOT_FOUND",
        as_of: None,
    };

    #[test]
    fn a_message_that_was_taken_may_have_a_name() {
        for (body, name) in [(r#"{"name":"m1"}"#, Some("m1")), ("{}", None), ("", None)] {
            let answer = Answer {
                status: 200,
                body: body.into(),
                ..Answer::default()
            };
            let provider_message_id = name.map(str::to_owned);
            assert_eq!(
                read(&answer),
                Outcome::Delivered {
                    provider_message_id
                }
            );
        }
    }

    #[test]
    fn a_token_that_is_not_found_is_pruned_unless_somebody_else_answers() {
        assert_eq!(told(404, "NOT_FOUND"), GONE);
        assert_eq!(told(410, "NOT_FOUND"), GONE);
        assert_eq!(told(400, "NOT_FOUND"), GONE);
        let page = |body: &str| {
            read(&Answer {
                status: 404,
                body: body.into(),
                ..Answer::default()
            })
        };
        assert_eq!(page(""), GONE);
        assert!(matches!(
            page("<html>nginx</html>"),
            Outcome::Misconfigured { .. }
        ));
    }

    #[test]
    fn each_word_has_its_outcome() {
        assert_eq!(
            told(400, "INVALID_ARGUMENT"),
            Outcome::BadMessage {
                reason: "INVALID_ARGUMENT"
            }
        );
        for status in [401, 403] {
            assert_eq!(
                told(status, "PERMISSION_DENIED"),
                Outcome::Misconfigured {
                    reason: "PERMISSION_DENIED"
                }
            );
        }
        assert_eq!(
            told(500, "INTERNAL"),
            Outcome::Retry {
                after: None,
                scope: RetryScope::Target,
                reason: "INTERNAL"
            }
        );
    }

    #[test]
    fn too_many_requests_hold_the_lane_as_long_as_told() {
        for after in [None, Some(Duration::from_secs(7))] {
            let answer = Answer {
                status: 429,
                retry_after: after,
                ..Answer::default()
            };
            assert_eq!(
                read(&answer),
                Outcome::Retry {
                    after,
                    scope: RetryScope::Lane,
                    reason: "TOO_MANY_REQUESTS"
                }
            );
        }
    }
}
