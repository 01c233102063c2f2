//! The token by which Apple knows this server: no older than an hour, no newer than twenty minutes
//! after the one before.

use std::{
    fs,
    sync::{Mutex, PoisonError},
};

use aws_lc_rs::error::Unspecified;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::HeaderValue;
use serde_json::json;

use super::super::{Outcome, signing::Signer};
use crate::infra::{clock::Clock, config::ApnsSettings};

const RENEWED_AFTER: TimeDelta = TimeDelta::minutes(45);
const NEVER_SOONER_THAN: TimeDelta = TimeDelta::minutes(20);
const GOOD_FOR: TimeDelta = TimeDelta::minutes(60);

/// A token that this server made.
#[derive(Clone, Debug)]
pub struct ProviderToken {
    /// `bearer …`
    pub header: HeaderValue,
    made_at: DateTime<Utc>,
}

#[derive(Default)]
struct Held {
    current: Option<ProviderToken>,
    previous: Option<ProviderToken>,
    /// No new one before that.
    rests_until: Option<DateTime<Utc>>,
}

/// The token in force, and the one before.
pub struct ProviderTokens {
    signer: Signer,
    key_id: String,
    team_id: String,
    clock: Clock,
    held: Mutex<Held>,
}

/// What follows when no token can be signed.
pub fn unsigned(_: Unspecified) -> Outcome {
    Outcome::Misconfigured {
        reason: "TOKEN_NOT_SIGNED",
    }
}

impl ProviderTokens {
    /// # Errors
    /// One line naming the setting that can't be used.
    pub fn read(set: &ApnsSettings<'_>, clock: &Clock) -> Result<Self, String> {
        let refused = |cause: &dyn std::fmt::Display| {
            format!(
                "setting MFP_APNS_KEY_FILE: {}: {cause}",
                set.key_file.display()
            )
        };
        let pem = fs::read_to_string(set.key_file).map_err(|cause| refused(&cause))?;
        let signer = Signer::ec_of_pem(&pem)
            .ok_or_else(|| refused(&"is not a .p8 file with a key of P-256"))?;
        Ok(Self::new(signer, set.key_id, set.team_id, clock))
    }

    fn new(signer: Signer, key_id: &str, team_id: &str, clock: &Clock) -> Self {
        Self {
            signer,
            key_id: key_id.to_owned(),
            team_id: team_id.to_owned(),
            clock: clock.clone(),
            held: Mutex::default(),
        }
    }

    /// The token to use now.
    ///
    /// # Errors
    /// When it can't be signed.
    pub fn current(&self) -> Result<ProviderToken, Unspecified> {
        let now = self.clock.now();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(current) = &held.current {
            let age = now - current.made_at;
            let rests = held.rests_until.is_some_and(|end| now < end);
            if age < RENEWED_AFTER || (rests && age < GOOD_FOR) {
                return Ok(current.clone());
            }
        }
        self.renewed(&mut held, now)
    }

    /// Another token than the one that Apple calls expired: what somebody else has made meanwhile, or a
    /// new one. `None`: that one is too young to be expired, or to be replaced; some clock is wrong.
    ///
    /// # Errors
    /// When it can't be signed.
    pub fn instead_of(
        &self,
        expired: &ProviderToken,
    ) -> Result<Option<ProviderToken>, Unspecified> {
        let now = self.clock.now();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(current) = &held.current {
            if current.header != expired.header {
                return Ok(Some(current.clone()));
            }
            if now - current.made_at < NEVER_SOONER_THAN {
                return Ok(None);
            }
        }
        self.renewed(&mut held, now).map(Some)
    }

    /// Apple has had enough new tokens: the one before is used as long as it is good.
    pub fn go_back_from(&self, refused: &ProviderToken) {
        let now = self.clock.now();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let is_current = held
            .current
            .as_ref()
            .is_some_and(|current| current.header == refused.header);
        if !is_current {
            return;
        }
        held.rests_until = Some(now + NEVER_SOONER_THAN);
        let good = |token: &ProviderToken| now - token.made_at < GOOD_FOR;
        if let Some(previous) = held.previous.take().filter(good) {
            held.previous = held.current.replace(previous);
        }
    }

    fn renewed(&self, held: &mut Held, now: DateTime<Utc>) -> Result<ProviderToken, Unspecified> {
        let is_young = |token: &ProviderToken| now - token.made_at < NEVER_SOONER_THAN;
        if let Some(young) = held.previous.take().filter(is_young) {
            held.current = Some(young.clone());
            return Ok(young);
        }
        let claims = json!({ "iss": self.team_id, "iat": now.timestamp() });
        let text = self.signer.token(Some(&self.key_id), &claims)?;
        let mut header =
            HeaderValue::from_str(&format!("bearer {text}")).map_err(|_| Unspecified)?;
        header.set_sensitive(true);
        let token = ProviderToken {
            header,
            made_at: now,
        };
        held.previous = held.current.replace(token.clone());
        held.rests_until = None;
        Ok(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens by a clock that the test moves.
    fn tokens() -> (ProviderTokens, Clock) {
        let clock = Clock::system();
        let (signer, _) = Signer::ec_of_bytes(&[7; 32]).unwrap();
        let tokens = ProviderTokens::new(signer, "ABCDEFGHIJ", "TEAM567890", &clock);
        (tokens, clock)
    }

    fn wait(clock: &Clock, minutes: i64) {
        clock.follow(clock.now() + TimeDelta::minutes(minutes));
    }

    #[test]
    fn a_token_serves_for_forty_five_minutes() {
        let (tokens, clock) = tokens();
        let first = tokens.current().unwrap();
        wait(&clock, 44);
        assert_eq!(tokens.current().unwrap().header, first.header);
        wait(&clock, 2);
        assert_ne!(tokens.current().unwrap().header, first.header);
    }

    #[test]
    fn one_that_is_called_expired_is_replaced_once_and_not_within_twenty_minutes() {
        let (tokens, clock) = tokens();
        let first = tokens.current().unwrap();
        assert!(tokens.instead_of(&first).unwrap().is_none());
        wait(&clock, 21);
        let second = tokens.instead_of(&first).unwrap().unwrap();
        assert_ne!(second.header, first.header);
        let third = tokens.instead_of(&first).unwrap().unwrap();
        assert_eq!(third.header, second.header);
        assert!(tokens.instead_of(&second).unwrap().is_none());
    }

    #[test]
    fn too_many_renewals_lead_back_to_the_token_before() {
        let (tokens, clock) = tokens();
        let first = tokens.current().unwrap();
        wait(&clock, 46);
        let second = tokens.current().unwrap();
        tokens.go_back_from(&second);
        assert_eq!(tokens.current().unwrap().header, first.header);
        wait(&clock, 13);
        assert_eq!(tokens.current().unwrap().header, first.header);
        wait(&clock, 2);
        assert_eq!(tokens.current().unwrap().header, second.header);
        wait(&clock, 45);
        let third = tokens.current().unwrap();
        assert!(third.header != first.header && third.header != second.header);
    }

    #[test]
    fn without_a_token_before_the_refused_one_stays() {
        let (tokens, clock) = tokens();
        let first = tokens.current().unwrap();
        tokens.go_back_from(&first);
        assert_eq!(tokens.current().unwrap().header, first.header);
        wait(&clock, 46);
        assert_ne!(tokens.current().unwrap().header, first.header);
    }

    #[test]
    fn a_token_does_not_print() {
        let (tokens, _) = tokens();
        assert!(!format!("{:?}", tokens.current().unwrap()).contains("bearer"));
    }
}
