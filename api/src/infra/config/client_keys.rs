//! Keys of programs, such as the portal's rendering: a credential with a budget of its own, not a
//! viewer.

use std::num::NonZeroU32;

use serde::{Deserialize, Deserializer, de};

use crate::infra::{
    digest::{parse_sha256, sha256_hex},
    vault::equal_in_constant_time,
};

/// A program that has a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientKey {
    pub name: String,
    /// SHA-256 of the key, which has at least 128 random bits.
    digest: String,
    /// Points a minute.
    pub points: NonZeroU32,
}

/// `portal:<SHA-256 of its key>:200000,…`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientKeys(Vec<ClientKey>);

impl ClientKeys {
    fn parse(text: &str) -> Result<Self, String> {
        let entries = text
            .split(',')
            .map(str::trim)
            .filter(|entry| !entry.is_empty());
        let keys = entries.map(|entry| {
            let refused = || {
                "expected name:sha256-of-the-key:points-a-minute, separated by commas".to_owned()
            };
            let mut parts = entry.split(':');
            let (name, digest, points) = match (parts.next(), parts.next(), parts.next()) {
                (Some(name), Some(digest), Some(points)) if parts.next().is_none() => {
                    (name, digest, points)
                }
                _ => return Err(refused()),
            };
            let points = points.parse().map_err(|_| refused())?;
            if name.is_empty() || parse_sha256(digest).is_none() {
                return Err(refused());
            }
            Ok(ClientKey {
                name: name.to_owned(),
                digest: digest.to_ascii_lowercase(),
                points,
            })
        });
        keys.collect::<Result<_, _>>().map(Self)
    }

    /// Whose key that is.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<&ClientKey> {
        let digest = sha256_hex(key);
        self.0
            .iter()
            .find(|known| equal_in_constant_time(&known.digest, &digest))
    }
}

impl<'de> Deserialize<'de> for ClientKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_by_its_digest() {
        let text = format!("portal:{}:200000", sha256_hex("the portal's key"));
        let keys = ClientKeys::parse(&text).unwrap();
        assert_eq!(keys.find("the portal's key").unwrap().points.get(), 200_000);
        assert!(keys.find("another").is_none());
        assert!(ClientKeys::parse("portal:key:9").is_err());
        assert_eq!(ClientKeys::parse("").unwrap(), ClientKeys::default());
    }
}
