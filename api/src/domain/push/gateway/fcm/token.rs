//! Access tokens of a service account (RFC 7523): asked for by a signed assertion, kept, and renewed
//! before they run out.

use std::{
    fmt::Display,
    fs,
    path::Path,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{
    Client,
    header::{CONTENT_TYPE, HeaderValue},
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Mutex;
use url::{Url, form_urlencoded};

use super::super::{
    Outcome, RetryScope,
    client::{Answer, ask},
    signing::Signer,
};
use crate::infra::clock::Clock;

const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// The longest that Google lets an assertion live.
const ASSERTION_LASTS: TimeDelta = TimeDelta::hours(1);
/// Who has been refused waits so long before the next asks.
const ASKED_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// As much of a service account's file as is needed.
#[derive(Deserialize)]
pub struct ServiceAccount {
    pub project_id: Option<String>,
    client_email: String,
    private_key: SecretString,
    private_key_id: Option<String>,
    token_uri: Url,
}

impl ServiceAccount {
    /// # Errors
    /// One line naming the setting, without what the file holds.
    pub fn read(file: &Path) -> Result<Self, String> {
        let refused = |cause: &dyn Display| {
            format!(
                "setting MFP_FCM_SERVICE_ACCOUNT_FILE: {}: {cause}",
                file.display()
            )
        };
        let text = fs::read(file).map_err(|cause| refused(&cause))?;
        serde_json::from_slice(&text).map_err(|_| refused(&"is not a service account's JSON"))
    }
}

/// A token that Google gave.
#[derive(Debug)]
pub struct AccessToken {
    /// `Bearer …`
    pub header: HeaderValue,
    renew_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

/// Why there is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoToken {
    /// Nobody answers, or asks to come later.
    NotNow(Option<Duration>),
    /// Google does not know the service account, or its key.
    Refused,
}

impl NoToken {
    pub const fn outcome(self) -> Outcome {
        match self {
            Self::NotNow(after) => Outcome::Retry {
                after,
                scope: RetryScope::Lane,
                reason: "NO_ACCESS_TOKEN",
            },
            Self::Refused => Outcome::Misconfigured {
                reason: "ACCESS_TOKEN_REFUSED",
            },
        }
    }
}

struct Failure {
    why: NoToken,
    until: DateTime<Utc>,
}

/// The token in force. Of many who need a new one, one asks.
pub struct AccessTokens {
    account: ServiceAccount,
    signer: Signer,
    client: Client,
    clock: Clock,
    held: RwLock<Option<Arc<AccessToken>>>,
    /// Held while somebody asks; keeps how the last asking failed.
    asking: Mutex<Option<Failure>>,
}

impl AccessTokens {
    /// # Errors
    /// When the account's key does not read.
    pub fn new(account: ServiceAccount, client: Client, clock: Clock) -> Result<Self, String> {
        let signer = Signer::rsa_of_pem(account.private_key.expose_secret()).ok_or(
            "setting MFP_FCM_SERVICE_ACCOUNT_FILE: its private_key is not an RSA key in PKCS#8",
        )?;
        Ok(Self {
            account,
            signer,
            client,
            clock,
            held: RwLock::default(),
            asking: Mutex::default(),
        })
    }

    /// A token that is good now. At four fifths of its life whoever comes first renews it, and the
    /// others go on with what there is.
    ///
    /// # Errors
    /// When there is none to be had.
    pub async fn current(&self) -> Result<Arc<AccessToken>, NoToken> {
        let now = self.clock.now();
        let held = match self.held() {
            Some(held) if now < held.renew_at => return Ok(held),
            Some(held) if now < held.expires_at => held,
            _ => {
                let mut asking = self.asking.lock().await;
                return self.renewed(&mut asking, None).await;
            }
        };
        let Ok(mut asking) = self.asking.try_lock() else {
            return Ok(held);
        };
        Ok(self.renewed(&mut asking, None).await.unwrap_or(held))
    }

    /// Another token than that one, which was refused.
    ///
    /// # Errors
    /// When there is none to be had.
    pub async fn instead_of(
        &self,
        refused: &Arc<AccessToken>,
    ) -> Result<Arc<AccessToken>, NoToken> {
        let mut asking = self.asking.lock().await;
        self.renewed(&mut asking, Some(refused)).await
    }

    fn held(&self) -> Option<Arc<AccessToken>> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.as_ref().map(Arc::clone)
    }

    async fn renewed(
        &self,
        last_failure: &mut Option<Failure>,
        refused: Option<&Arc<AccessToken>>,
    ) -> Result<Arc<AccessToken>, NoToken> {
        let now = self.clock.now();
        // Somebody else may have renewed it while this one waited.
        if let Some(held) = self.held() {
            let is_refused = refused.is_some_and(|refused| Arc::ptr_eq(refused, &held));
            if !is_refused && now < held.renew_at {
                return Ok(held);
            }
        }
        if let Some(failure) = last_failure
            && now < failure.until
        {
            return Err(failure.why);
        }
        match self.ask().await {
            Ok(token) => {
                let token = Arc::new(token);
                *last_failure = None;
                let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
                *held = Some(Arc::clone(&token));
                Ok(token)
            }
            Err(why) => {
                let wait = match why {
                    NoToken::NotNow(Some(after)) => after,
                    NoToken::NotNow(None) | NoToken::Refused => ASKED_AGAIN_AFTER,
                };
                let until = self.clock.now() + TimeDelta::from_std(wait).unwrap_or_default();
                *last_failure = Some(Failure { why, until });
                Err(why)
            }
        }
    }

    async fn ask(&self) -> Result<AccessToken, NoToken> {
        let asked_at = self.clock.now();
        let assertion = self.assertion(asked_at).ok_or(NoToken::Refused)?;
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", GRANT)
            .append_pair("assertion", &assertion)
            .finish();
        let request = self
            .client
            .post(self.account.token_uri.clone())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form);
        let answer = ask(request, &self.clock)
            .await
            .map_err(|_| NoToken::NotNow(None))?;
        read(&answer, asked_at)
    }

    fn assertion(&self, now: DateTime<Utc>) -> Option<String> {
        let claims = json!({
            "iss": self.account.client_email,
            "scope": SCOPE,
            "aud": self.account.token_uri.as_str(),
            "iat": now.timestamp(),
            "exp": (now + ASSERTION_LASTS).timestamp(),
        });
        let key_id = self.account.private_key_id.as_deref();
        self.signer.token(key_id, &claims).ok()
    }
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    /// Seconds.
    expires_in: u32,
}

fn read(answer: &Answer, asked_at: DateTime<Utc>) -> Result<AccessToken, NoToken> {
    match answer.status {
        200 => {}
        400 | 401 | 403 => return Err(NoToken::Refused),
        _ => return Err(NoToken::NotNow(answer.retry_after)),
    }
    let granted: Granted =
        serde_json::from_slice(&answer.body).map_err(|_| NoToken::NotNow(None))?;
    let mut header = HeaderValue::from_str(&format!("Bearer {}", granted.access_token))
        .map_err(|_| NoToken::NotNow(None))?;
    header.set_sensitive(true);
    let lasts = TimeDelta::seconds(i64::from(granted.expires_in));
    Ok(AccessToken {
        header,
        renew_at: asked_at + lasts * 4 / 5,
        expires_at: asked_at + lasts,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, body: &str) -> Result<AccessToken, NoToken> {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let answer = Answer {
            status,
            body: body.into(),
            retry_after: Some(Duration::from_secs(9)),
            ..Answer::default()
        };
        read(&answer, now)
    }

    #[test]
    fn a_token_is_renewed_at_four_fifths_of_its_life() {
        let token = answered(200, r#"{"access_token":"t","expires_in":1000}"#).unwrap();
        assert_eq!(token.header, "Bearer t");
        assert_eq!(token.renew_at.timestamp(), 1_800_000_800);
        assert_eq!(token.expires_at.timestamp(), 1_800_001_000);
        assert!(!format!("{token:?}").contains("Bearer"));
    }

    #[test]
    fn a_refusal_is_told_from_a_server_in_trouble() {
        for status in [400, 401, 403] {
            let refused = answered(status, r#"{"error":"invalid_grant"}"#);
            assert_eq!(refused.unwrap_err(), NoToken::Refused);
        }
        let later = NoToken::NotNow(Some(Duration::from_secs(9)));
        for status in [302, 429, 500, 503] {
            assert_eq!(answered(status, "").unwrap_err(), later);
        }
        assert_eq!(answered(200, "<html>").unwrap_err(), NoToken::NotNow(None));
    }
}
