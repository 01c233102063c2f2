//! What a campaign says, and how it is written: JSON with gaps for what differs by device.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;
use uuid::Uuid;

use super::Target;

/// Four weeks: Firebase and browsers' services keep nothing longer.
const LONGEST_TIME_TO_LIVE: i64 = 28 * 24 * 3600;
/// What an id and a time to live take at most when they are put in.
const ID_LENGTH: usize = 36;
const TIME_TO_LIVE_LENGTH: usize = 7;

/// What one campaign says. Each provider gets it rendered once; tokens are put in as it is sent.
#[derive(Clone, Debug)]
pub struct Message {
    pub campaign_id: Uuid,
    pub title: String,
    pub body: String,
    pub image: Option<Url>,
    /// Where a tap leads: a path, or the id of a node.
    pub link: Option<String>,
    /// A later message with the same key replaces this one on the device.
    pub collapse_key: String,
    pub priority: Priority,
    /// No provider keeps it longer than that.
    pub expires_at: DateTime<Utc>,
    /// The channel that the phone's settings show it under.
    pub topic_kind: &'static str,
}

/// Whether a sleeping phone is woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    Normal,
    High,
}

/// A message is longer than its provider takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge {
    /// Bytes that it would have.
    pub bytes: usize,
    /// Bytes that the provider takes.
    pub most: usize,
}

/// What differs by device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The token, as a JSON text with its quotes.
    Token,
    /// The delivery's id, without quotes.
    DeliveryId,
    /// Whole seconds, without quotes.
    TimeToLive,
}

enum Part {
    Text(String),
    Slot(Slot),
}

/// JSON with gaps.
#[derive(Default)]
pub struct Template {
    parts: Vec<Part>,
}

impl Template {
    /// Goes on with that text.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.parts.push(Part::Text(text.into()));
        self
    }

    /// Goes on with a gap.
    pub fn slot(mut self, slot: Slot) -> Self {
        self.parts.push(Part::Slot(slot));
        self
    }

    /// Refuses what would be too long for any device. Tokens do not count: no provider counts them.
    pub fn within(self, most: usize) -> Result<Self, TooLarge> {
        let bytes = self.parts.iter().map(Part::longest).sum();
        if bytes > most {
            return Err(TooLarge { bytes, most });
        }
        Ok(self)
    }

    /// The bytes for one device.
    pub fn filled(&self, target: &Target, time_to_live: i64) -> String {
        let length: usize = self.parts.iter().map(Part::longest).sum();
        let mut filled = String::with_capacity(length + target.token.len() + 2);
        for part in &self.parts {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Slot(Slot::Token) => {
                    filled.push_str(&Value::from(target.token.as_str()).to_string());
                }
                Part::Slot(Slot::DeliveryId) => filled.push_str(&target.delivery_id.to_string()),
                Part::Slot(Slot::TimeToLive) => filled.push_str(&time_to_live.to_string()),
            }
        }
        filled
    }
}

impl Part {
    fn longest(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Slot(Slot::Token) => 0,
            Self::Slot(Slot::DeliveryId) => ID_LENGTH,
            Self::Slot(Slot::TimeToLive) => TIME_TO_LIVE_LENGTH,
        }
    }
}

/// How many seconds a provider may go on trying.
pub fn time_to_live(expires_at: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    (expires_at - now)
        .num_seconds()
        .clamp(0, LONGEST_TIME_TO_LIVE)
}

/// What the phone shows.
fn notification(message: &Message) -> Value {
    with(
        json!({ "title": message.title, "body": message.body }),
        [("image", message.image.as_ref().map(Url::as_str))],
    )
}

/// An object with more members, as far as they are there.
pub fn with<const N: usize>(mut object: Value, members: [(&str, Option<&str>); N]) -> Value {
    for (name, value) in members {
        if let (Some(object), Some(value)) = (object.as_object_mut(), value) {
            object.insert(name.to_owned(), Value::from(value));
        }
    }
    object
}

/// The members of an object without its braces, to go on with behind others.
pub fn members(object: &Value) -> String {
    let text = object.to_string();
    text.strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'))
        .unwrap_or_default()
        .to_owned()
}

/// A message as Firebase reads it, and `RuStore` after it: `data` and `android` are objects that are not
/// empty.
#[must_use]
pub fn in_firebases_shape(message: &Message, data: &Value, android: &Value) -> Template {
    Template::default()
        .text(r#"{"message":{"token":"#)
        .slot(Slot::Token)
        .text(r#","data":{"delivery_id":""#)
        .slot(Slot::DeliveryId)
        .text(format!(r#"",{}}},"android":{{"ttl":""#, members(data)))
        .slot(Slot::TimeToLive)
        .text(format!(
            r#"s",{}}},"notification":{}}}}}"#,
            members(android),
            notification(message)
        ))
}

/// A collapse key of at most so many signs of base64url: itself, or a digest that stands for it.
pub fn short_key(key: &str, most: usize) -> String {
    let is_plain = |sign: u8| sign.is_ascii_alphanumeric() || matches!(sign, b'-' | b'_');
    if !key.is_empty() && key.len() <= most && key.bytes().all(is_plain) {
        return key.to_owned();
    }
    let mut digest = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(key));
    digest.truncate(most);
    digest
}

#[cfg(test)]
pub mod tests {
    use chrono::TimeDelta;

    use super::*;

    /// A message with signs in it that JSON must escape.
    pub fn message() -> Message {
        Message {
            campaign_id: Uuid::from_u128(1),
            title: "Путёвки \"Здоровье\"".into(),
            body: "Заявки до пятницы\n\\ ждём".into(),
            image: Url::parse("https://mtuf.ru/a.png").ok(),
            link: Some("/news/putevki".into()),
            collapse_key: "news:putevki".into(),
            priority: Priority::High,
            expires_at: now() + TimeDelta::hours(1),
            topic_kind: "news",
        }
    }

    pub fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    pub fn target(token: &str) -> Target {
        Target {
            delivery_id: Uuid::from_u128(2),
            token: token.into(),
            keys: None,
            registered_at: now(),
        }
    }

    #[test]
    fn gaps_are_filled_and_tokens_escaped() {
        let template = Template::default()
            .text("{\"token\":")
            .slot(Slot::Token)
            .text(",\"id\":\"")
            .slot(Slot::DeliveryId)
            .text("\",\"ttl\":")
            .slot(Slot::TimeToLive)
            .text("}");
        let filled = template.filled(&target("a\"b\\"), 3600);
        let read: Value = serde_json::from_str(&filled).unwrap();
        assert_eq!(
            read,
            json!({ "token": "a\"b\\", "id": Uuid::from_u128(2), "ttl": 3600 })
        );
    }

    #[test]
    fn what_is_too_long_is_refused_with_both_figures() {
        let template = |length| Template::default().text("x".repeat(length));
        assert!(template(4096).within(4096).is_ok());
        let refusal = template(4097).within(4096).err().unwrap();
        assert_eq!((refusal.bytes, refusal.most), (4097, 4096));
        let with_id = template(4061).slot(Slot::DeliveryId);
        assert_eq!(with_id.within(4096).err().unwrap().bytes, 4097);
    }

    #[test]
    fn a_message_lives_until_it_expires_and_four_weeks_at_most() {
        let after = |delta| time_to_live(now() + delta, now());
        assert_eq!(after(TimeDelta::seconds(90)), 90);
        assert_eq!(after(TimeDelta::seconds(-5)), 0);
        assert_eq!(after(TimeDelta::days(60)), 2_419_200);
    }

    #[test]
    fn keys_are_kept_where_they_fit() {
        assert_eq!(short_key("news-1", 32), "news-1");
        assert_eq!(short_key("news:1", 32).len(), 32);
        assert_eq!(short_key(&"x".repeat(33), 32).len(), 32);
        assert_eq!(short_key("", 64).len(), 43);
        assert_ne!(short_key("news:1", 32), short_key("news:2", 32));
        assert_eq!(short_key("news:1", 32), short_key("news:1", 32));
    }
}
