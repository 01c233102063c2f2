//! Pure decisions about news.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A video that belongs to an article, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Video {
    /// `RUTUBE`, `VK` or `OTHER`; an open list.
    pub provider: String,
    pub url: String,
    #[serde(default)]
    pub duration_seconds: Option<i32>,
    #[serde(default)]
    pub poster_url: Option<String>,
    #[serde(default)]
    pub captions_url: Option<String>,
    #[serde(default)]
    pub transcript: Option<String>,
}

/// Whether an article is on top of its list now.
#[must_use]
pub fn is_pinned(pinned_until: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    pinned_until.is_some_and(|until| until > now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_holds_until_its_moment_and_not_at_it() {
        let noon = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let earlier = DateTime::from_timestamp(1_799_999_999, 0).unwrap();
        assert!(is_pinned(Some(noon), earlier));
        assert!(!is_pinned(Some(noon), noon));
        assert!(!is_pinned(None, noon));
    }
}
