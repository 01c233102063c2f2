//! The address of a device at its provider: a token, or an endpoint with a browser's keys.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use entities::enums::PushProvider;
use serde::{Deserialize, Serialize};

use super::{
    gateway::{Gateways, WebPushKeys},
    types::PushErrorCode,
};
use crate::infra::{
    error::Error,
    vault::{Lookup, Vault},
};

/// The column that addresses are sealed for.
const ADDRESS: &str = "push_device.address";
/// Bytes of a token: no provider's is longer.
const LONGEST_TOKEN: usize = 4096;
/// Hexadecimal digits of Apple's tokens; they may grow, never shrink.
const SHORTEST_APNS_TOKEN: usize = 64;
/// An uncompressed point of P-256, and what it begins with.
const POINT_BYTES: usize = 65;
const UNCOMPRESSED: u8 = 4;
const SECRET_BYTES: usize = 16;

/// Where a device is reached.
#[derive(Clone, Serialize, Deserialize)]
pub struct DeviceAddress {
    pub token: String,
    /// Of a browser, in base64url.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    keys: Option<(String, String)>,
}

/// An address as a client sent it.
pub struct SentAddress<'a> {
    pub provider: PushProvider,
    pub token: &'a str,
    pub p256dh: Option<&'a str>,
    pub auth: Option<&'a str>,
}

impl DeviceAddress {
    /// Reads an address, or says what is wrong with which fields.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(
        sent: &SentAddress<'_>,
        gateways: &Gateways,
    ) -> Result<Self, Vec<(&'static str, PushErrorCode)>> {
        let mut problems = Vec::new();
        if let Some(code) = fault_of_token(sent, gateways) {
            problems.push(("token", code));
        }
        let is_browser = sent.provider == PushProvider::WebPush;
        let keys = match (is_browser, sent.p256dh, sent.auth) {
            (true, Some(p256dh), Some(auth)) => {
                if read_keys(p256dh, auth).is_none() {
                    problems.push(("webPushKeys", PushErrorCode::KeysMalformed));
                }
                Some((p256dh.to_owned(), auth.to_owned()))
            }
            (false, None, None) => None,
            _ => {
                problems.push(("webPushKeys", PushErrorCode::KeysOutOfPlace));
                None
            }
        };
        if problems.is_empty() {
            Ok(Self {
                token: sent.token.to_owned(),
                keys,
            })
        } else {
            Err(problems)
        }
    }

    /// A browser's keys, for its gateway.
    #[must_use]
    pub fn web_push_keys(&self) -> Option<WebPushKeys> {
        let (p256dh, auth) = self.keys.as_ref()?;
        read_keys(p256dh, auth)
    }

    /// The hash that equal tokens have.
    #[must_use]
    pub fn lookup(&self, vault: &Vault) -> String {
        vault.lookup(Lookup::PushToken, &self.token)
    }

    /// Sealed by the service's key: a token says nothing of its holder, and campaigns open a million.
    ///
    /// # Errors
    /// `Internal`, when it can't be written.
    pub fn seal(&self, vault: &Vault) -> Result<Vec<u8>, Error> {
        vault.seal(ADDRESS, self)
    }

    /// Opens a stored address.
    ///
    /// # Errors
    /// `Internal`, when it was sealed by another key.
    pub fn open(vault: &Vault, sealed: &[u8]) -> Result<Self, Error> {
        vault.open(ADDRESS, sealed)
    }
}

fn fault_of_token(sent: &SentAddress<'_>, gateways: &Gateways) -> Option<PushErrorCode> {
    let token = sent.token;
    if token.is_empty() {
        return Some(PushErrorCode::Missing);
    }
    if token.len() > LONGEST_TOKEN {
        return Some(PushErrorCode::TooLong);
    }
    let is_fit = match sent.provider {
        PushProvider::WebPush => {
            let Ok(endpoint) = url::Url::parse(token) else {
                return Some(PushErrorCode::TokenMalformed);
            };
            return match gateways.check_endpoint(&endpoint) {
                Ok(()) => None,
                Err(_) => Some(PushErrorCode::EndpointRefused),
            };
        }
        PushProvider::Apns => {
            token.len() >= SHORTEST_APNS_TOKEN
                && token.len().is_multiple_of(2)
                && token.bytes().all(|sign| sign.is_ascii_hexdigit())
        }
        PushProvider::Fcm | PushProvider::Rustore => {
            token.bytes().all(|sign| sign.is_ascii_graphic())
        }
    };
    (!is_fit).then_some(PushErrorCode::TokenMalformed)
}

fn read_keys(p256dh: &str, auth: &str) -> Option<WebPushKeys> {
    // Browsers' libraries differ in whether they pad.
    let decode = |text: &str| {
        BASE64_URL_SAFE_NO_PAD
            .decode(text.trim_end_matches('='))
            .ok()
    };
    let p256dh: [u8; POINT_BYTES] = decode(p256dh)?.try_into().ok()?;
    let auth: [u8; SECRET_BYTES] = decode(auth)?.try_into().ok()?;
    (p256dh.first() == Some(&UNCOMPRESSED)).then_some(WebPushKeys { p256dh, auth })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_a_point_and_a_secret() {
        let point = |first: u8| {
            let mut bytes = [7; POINT_BYTES];
            bytes[0] = first;
            BASE64_URL_SAFE_NO_PAD.encode(bytes)
        };
        let secret = BASE64_URL_SAFE_NO_PAD.encode([9; SECRET_BYTES]);
        assert!(read_keys(&point(4), &secret).is_some());
        assert!(read_keys(&point(4), &format!("{secret}==")).is_some());
        assert!(read_keys(&point(2), &secret).is_none());
        assert!(read_keys(&point(4), "short").is_none());
        assert!(read_keys(&secret, &secret).is_none());
    }
}
