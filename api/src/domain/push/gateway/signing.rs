//! JSON Web Tokens by which providers know this server (RFC 7515): RS256 for Google, ES256 for the rest.
//!
//! By hand rather than by the library: Google's key comes as PKCS#8 and a browser key as 32 raw bytes,
//! and it reads neither; a key is also read once and not with every token.

use aws_lc_rs::{
    agreement,
    error::Unspecified,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};

/// A private key that signs tokens.
pub enum Signer {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
}

impl Signer {
    /// An RSA key, as `-----BEGIN PRIVATE KEY-----`.
    pub fn rsa_of_pem(text: &str) -> Option<Self> {
        RsaKeyPair::from_pkcs8(&der_of_pem(text)?)
            .ok()
            .map(Self::Rsa)
    }

    /// A key of P-256, as `-----BEGIN PRIVATE KEY-----`.
    pub fn ec_of_pem(text: &str) -> Option<Self> {
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der_of_pem(text)?)
            .ok()
            .map(Self::Ec)
    }

    /// A key of P-256, as its 32 bytes; and its public key, as 65.
    pub fn ec_of_bytes(bytes: &[u8]) -> Option<(Self, Vec<u8>)> {
        let point = agreement::PrivateKey::from_private_key(&agreement::ECDH_P256, bytes).ok()?;
        let public = point.compute_public_key().ok()?.as_ref().to_vec();
        let pair = EcdsaKeyPair::from_private_key_and_public_key(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            bytes,
            &public,
        );
        Some((Self::Ec(pair.ok()?), public))
    }

    /// A signed token.
    pub fn token(&self, key_id: Option<&str>, claims: &Value) -> Result<String, Unspecified> {
        let mut header = json!({ "alg": self.algorithm(), "typ": "JWT" });
        if let (Some(header), Some(key_id)) = (header.as_object_mut(), key_id) {
            header.insert("kid".into(), key_id.into());
        }
        let encode = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(&header), encode(claims));
        let signature = BASE64_URL_SAFE_NO_PAD.encode(self.sign(signed.as_bytes())?);
        Ok(format!("{signed}.{signature}"))
    }

    const fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "RS256",
            Self::Ec(_) => "ES256",
        }
    }

    fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, bytes, &mut signature)?;
                Ok(signature)
            }
            // Both numbers in 32 bytes each, as tokens have it; DER would be refused.
            Self::Ec(pair) => Ok(pair.sign(&random, bytes)?.as_ref().to_vec()),
        }
    }
}

/// The bytes between the lines of dashes.
fn der_of_pem(text: &str) -> Option<Vec<u8>> {
    let (_, rest) = text.split_once("-----BEGIN PRIVATE KEY-----")?;
    let (body, _) = rest.split_once("-----END PRIVATE KEY-----")?;
    let packed: String = body.split_whitespace().collect();
    BASE64_STANDARD.decode(packed).ok()
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::{
        encoding::{AsDer, Pkcs8V1Der},
        rsa::KeySize,
        signature::{
            ECDSA_P256_SHA256_FIXED, KeyPair, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
            VerificationAlgorithm,
        },
    };

    use super::*;

    fn pem(der: &[u8]) -> String {
        let body = BASE64_STANDARD.encode(der);
        let (first, second) = body.split_at(64);
        format!("-----BEGIN PRIVATE KEY-----\n{first}\n{second}\n-----END PRIVATE KEY-----\n")
    }

    fn is_signed(
        token: &str,
        algorithm: &'static dyn VerificationAlgorithm,
        public: &[u8],
    ) -> bool {
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
        UnparsedPublicKey::new(algorithm, public)
            .verify(signed.as_bytes(), &signature)
            .is_ok()
    }

    fn part(token: &str, at: usize) -> Value {
        let part = token.split('.').nth(at).unwrap();
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    }

    #[test]
    fn googles_key_signs() {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
        let signer = Signer::rsa_of_pem(&pem(der.as_ref())).unwrap();
        let token = signer
            .token(Some("key-1"), &json!({ "iss": "me" }))
            .unwrap();
        assert_eq!(
            part(&token, 0),
            json!({ "alg": "RS256", "typ": "JWT", "kid": "key-1" })
        );
        assert_eq!(part(&token, 1), json!({ "iss": "me" }));
        let public = pair.public_key().as_ref();
        assert!(is_signed(&token, &RSA_PKCS1_2048_8192_SHA256, public));
    }

    #[test]
    fn apples_key_signs() {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let der = pair.to_pkcs8v1().unwrap();
        let signer = Signer::ec_of_pem(&pem(der.as_ref())).unwrap();
        let token = signer.token(None, &json!({ "iss": "me" })).unwrap();
        assert_eq!(part(&token, 0), json!({ "alg": "ES256", "typ": "JWT" }));
        let public = pair.public_key().as_ref();
        assert!(is_signed(&token, &ECDSA_P256_SHA256_FIXED, public));
    }

    #[test]
    fn a_browser_key_is_its_bytes() {
        let (signer, public) = Signer::ec_of_bytes(&[7; 32]).unwrap();
        let token = signer.token(None, &json!({})).unwrap();
        assert_eq!(public.len(), 65);
        assert!(is_signed(&token, &ECDSA_P256_SHA256_FIXED, &public));
        assert!(Signer::ec_of_bytes(&[255; 32]).is_none());
        assert!(Signer::ec_of_bytes(&[7; 31]).is_none());
    }

    #[test]
    fn what_is_no_key_is_none() {
        for text in [
            "",
            "-----BEGIN PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        ] {
            assert!(Signer::rsa_of_pem(text).is_none(), "{text}");
            assert!(Signer::ec_of_pem(text).is_none(), "{text}");
        }
    }
}
