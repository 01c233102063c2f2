//! Dates as feeds write them.

use chrono::{DateTime, NaiveDateTime, Utc};

/// RFC 3339 of Atom and JSON Feed, RFC 2822 of RSS, and what WordPress writes beside it, in UTC.
#[must_use]
pub fn date_of(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let found = DateTime::parse_from_rfc3339(text)
        .ok()
        .or_else(|| rfc_2822(text));
    let found = found.map(|at| at.with_timezone(&Utc));
    found.or_else(|| {
        let naive = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok()?;
        Some(naive.and_utc())
    })
}

/// The day of the week may be wrong or in another language, and Moscow's time goes by its own name.
fn rfc_2822(text: &str) -> Option<DateTime<chrono::FixedOffset>> {
    let day_and_time = text.split_once(',').map_or(text, |(_, rest)| rest).trim();
    let written = match day_and_time.strip_suffix("MSK") {
        Some(local) => format!("{local}+0300"),
        None => day_and_time.to_owned(),
    };
    DateTime::parse_from_rfc2822(&written).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_they_are_written() {
        let at = |text: &str| date_of(text).map(|at| at.to_rfc3339());
        let noon = Some("2021-03-08T09:00:00+00:00".to_owned());
        for text in [
            "Mon, 08 Mar 2021 12:00:00 +0300",
            "08 Mar 2021 12:00:00 MSK",
            "Пн, 8 Mar 2021 09:00:00 GMT",
            "2021-03-08T12:00:00+03:00",
            "2021-03-08 09:00:00",
        ] {
            assert_eq!(at(text), noon, "{text}");
        }
        for text in ["", "вчера", "0000-00-00 00:00:00", "2021-13-41T00:00:00Z"] {
            assert_eq!(at(text), None, "{text}");
        }
    }
}
