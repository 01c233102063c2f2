//! Instants as archives write them.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An instant in whole microseconds, always written with six digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment(DateTime<Utc>);

impl Moment {
    /// The instant.
    #[must_use]
    pub const fn instant(self) -> DateTime<Utc> {
        self.0
    }
}

impl From<DateTime<Utc>> for Moment {
    fn from(instant: DateTime<Utc>) -> Self {
        let whole = DateTime::from_timestamp_micros(instant.timestamp_micros());
        Self(whole.unwrap_or(instant))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        DateTime::parse_from_rfc3339(&text)
            .map(|instant| Self::from(instant.to_utc()))
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_six_digits_and_comes_back() {
        for (written, again) in [
            (
                "\"2026-11-22T10:00:00Z\"",
                "\"2026-11-22T10:00:00.000000Z\"",
            ),
            (
                "\"2026-11-22T13:00:00.1234567+03:00\"",
                "\"2026-11-22T10:00:00.123456Z\"",
            ),
        ] {
            let moment: Moment = serde_json::from_str(written).unwrap();
            assert_eq!(serde_json::to_string(&moment).unwrap(), again);
        }
        assert!(serde_json::from_str::<Moment>("\"yesterday\"").is_err());
    }
}
