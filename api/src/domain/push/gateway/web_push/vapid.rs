//! How browsers' services know this server (RFC 8292): a token for each of them, good for half a day.

use std::sync::Arc;

use aws_lc_rs::error::Unspecified;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use moka::sync::Cache;
use reqwest::header::HeaderValue;
use secrecy::ExposeSecret;
use serde_json::json;
use url::Url;

use super::super::{doubt::Doubt, signing::Signer};
use crate::infra::{clock::Clock, config::WebPushSettings};

const RENEWED_AFTER: TimeDelta = TimeDelta::hours(12);
/// Services take no token that lives longer than a day; their clocks may be behind.
const GOOD_FOR: TimeDelta = TimeDelta::hours(18);
/// Windows alone has some dozens of hosts.
const MOST_ORIGINS: u64 = 1_000;

/// One service, as this server knows it.
pub struct Origin {
    /// `vapid t=…,k=…`
    pub authorization: HeaderValue,
    pub doubt: Doubt,
    made_at: DateTime<Utc>,
}

/// This server's key, and its tokens.
pub struct Vapid {
    signer: Signer,
    public_key: String,
    subject: String,
    clock: Clock,
    origins: Cache<String, Arc<Origin>>,
}

impl Vapid {
    /// # Errors
    /// One line naming the setting that can't be used.
    pub fn read(set: &WebPushSettings<'_>, clock: &Clock) -> Result<Self, String> {
        let bytes = BASE64_URL_SAFE_NO_PAD
            .decode(set.private_key.expose_secret().trim_end_matches('='))
            .unwrap_or_default();
        let (signer, public_key) = Signer::ec_of_bytes(&bytes)
            .ok_or("setting MFP_VAPID_PRIVATE_KEY: must be 32 bytes in base64url")?;
        Ok(Self {
            signer,
            public_key: BASE64_URL_SAFE_NO_PAD.encode(public_key),
            subject: set.subject.to_owned(),
            clock: clock.clone(),
            origins: Cache::new(MOST_ORIGINS),
        })
    }

    /// The public key in base64url.
    pub fn public_key(&self) -> &str {
        &self.public_key
    }

    /// The service that an endpoint is of, with a token that is good now.
    ///
    /// # Errors
    /// When no token can be signed.
    pub fn for_origin_of(&self, endpoint: &Url) -> Result<Arc<Origin>, Unspecified> {
        let now = self.clock.now();
        // With the port where it is not the scheme's own: services compare it sign by sign.
        let name = endpoint.origin().ascii_serialization();
        if let Some(known) = self.origins.get(&name)
            && now - known.made_at < RENEWED_AFTER
        {
            return Ok(known);
        }
        let origin = Arc::new(Origin {
            authorization: self.authorization(&name, now)?,
            doubt: Doubt::default(),
            made_at: now,
        });
        self.origins.insert(name, Arc::clone(&origin));
        Ok(origin)
    }

    fn authorization(
        &self,
        audience: &str,
        now: DateTime<Utc>,
    ) -> Result<HeaderValue, Unspecified> {
        let claims = json!({
            "aud": audience,
            "exp": (now + GOOD_FOR).timestamp(),
            "sub": self.subject,
        });
        let token = self.signer.token(None, &claims)?;
        let text = format!("vapid t={token},k={}", self.public_key);
        let mut value = HeaderValue::from_str(&text).map_err(|_| Unspecified)?;
        value.set_sensitive(true);
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;
    use serde_json::Value;

    use super::*;
    use crate::infra::config::{AllowedOrigins, Settings};

    fn read(key: &str, clock: &Clock) -> Result<Vapid, String> {
        let key = SecretString::from(key);
        let allowed_origins: AllowedOrigins = Settings::default().web_push_allowed_origins;
        let set = WebPushSettings {
            private_key: &key,
            subject: "mailto:push@mtuf.ru",
            allowed_origins: &allowed_origins,
            concurrency: 1,
        };
        Vapid::read(&set, clock)
    }

    fn vapid(clock: &Clock) -> Vapid {
        read(&BASE64_URL_SAFE_NO_PAD.encode([7; 32]), clock).unwrap()
    }

    fn claims(origin: &Origin) -> Value {
        let text = origin.authorization.to_str().unwrap();
        let body = text.split('.').nth(1).unwrap();
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap()
    }

    fn ask(vapid: &Vapid, endpoint: &str) -> Arc<Origin> {
        vapid.for_origin_of(&Url::parse(endpoint).unwrap()).unwrap()
    }

    #[test]
    fn a_token_is_for_one_origin_port_and_all() {
        let clock = Clock::system();
        let vapid = vapid(&clock);
        for (endpoint, audience) in [
            ("https://push.example/a/b", "https://push.example"),
            ("https://push.example:443/a", "https://push.example"),
            ("https://push.example:8443/a", "https://push.example:8443"),
        ] {
            let claims = claims(&ask(&vapid, endpoint));
            assert_eq!(claims["aud"], audience);
            assert_eq!(claims["sub"], "mailto:push@mtuf.ru");
            let lasts = claims["exp"].as_i64().unwrap() - clock.now().timestamp();
            assert!((3600..=24 * 3600).contains(&lasts), "{lasts}");
        }
    }

    #[test]
    fn a_token_serves_an_origin_for_half_a_day() {
        let clock = Clock::system();
        let vapid = vapid(&clock);
        let first = ask(&vapid, "https://push.example/a");
        clock.follow(clock.now() + TimeDelta::hours(11));
        let again = ask(&vapid, "https://push.example/b");
        assert!(Arc::ptr_eq(&first, &again));
        clock.follow(clock.now() + TimeDelta::hours(2));
        let later = ask(&vapid, "https://push.example/b");
        assert_ne!(later.authorization, first.authorization);
    }

    #[test]
    fn a_key_of_another_length_is_refused_without_being_shown() {
        for key in ["", "c2VjcmV0", "not base64!"] {
            let refusal = read(key, &Clock::system()).err().unwrap();
            assert!(refusal.contains("MFP_VAPID_PRIVATE_KEY"));
            assert!(key.is_empty() || !refusal.contains(key));
        }
    }
}
