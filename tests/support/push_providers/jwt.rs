//! Reading JSON Web Tokens as a provider does.

use aws_lc_rs::signature::{UnparsedPublicKey, VerificationAlgorithm};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::Value;

pub struct Jwt {
    pub header: Value,
    pub claims: Value,
    signed: String,
    signature: Vec<u8>,
}

impl Jwt {
    pub fn read(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('.').collect();
        let [header, claims, signature] = parts.as_slice() else {
            return Err("a token has three parts".into());
        };
        Ok(Self {
            header: json(header)?,
            claims: json(claims)?,
            signed: format!("{header}.{claims}"),
            signature: bytes(signature)?,
        })
    }

    /// Refuses a token of another algorithm or key.
    pub fn verify(
        &self,
        name: &str,
        algorithm: &'static dyn VerificationAlgorithm,
        public_key: &[u8],
    ) -> Result<(), String> {
        if self.header["alg"] != name {
            return Err(format!("a token is signed by {}", self.header["alg"]));
        }
        UnparsedPublicKey::new(algorithm, public_key)
            .verify(self.signed.as_bytes(), &self.signature)
            .map_err(|_| "a token's signature is wrong".into())
    }

    pub fn text(&self, claim: &str) -> Result<&str, String> {
        self.claims[claim]
            .as_str()
            .ok_or_else(|| format!("a token lacks {claim}"))
    }

    pub fn instant(&self, claim: &str) -> Result<i64, String> {
        self.claims[claim]
            .as_i64()
            .ok_or_else(|| format!("a token lacks {claim}"))
    }
}

fn bytes(part: &str) -> Result<Vec<u8>, String> {
    BASE64_URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| "a token is in base64url".into())
}

fn json(part: &str) -> Result<Value, String> {
    serde_json::from_slice(&bytes(part)?).map_err(|_| "a token's parts are JSON".into())
}
