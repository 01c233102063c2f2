//! Firebase Cloud Messaging, HTTP v1.

mod answer;
mod token;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde_json::json;
use url::Url;

use self::token::{AccessTokens, NoToken, ServiceAccount};
use super::{
    Gateway, Message, Outcome, Prepared, Priority, Provider, Target, TooLarge,
    client::{Answer, Connections, Unanswered, address, ask},
    message::{Template, in_firebases_shape, time_to_live, with},
};
use crate::infra::{
    clock::Clock,
    config::{FcmSettings, Settings},
};

/// What Firebase takes.
const MOST_BYTES: usize = 4096;

/// The gateway to Firebase.
pub struct Fcm {
    send_url: Url,
    connections: Connections,
    tokens: AccessTokens,
    clock: Clock,
    in_flight: usize,
}

impl Fcm {
    /// Reads the service account's file; its first token is fetched with the first message.
    ///
    /// # Errors
    /// One line naming the setting that can't be used.
    pub fn new(settings: &Settings, set: &FcmSettings<'_>, clock: &Clock) -> Result<Self, String> {
        let account = ServiceAccount::read(set.service_account_file)?;
        let project = set
            .project_id
            .or(account.project_id.as_deref())
            .ok_or("setting MFP_FCM_PROJECT_ID: must be set, the service account names none")?;
        let path = format!("/v1/projects/{project}/messages:send");
        let send_url = address("MFP_FCM_BASE_URL", &set.base_url, &path)?;
        let connections = Connections::new(settings, set.concurrency, |builder| builder)?;
        Ok(Self {
            send_url,
            tokens: AccessTokens::new(account, connections.client().clone(), clock.clone())?,
            connections,
            clock: clock.clone(),
            in_flight: set.concurrency,
        })
    }

    async fn deliver(&self, prepared: &Prepared, target: &Target, now: DateTime<Utc>) -> Outcome {
        let body = prepared
            .body
            .filled(target, time_to_live(prepared.expires_at, now));
        match self.ask_with_a_fresh_token(body.into()).await {
            Ok(answer) => answer.reported(Provider::Fcm, answer::read(&answer)),
            Err(outcome) => outcome,
        }
    }

    /// A token may be taken back before its time: then one new one is tried.
    async fn ask_with_a_fresh_token(&self, body: Bytes) -> Result<Answer, Outcome> {
        let token = self.tokens.current().await.map_err(NoToken::outcome)?;
        let answer = self.ask(&token.header, body.clone()).await?;
        if !answer::is_of_a_stale_token(&answer) {
            return Ok(answer);
        }
        let fresh = self.tokens.instead_of(&token).await;
        let fresh = fresh.map_err(NoToken::outcome)?;
        self.ask(&fresh.header, body).await
    }

    async fn ask(&self, authorization: &HeaderValue, body: Bytes) -> Result<Answer, Outcome> {
        let request = self
            .connections
            .client()
            .post(self.send_url.clone())
            .header(AUTHORIZATION, authorization)
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        ask(request, &self.clock).await.map_err(Unanswered::outcome)
    }
}

impl Gateway for Fcm {
    fn provider(&self) -> Provider {
        Provider::Fcm
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

/// Values of `data` are texts, all of them: a number is refused. The tag makes a repetition replace
/// the first on the screen, the collapse key while the phone is away.
fn written(message: &Message) -> Result<Template, TooLarge> {
    let data = with(
        json!({ "campaign_id": message.campaign_id.to_string(), "channel": message.topic_kind }),
        [("link", message.link.as_deref())],
    );
    let android = json!({
        "collapse_key": message.collapse_key,
        "priority": match message.priority {
            Priority::Normal => "NORMAL",
            Priority::High => "HIGH",
        },
        "notification": { "channel_id": message.topic_kind, "tag": message.collapse_key },
    });
    in_firebases_shape(message, &data, &android).within(MOST_BYTES)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{super::message::tests as example, *};

    #[test]
    fn a_message_is_written_as_firebase_reads_it() {
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
            },
            "android": {
                "collapse_key": "news:putevki",
                "priority": "HIGH",
                "ttl": "3600s",
                "notification": { "channel_id": "news", "tag": "news:putevki" },
            },
        } });
        assert_eq!(read, expected);
    }

    #[test]
    fn data_holds_texts_under_names_that_are_not_reserved() {
        let template = written(&example::message()).unwrap();
        let body = template.filled(&example::target("token-1"), 0);
        let read: Value = serde_json::from_str(&body).unwrap();
        for (name, value) in read["message"]["data"].as_object().unwrap() {
            assert!(value.is_string(), "{name}");
            let is_reserved = ["google", "gcm"].iter().any(|word| name.starts_with(word));
            assert!(!is_reserved && !["from", "message_type"].contains(&name.as_str()));
        }
    }

    #[test]
    fn a_message_without_picture_and_link_has_neither() {
        let message = Message {
            image: None,
            link: None,
            ..example::message()
        };
        let body = written(&message).unwrap().filled(&example::target("t"), 1);
        assert!(!body.contains("image") && !body.contains("link"));
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
