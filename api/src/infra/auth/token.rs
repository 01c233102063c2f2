//! Access tokens: JWS with Ed25519, short, without personal data, verified once and then remembered.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entities::enums::{KeyPurpose, SessionKind};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::keys::KeyRing;
use crate::infra::error::Error;

// The figures are the reliability plan's (§2.3).
const MEMBER_TOKEN_LASTS: TimeDelta = TimeDelta::minutes(10);
const STAFF_TOKEN_LASTS: TimeDelta = TimeDelta::minutes(5);
/// How far another server's clock may be from ours.
const LEEWAY: TimeDelta = TimeDelta::seconds(10);
const LONGEST_TOKEN: usize = 2048;
/// `typ` of access tokens (RFC 9068): an anchor or a pass signed by us is none.
const TYPE: &str = "at+jwt";
const AUDIENCE: &str = "mfp-api";
/// Tokens remembered as verified; about 300 bytes each.
const MOST_REMEMBERED: u64 = 100_000;

/// What an access token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    /// The account.
    pub sub: Uuid,
    /// The session: ending it ends the token within seconds.
    pub sid: Uuid,
    /// The version of the account's permissions that the token was made for.
    pub pv: i32,
    iat: i64,
    nbf: i64,
    exp: i64,
    auth_time: i64,
    jti: Uuid,
    amr: Vec<String>,
}

/// What a new token is to say.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    pub account_id: Uuid,
    pub session_id: Uuid,
    pub session_kind: SessionKind,
    pub permission_version: i32,
    pub authenticated_at: DateTime<Utc>,
}

/// A token, and until when it is good.
#[derive(Clone, Debug)]
pub struct AccessToken {
    pub text: String,
    pub expires_at: DateTime<Utc>,
}

/// Makes and verifies access tokens.
#[derive(Clone)]
pub struct AccessTokens {
    issuer: Arc<str>,
    keys: KeyRing,
    remembered: Cache<[u8; 32], Arc<Remembered>>,
}

struct Remembered {
    claims: Claims,
    kid: String,
}

impl std::fmt::Debug for AccessTokens {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("AccessTokens(…)")
    }
}

impl AccessTokens {
    /// Tokens of that issuer, which is the server's public address.
    #[must_use]
    pub fn new(issuer: &str, keys: KeyRing) -> Self {
        Self {
            issuer: issuer.into(),
            keys,
            remembered: Cache::new(MOST_REMEMBERED),
        }
    }

    /// A new token.
    ///
    /// # Errors
    /// `Internal`, when there is no key to sign it.
    pub fn issue(&self, subject: Subject, now: DateTime<Utc>) -> Result<AccessToken, Error> {
        let (lasts, amr) = match subject.session_kind {
            SessionKind::Member => (MEMBER_TOKEN_LASTS, vec!["otp".to_owned()]),
            SessionKind::Staff => (STAFF_TOKEN_LASTS, vec!["pwd".to_owned(), "otp".to_owned()]),
        };
        let expires_at = now + lasts;
        let claims = Claims {
            iss: self.issuer.to_string(),
            aud: AUDIENCE.into(),
            sub: subject.account_id,
            sid: subject.session_id,
            pv: subject.permission_version,
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: expires_at.timestamp(),
            auth_time: subject.authenticated_at.timestamp(),
            jti: Uuid::now_v7(),
            amr,
        };
        let key = self.keys.signing(KeyPurpose::Access, now)?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.into());
        header.kid = Some(key.id.clone());
        let signer = EncodingKey::from_ed_der(key.pkcs8());
        let text = jsonwebtoken::encode(&header, &claims, &signer)
            .map_err(|cause| Error::internal("a token can't be signed", cause))?;
        Ok(AccessToken { text, expires_at })
    }

    /// What a token says, if it is ours and good now. Why it is not, nobody is told.
    #[must_use]
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Option<Claims> {
        if token.len() > LONGEST_TOKEN {
            return None;
        }
        let digest: [u8; 32] = Sha256::digest(token).into();
        let remembered = match self.remembered.get(&digest) {
            Some(remembered) => remembered,
            None => {
                let verified = Arc::new(self.verify_signature(token, now)?);
                self.remembered.insert(digest, Arc::clone(&verified));
                verified
            }
        };
        // A key may have been retired since.
        self.keys
            .verifying(KeyPurpose::Access, &remembered.kid, now)?;
        is_current(&remembered.claims, now).then(|| remembered.claims.clone())
    }

    fn verify_signature(&self, token: &str, now: DateTime<Utc>) -> Option<Remembered> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        if header.typ.as_deref() != Some(TYPE) {
            return None;
        }
        let kid = header.kid?;
        let key = self.keys.verifying(KeyPurpose::Access, &kid, now)?;
        // The algorithm is the key's, whatever the header says.
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[&*self.issuer]);
        validation.set_required_spec_claims(&["exp", "nbf", "aud", "iss", "sub"]);
        // The library would ask the machine's clock; ours follows the database's.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let verifier = DecodingKey::from_ed_der(key.public());
        let decoded = jsonwebtoken::decode::<Claims>(token, &verifier, &validation).ok()?;
        Some(Remembered {
            claims: decoded.claims,
            kid,
        })
    }
}

fn is_current(claims: &Claims, now: DateTime<Utc>) -> bool {
    let leeway = LEEWAY.num_seconds();
    let now = now.timestamp();
    now < claims.exp.saturating_add(leeway) && claims.nbf.saturating_sub(leeway) <= now
}
