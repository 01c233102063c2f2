//! Which client asks, and the oldest of each that is still served.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Deserializer, de};

/// A version as clients write it: up to three numbers, missing ones are 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClientVersion([u32; 3]);

impl ClientVersion {
    /// Reads `2`, `2.1` or `2.1.0`; anything after `-` or `+` is a build's own matter.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let numbers = text.split(['-', '+']).next()?;
        let mut version = [0; 3];
        let mut parts = numbers.split('.');
        for (slot, part) in version.iter_mut().zip(&mut parts) {
            *slot = part.parse().ok()?;
        }
        parts.next().is_none().then_some(Self(version))
    }

    /// The version as one number that sorts as versions do; parts above 99,999 count as that.
    #[must_use]
    pub fn number(self) -> i64 {
        let parts = self.0.into_iter();
        parts.fold(0, |number, part| {
            number * 100_000 + i64::from(part.min(99_999))
        })
    }
}

impl fmt::Display for ClientVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.0;
        write!(formatter, "{major}.{minor}.{patch}")
    }
}

/// The oldest version still served, by client name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MinimumVersions(BTreeMap<String, ClientVersion>);

impl MinimumVersions {
    /// The oldest version of that client still served, if there is a limit.
    #[must_use]
    pub fn of(&self, client: &str) -> Option<ClientVersion> {
        self.0.get(&client.to_ascii_lowercase()).copied()
    }

    fn parse(text: &str) -> Result<Self, String> {
        text.split(',')
            .map(str::trim)
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, version) = pair
                    .split_once('=')
                    .ok_or_else(|| format!("{pair:?} is not name=version"))?;
                let version = ClientVersion::parse(version.trim())
                    .ok_or_else(|| format!("{version:?} is not a version such as 2.1.0"))?;
                Ok((name.trim().to_ascii_lowercase(), version))
            })
            .collect::<Result<_, String>>()
            .map(Self)
    }
}

impl<'de> Deserialize<'de> for MinimumVersions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        let version = |text| ClientVersion::parse(text).unwrap();
        assert!(version("2.10") > version("2.9.9"));
        assert_eq!(version("3"), version("3.0.0-beta"));
        assert!(ClientVersion::parse("1.2.3.4").is_none());
        assert!(ClientVersion::parse("two").is_none());
    }

    #[test]
    fn limits_are_found_by_name_without_case() {
        let limits = MinimumVersions::parse("android=2.1.0, ios=2.0").unwrap();
        assert_eq!(limits.of("Android"), ClientVersion::parse("2.1"));
        assert_eq!(limits.of("portal"), None);
        assert!(MinimumVersions::parse("android").is_err());
    }
}
