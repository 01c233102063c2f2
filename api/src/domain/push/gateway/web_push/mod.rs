//! Browsers' push services (RFC 8030): the address is the browser's, the message is sealed for it.

mod answer;
mod encryption;
mod endpoint;
mod vapid;

use chrono::{DateTime, Utc};
pub use endpoint::EndpointRefused;
use futures_util::future::BoxFuture;
use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use serde_json::json;
use url::Url;

use self::{
    endpoint::{Endpoints, PublicAddresses},
    vapid::{Origin, Vapid},
};
use super::{
    Gateway, Message, Outcome, Prepared, Priority, Provider, Target, TooLarge, WebPushKeys,
    client::{Connections, Unanswered, ask},
    message::{Slot, Template, members, short_key, time_to_live, with},
};
use crate::infra::{
    clock::Clock,
    config::{Settings, WebPushSettings},
};

/// What is left of 4096 bytes when the seal has taken its own.
const MOST_BYTES: usize = 3993;
/// The longest `Topic`.
const LONGEST_KEY: usize = 32;

/// The gateway to browsers' services.
pub struct WebPush {
    endpoints: Endpoints,
    vapid: Vapid,
    connections: Connections,
    clock: Clock,
    in_flight: usize,
}

impl WebPush {
    /// # Errors
    /// One line naming the setting that can't be used.
    pub fn new(
        settings: &Settings,
        set: &WebPushSettings<'_>,
        clock: &Clock,
    ) -> Result<Self, String> {
        let connections = Connections::new(settings, set.concurrency, |builder| {
            builder.dns_resolver(PublicAddresses::except_for(set.allowed_origins))
        })?;
        Ok(Self {
            endpoints: Endpoints::new(set.allowed_origins.clone()),
            vapid: Vapid::read(set, clock)?,
            connections,
            clock: clock.clone(),
            in_flight: set.concurrency,
        })
    }

    /// The key that browsers subscribe with, in base64url.
    pub fn public_key(&self) -> &str {
        self.vapid.public_key()
    }

    /// Whether that address may be asked.
    ///
    /// # Errors
    /// Why not.
    pub fn check_endpoint(&self, endpoint: &Url) -> Result<(), EndpointRefused> {
        self.endpoints.check(endpoint)
    }

    async fn deliver(&self, prepared: &Prepared, target: &Target, now: DateTime<Utc>) -> Outcome {
        let (endpoint, keys) = match self.device(target) {
            Ok(device) => device,
            Err(outcome) => return outcome,
        };
        let time_to_live = time_to_live(prepared.expires_at, now);
        let text = prepared.body.filled(target, time_to_live);
        let Ok(body) = encryption::sealed(text.as_bytes(), keys) else {
            return Outcome::Prune {
                reason: "INVALID_KEYS",
                as_of: None,
            };
        };
        let Ok(origin) = self.vapid.for_origin_of(&endpoint) else {
            return Outcome::Misconfigured {
                reason: "TOKEN_NOT_SIGNED",
            };
        };
        self.ask(&origin, endpoint, body, prepared, time_to_live)
            .await
    }

    /// The address and keys of a device that can be rung.
    fn device<'a>(&self, target: &'a Target) -> Result<(Url, &'a WebPushKeys), Outcome> {
        let unusable = |reason| Outcome::Prune {
            reason,
            as_of: None,
        };
        let endpoint = Url::parse(&target.token).map_err(|_| unusable("MALFORMED_ENDPOINT"))?;
        // The list of origins may have become shorter; it may become longer again.
        self.endpoints.check(&endpoint).map_err(|_| Outcome::Mark {
            reason: "ENDPOINT_NOT_ALLOWED",
        })?;
        let keys = target.keys.as_ref().ok_or(unusable("MISSING_KEYS"))?;
        Ok((endpoint, keys))
    }

    async fn ask(
        &self,
        origin: &Origin,
        endpoint: Url,
        body: Vec<u8>,
        prepared: &Prepared,
        time_to_live: i64,
    ) -> Outcome {
        let urgency = match prepared.priority {
            Priority::Normal => "normal",
            Priority::High => "high",
        };
        let request = self
            .connections
            .client()
            .post(endpoint)
            .header(AUTHORIZATION, &origin.authorization)
            .header(CONTENT_ENCODING, "aes128gcm")
            .header(CONTENT_TYPE, "application/octet-stream")
            .header("ttl", time_to_live)
            .header("urgency", urgency)
            .header("topic", &prepared.collapse_key)
            .body(body);
        match ask(request, &self.clock).await {
            Ok(answer) => {
                let outcome = origin.doubt.weigh(answer::read(&answer));
                answer.reported(Provider::WebPush, outcome)
            }
            Err(unanswered) => Unanswered::outcome_for_one(unanswered),
        }
    }
}

impl Gateway for WebPush {
    fn provider(&self) -> Provider {
        Provider::WebPush
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

    fn send<'a>(
        &'a self,
        prepared: &'a Prepared,
        target: &'a Target,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Outcome> {
        Box::pin(self.deliver(prepared, target, now))
    }

    fn in_flight_at_most(&self) -> usize {
        self.in_flight
    }
}

/// What the portal's service worker reads; it shows the tag's last message only.
fn written(message: &Message) -> Result<Template, TooLarge> {
    let rest = with(
        json!({
            "title": message.title,
            "body": message.body,
            "campaign_id": message.campaign_id,
            "channel": message.topic_kind,
            "tag": message.collapse_key,
        }),
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
    use serde_json::Value;

    use super::{super::message::tests as example, *};

    #[test]
    fn a_message_is_written_as_the_service_worker_reads_it() {
        let template = written(&example::message()).unwrap();
        let body = template.filled(&example::target("https://push.example/1"), 60);
        let read: Value = serde_json::from_str(&body).unwrap();
        let expected = json!({
            "title": "Путёвки \"Здоровье\"",
            "body": "Заявки до пятницы\n\\ ждём",
            "image": "https://mtuf.ru/a.png",
            "campaign_id": "00000000-0000-0000-0000-000000000001",
            "delivery_id": "00000000-0000-0000-0000-000000000002",
            "channel": "news",
            "link": "/news/putevki",
            "tag": "news:putevki",
        });
        assert_eq!(read, expected);
    }

    #[test]
    fn the_longest_message_fills_one_record_and_no_more() {
        let rest = written(&Message {
            body: String::new(),
            ..example::message()
        })
        .unwrap()
        .filled(&example::target("t"), 0)
        .len();
        let of = |length| {
            written(&Message {
                body: "x".repeat(length),
                ..example::message()
            })
        };
        assert!(of(MOST_BYTES - rest).is_ok());
        let refusal = of(MOST_BYTES - rest + 1).err().unwrap();
        assert_eq!((refusal.bytes, refusal.most), (3994, 3993));
    }
}
