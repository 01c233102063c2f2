//! What messages are signed with, as Standard Webhooks has it (standardwebhooks.com).
//!
//! A webhook's secrets stand sealed under the service's key. One is shown when it is made, and never
//! again.

use aws_lc_rs::hmac;
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use entities::webhook;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::infra::{
    error::Error,
    vault::{Vault, random_bytes},
};

const PREFIX: &str = "whsec_";
/// The specification asks for 24 to 64.
const SECRET_BYTES: usize = 32;
/// So long messages are signed with the old secret as well: the receiver changes it in its own time.
const OVERLAP: TimeDelta = TimeDelta::hours(24);
/// More old ones are not kept, however often somebody asks for a new one.
const MOST_RETIRED: usize = 4;

/// The secrets of a webhook.
#[derive(Serialize, Deserialize)]
pub struct Secrets {
    current: String,
    /// The newest first.
    retired: Vec<Retired>,
}

#[derive(Serialize, Deserialize)]
struct Retired {
    secret: String,
    good_until: DateTime<Utc>,
}

impl Secrets {
    /// A new one alone.
    ///
    /// # Errors
    /// `Internal`, when the system gives no random bytes.
    pub fn new() -> Result<Self, Error> {
        Ok(Self {
            current: new_secret()?,
            retired: Vec::new(),
        })
    }

    /// A new one, and the old ones for as long as receivers may still go by them.
    ///
    /// # Errors
    /// `Internal`, when the system gives no random bytes.
    pub fn renewed(self, now: DateTime<Utc>) -> Result<Self, Error> {
        let replaced = Retired {
            secret: self.current,
            good_until: now + OVERLAP,
        };
        let still_good = self.retired.into_iter().filter(|old| now < old.good_until);
        Ok(Self {
            current: new_secret()?,
            retired: std::iter::once(replaced)
                .chain(still_good)
                .take(MOST_RETIRED)
                .collect(),
        })
    }

    /// The one to be shown.
    #[must_use]
    pub fn current(&self) -> &str {
        &self.current
    }

    /// As that webhook's row holds them.
    ///
    /// # Errors
    /// `Internal`, when they can't be sealed.
    pub fn seal(&self, vault: &Vault, webhook_id: Uuid) -> Result<Vec<u8>, Error> {
        vault.seal(&purpose(webhook_id), self)
    }

    /// Of that webhook.
    ///
    /// # Errors
    /// `Internal`, when they were sealed for another or by another key.
    pub fn open(vault: &Vault, webhook: &webhook::Model) -> Result<Self, Error> {
        vault.open(&purpose(webhook.id), &webhook.sealed_secrets)
    }

    /// The header `webhook-signature` of a message: by the secret, and by the old ones that still hold.
    ///
    /// # Errors
    /// `Internal`, when a secret does not read.
    pub fn signatures(
        &self,
        message_id: &str,
        sent_at: DateTime<Utc>,
        body: &str,
    ) -> Result<String, Error> {
        let signed = format!("{message_id}.{}.{body}", sent_at.timestamp());
        let old = self.retired.iter().filter(|old| sent_at < old.good_until);
        let secrets = std::iter::once(&self.current).chain(old.map(|old| &old.secret));
        let signatures: Vec<String> = secrets
            .map(|secret| signature(secret, &signed))
            .collect::<Result<_, _>>()?;
        Ok(signatures.join(" "))
    }
}

fn purpose(webhook_id: Uuid) -> String {
    format!("webhook.secrets:{webhook_id}")
}

fn new_secret() -> Result<String, Error> {
    let bytes = random_bytes::<SECRET_BYTES>()?;
    Ok(format!("{PREFIX}{}", BASE64_STANDARD.encode(bytes)))
}

fn signature(secret: &str, signed: &str) -> Result<String, Error> {
    let bytes = BASE64_STANDARD
        .decode(secret.trim_start_matches(PREFIX))
        .map_err(|_| Error::internal("a webhook's secret does not read", ()))?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
    let tag = hmac::sign(&key, signed.as_bytes());
    Ok(format!("v1,{}", BASE64_STANDARD.encode(tag.as_ref())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn the_specifications_example_is_signed_as_it_says() {
        let secrets = Secrets {
            current: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".into(),
            retired: Vec::new(),
        };
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let body = r#"{"test": 2432232314}"#;
        let signed = secrets.signatures(id, at(1_614_265_330), body).unwrap();
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn an_old_secret_signs_for_a_day() {
        let now = at(1_800_000_000);
        let first = Secrets::new().unwrap();
        let alone = first.signatures("msg_1", now, "{}").unwrap();
        let second = first.renewed(now).unwrap();
        let both = second.signatures("msg_1", now, "{}").unwrap();
        assert_eq!(both.split(' ').count(), 2);
        assert!(both.ends_with(&alone));
        let later = now + OVERLAP;
        let signed = second.signatures("msg_1", later, "{}").unwrap();
        assert_eq!(signed.split(' ').count(), 1);
    }

    #[test]
    fn old_secrets_are_bounded() {
        let now = at(1_800_000_000);
        let mut secrets = Secrets::new().unwrap();
        for _ in 0..10 {
            secrets = secrets.renewed(now).unwrap();
        }
        let signed = secrets.signatures("msg_1", now, "{}").unwrap();
        assert_eq!(signed.split(' ').count(), 1 + MOST_RETIRED);
        let decoded = BASE64_STANDARD.decode(&secrets.current()[PREFIX.len()..]);
        assert_eq!(decoded.unwrap().len(), SECRET_BYTES);
    }
}
