//! `RuStore`'s push service: Firebase's shape, with a key that does not change.

mod answer;

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use secrecy::ExposeSecret;
use serde_json::json;
use url::Url;

use super::{
    Gateway, Message, Outcome, Prepared, Provider, Target, TooLarge,
    client::{Connections, Unanswered, address, ask},
    doubt::Doubt,
    message::{Template, in_firebases_shape, time_to_live, with},
};
use crate::infra::{
    clock::Clock,
    config::{RuStoreSettings, Settings},
};

/// As Firebase takes; `RuStore` publishes no figure.
const MOST_BYTES: usize = 4096;

/// The gateway to `RuStore`.
pub struct RuStore {
    send_url: Url,
    authorization: HeaderValue,
    connections: Connections,
    doubt: Doubt,
    clock: Clock,
    in_flight: usize,
}

impl RuStore {
    /// # Errors
    /// One line naming the setting that can't be used.
    pub fn new(
        settings: &Settings,
        set: &RuStoreSettings<'_>,
        clock: &Clock,
    ) -> Result<Self, String> {
        let bearer = format!("Bearer {}", set.service_token.expose_secret());
        let mut authorization = HeaderValue::from_str(&bearer)
            .map_err(|_| "setting MFP_RUSTORE_SERVICE_TOKEN: holds signs that no header takes")?;
        authorization.set_sensitive(true);
        let path = format!("/v1/projects/{}/messages:send", set.project_id);
        Ok(Self {
            send_url: address("MFP_RUSTORE_BASE_URL", &set.base_url, &path)?,
            authorization,
            connections: Connections::new(settings, set.concurrency, |builder| builder)?,
            doubt: Doubt::default(),
            clock: clock.clone(),
            in_flight: set.concurrency,
        })
    }

    async fn deliver(&self, prepared: &Prepared, target: &Target, now: DateTime<Utc>) -> Outcome {
        let body = prepared
            .body
            .filled(target, time_to_live(prepared.expires_at, now));
        let request = self
            .connections
            .client()
            .post(self.send_url.clone())
            .header(AUTHORIZATION, &self.authorization)
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        match ask(request, &self.clock).await {
            Ok(answer) => answer.reported(Provider::RuStore, self.weighed(answer::read(&answer))),
            Err(unanswered) => Unanswered::outcome(unanswered),
        }
    }

    /// A key that is not known is certain. `RuStore` does not say whether a bad request is so for its
    /// token.
    fn weighed(&self, outcome: Outcome) -> Outcome {
        match outcome {
            Outcome::Misconfigured { .. } => outcome,
            other => self.doubt.weigh(other),
        }
    }
}

impl Gateway for RuStore {
    fn provider(&self) -> Provider {
        Provider::RuStore
    }

    fn prepare(&self, message: &Message) -> Result<Prepared, TooLarge> {
        Ok(Prepared {
            campaign_id: message.campaign_id,
            priority: message.priority,
            expires_at: message.expires_at,
            collapse_key: message.collapse_key.clone(),
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

/// `RuStore` has neither priorities nor collapse keys: the app gets the key as data and replaces by it.
fn written(message: &Message) -> Result<Template, TooLarge> {
    let data = with(
        json!({
            "campaign_id": message.campaign_id.to_string(),
            "channel": message.topic_kind,
            "tag": message.collapse_key,
        }),
        [("link", message.link.as_deref())],
    );
    let android = json!({ "notification": { "channel_id": message.topic_kind } });
    in_firebases_shape(message, &data, &android).within(MOST_BYTES)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{super::message::tests as example, *};

    #[test]
    fn a_message_is_written_as_rustore_reads_it() {
        let template = written(&example::message()).unwrap();
        let body = template.filled(&example::target("token-1"), 3600);
        let read: Value = serde_json::from_str(&body).unwrap();
        let expected = json!({ "message": {
            "token": "token-1",
            "notification": {
                "title": "Путёвки \"Здоровье\"",
                "body": "Заявки до пятницы\n\\ ждём",
                "image": "https://mtuf.ru/a.png",
            },
            "data": {
                "campaign_id": "00000000-0000-0000-0000-000000000001",
                "delivery_id": "00000000-0000-0000-0000-000000000002",
                "channel": "news",
                "link": "/news/putevki",
                "tag": "news:putevki",
            },
            "android": { "ttl": "3600s", "notification": { "channel_id": "news" } },
        } });
        assert_eq!(read, expected);
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
