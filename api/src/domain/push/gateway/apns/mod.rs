//! Apple Push Notification service: HTTP/2 alone, with a token of this server's own making.

mod answer;
mod environment;
mod token;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use reqwest::header::AUTHORIZATION;
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

use self::{
    answer::Verdict,
    environment::Environment,
    token::{ProviderToken, ProviderTokens},
};
use super::{
    Gateway, Message, Outcome, Prepared, Priority, Provider, RetryScope, Target, TooLarge,
    client::{Answer, Connections, Unanswered, address, ask},
    doubt::Doubt,
    message::{Slot, Template, members, short_key, with},
};
use crate::infra::{
    clock::Clock,
    config::{ApnsSettings, Settings},
};

/// What Apple takes.
const MOST_BYTES: usize = 4096;
/// The longest `apns-collapse-id`.
const LONGEST_KEY: usize = 64;
/// Tokens are 64 hexadecimal digits today; Apple asks not to count on it.
const LONGEST_TOKEN: usize = 512;

/// The gateway to Apple.
pub struct Apns {
    devices_url: Url,
    topic: String,
    connections: Connections,
    tokens: ProviderTokens,
    environment: Environment,
    doubt: Doubt,
    clock: Clock,
    in_flight: usize,
}

impl Apns {
    /// Reads the key's file.
    ///
    /// # Errors
    /// One line naming the setting that can't be used.
    pub fn new(settings: &Settings, set: &ApnsSettings<'_>, clock: &Clock) -> Result<Self, String> {
        // Over TLS both sides agree on HTTP/2; without it there is nobody to agree with.
        let is_open = set.base_url.scheme() == "http";
        let connections = Connections::new(settings, set.concurrency, |builder| {
            if is_open {
                builder.http2_prior_knowledge()
            } else {
                builder
            }
        })?;
        Ok(Self {
            devices_url: address("MFP_APNS_BASE_URL", &set.base_url, "/3/device/")?,
            topic: set.topic.to_owned(),
            connections,
            tokens: ProviderTokens::read(set, clock)?,
            environment: Environment::default(),
            doubt: Doubt::default(),
            clock: clock.clone(),
            in_flight: set.concurrency,
        })
    }

    async fn deliver(&self, prepared: &Prepared, target: &Target) -> Outcome {
        let Some(url) = self.device_url(&target.token) else {
            return Outcome::Prune {
                reason: "MALFORMED_TOKEN",
                as_of: None,
            };
        };
        let request = Ring {
            url,
            id: Uuid::new_v5(&prepared.campaign_id, target.delivery_id.as_bytes()),
            prepared,
            body: prepared.body.filled(target, 0).into(),
        };
        match self.ask_with_a_good_token(&request).await {
            Ok((answer, outcome)) => answer.reported(Provider::Apns, self.weighed(outcome)),
            Err(outcome) => outcome,
        }
    }

    /// `None`: no device has such a token, and it must not become another path.
    fn device_url(&self, token: &str) -> Option<Url> {
        let is_token = !token.is_empty()
            && token.len() <= LONGEST_TOKEN
            && token.bytes().all(|sign| sign.is_ascii_alphanumeric());
        is_token
            .then(|| self.devices_url.join(token).ok())
            .flatten()
    }

    /// Apple refuses a token of this server that is too old, or one that came too soon after another.
    async fn ask_with_a_good_token(&self, ring: &Ring<'_>) -> Result<(Answer, Outcome), Outcome> {
        let token = self.tokens.current().map_err(token::unsigned)?;
        let answer = self.ask(ring, &token).await?;
        match answer::read(&answer) {
            Verdict::Outcome(outcome) => Ok((answer, outcome)),
            Verdict::RenewedTooOften => {
                self.tokens.go_back_from(&token);
                let outcome = Outcome::Retry {
                    after: answer.retry_after,
                    scope: RetryScope::Target,
                    reason: "TOO_MANY_PROVIDER_TOKEN_UPDATES",
                };
                Ok((answer, outcome))
            }
            Verdict::TokenExpired => self.ask_with_another_token(ring, &token, answer).await,
        }
    }

    async fn ask_with_another_token(
        &self,
        ring: &Ring<'_>,
        expired: &ProviderToken,
        answer: Answer,
    ) -> Result<(Answer, Outcome), Outcome> {
        let refused = Outcome::Misconfigured {
            reason: "EXPIRED_PROVIDER_TOKEN",
        };
        let Some(other) = self.tokens.instead_of(expired).map_err(token::unsigned)? else {
            return Ok((answer, refused));
        };
        let answer = self.ask(ring, &other).await?;
        let outcome = match answer::read(&answer) {
            Verdict::Outcome(outcome) => outcome,
            Verdict::TokenExpired | Verdict::RenewedTooOften => refused,
        };
        Ok((answer, outcome))
    }

    async fn ask(&self, ring: &Ring<'_>, token: &ProviderToken) -> Result<Answer, Outcome> {
        let priority = match ring.prepared.priority {
            Priority::Normal => "5",
            Priority::High => "10",
        };
        let request = self
            .connections
            .client()
            .post(ring.url.clone())
            .header(AUTHORIZATION, &token.header)
            .header("apns-topic", &self.topic)
            .header("apns-push-type", "alert")
            .header("apns-id", ring.id.to_string())
            .header("apns-priority", priority)
            .header(
                "apns-expiration",
                ring.prepared.expires_at.timestamp().max(0),
            )
            .header("apns-collapse-id", &ring.prepared.collapse_key)
            .body(ring.body.clone());
        ask(request, &self.clock).await.map_err(Unanswered::outcome)
    }

    /// What one answer means in the light of the others.
    fn weighed(&self, outcome: Outcome) -> Outcome {
        match outcome {
            Outcome::Delivered { .. } => {
                self.environment.note_good();
                self.doubt.weigh(outcome)
            }
            Outcome::Prune {
                reason: answer::BAD_DEVICE_TOKEN,
                ..
            } if self.environment.is_wrong_after_another_bad_one() => Outcome::Misconfigured {
                reason: "BAD_DEVICE_TOKENS",
            },
            Outcome::Misconfigured {
                reason: answer::NOT_FOR_TOPIC,
            } => self.doubt.weigh(outcome),
            other => other,
        }
    }
}

/// One request, as often as it is made.
struct Ring<'a> {
    url: Url,
    /// The same for every attempt, so that an answer that was lost can be traced.
    id: Uuid,
    prepared: &'a Prepared,
    body: Bytes,
}

impl Gateway for Apns {
    fn provider(&self) -> Provider {
        Provider::Apns
    }

    fn prepare(&self, message: &Message) -> Result<Prepared, TooLarge> {
        Ok(Prepared {
            campaign_id: message.campaign_id,
            priority: message.priority,
            expires_at: message.expires_at,
            collapse_key: short_key(&message.collapse_key, LONGEST_KEY),
            body: written(message)?,
        })
    }

    /// Apple takes an instant at which to stop and not a time to live.
    fn send<'a>(
        &'a self,
        prepared: &'a Prepared,
        target: &'a Target,
        _now: DateTime<Utc>,
    ) -> BoxFuture<'a, Outcome> {
        Box::pin(self.deliver(prepared, target))
    }

    fn in_flight_at_most(&self) -> usize {
        self.in_flight
    }
}

/// A picture is fetched by the app's extension, which only a mutable message wakes.
fn written(message: &Message) -> Result<Template, TooLarge> {
    let mut aps = json!({
        "alert": { "title": message.title, "body": message.body },
        "sound": "default",
        "thread-id": message.topic_kind,
    });
    if let (Some(aps), true) = (aps.as_object_mut(), message.image.is_some()) {
        aps.insert("mutable-content".into(), Value::from(1));
    }
    let rest = with(
        json!({ "aps": aps, "campaign_id": message.campaign_id }),
        [
            ("link", message.link.as_deref()),
            ("image", message.image.as_ref().map(Url::as_str)),
        ],
    );
    Template::default()
        .text(r#"{"delivery_id":""#)
        .slot(Slot::DeliveryId)
        .text(format!(r#"",{}}}"#, members(&rest)))
        .within(MOST_BYTES)
}

#[cfg(test)]
mod tests {
    use super::{super::message::tests as example, *};

    #[test]
    fn a_message_is_written_as_apple_reads_it() {
        let template = written(&example::message()).unwrap();
        let body = template.filled(&example::target("00ff"), 0);
        let read: Value = serde_json::from_str(&body).unwrap();
        let expected = json!({
            "aps": {
                "alert": {
                    "title": "Путёвки \"Здоровье\"",
                    "body": "Заявки до пятницы\n\\ ждём",
                },
                "sound": "default",
                "thread-id": "news",
                "mutable-content": 1,
            },
            "campaign_id": "00000000-0000-0000-0000-000000000001",
            "delivery_id": "00000000-0000-0000-0000-000000000002",
            "link": "/news/putevki",
            "image": "https://mtuf.ru/a.png",
        });
        assert_eq!(read, expected);
    }

    #[test]
    fn without_a_picture_the_app_is_not_woken() {
        let message = Message {
            image: None,
            ..example::message()
        };
        let body = written(&message).unwrap().filled(&example::target("t"), 0);
        assert!(!body.contains("mutable-content") && !body.contains("image"));
    }

    #[test]
    fn a_message_of_more_than_four_kilobytes_is_refused() {
        let message = Message {
            body: "ж".repeat(2048),
            ..example::message()
        };
        assert_eq!(written(&message).err().unwrap().most, 4096);
    }
}
