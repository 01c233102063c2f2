//! Values that are written in fixed ways: days, statuses, yes and no.

use std::{ops::RangeInclusive, str::FromStr};

use chrono::{Datelike, NaiveDate};

use super::{RosterStatus, spelling::folded};

/// Other years are slips of the pen: nobody joined before 1930, no card lasts beyond 2100.
const YEARS: RangeInclusive<i32> = 1930..=2100;

/// A day written as `2020-01-31` or `31.01.2020`, from 1930 through 2100.
pub fn day(text: &str) -> Option<NaiveDate> {
    let (year, month, day) = international(text).or_else(|| russian(text))?;
    let day = NaiveDate::from_ymd_opt(digits(year, 4)?, digits(month, 2)?, digits(day, 2)?)?;
    YEARS.contains(&day.year()).then_some(day)
}

fn international(text: &str) -> Option<(&str, &str, &str)> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    Some((year, month, day))
}

fn russian(text: &str) -> Option<(&str, &str, &str)> {
    let (day, rest) = text.split_once('.')?;
    let (month, year) = rest.split_once('.')?;
    Some((year, month, day))
}

fn digits<N: FromStr>(text: &str, count: usize) -> Option<N> {
    let is_written_so = text.len() == count && text.bytes().all(|sign| sign.is_ascii_digit());
    text.parse().ok().filter(|_| is_written_so)
}

/// A status in either language. None given means an active member.
pub fn status(text: &str) -> Option<RosterStatus> {
    match folded(text).as_str() {
        "" | "active" | "действует" | "действителен" => {
            Some(RosterStatus::Active)
        }
        "suspended" | "приостановлен" => Some(RosterStatus::Suspended),
        "expired" | "истек" => Some(RosterStatus::Expired),
        "revoked" | "аннулирован" | "исключен" => Some(RosterStatus::Revoked),
        _ => None,
    }
}

/// Yes or no. Nothing means no.
pub fn yes_or_no(text: &str) -> Option<bool> {
    match folded(text).as_str() {
        "да" | "1" | "true" => Some(true),
        "" | "нет" | "0" | "false" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_in_two_ways() {
        let expected = NaiveDate::from_ymd_opt(2020, 1, 31);
        assert!(expected.is_some());
        assert_eq!(day("2020-01-31"), expected);
        assert_eq!(day("31.01.2020"), expected);
    }

    #[test]
    fn days_exist_and_are_likely() {
        for text in [
            "",
            "-",
            "2020",
            "2020-1-31",
            "1.2.2020",
            "31.01.20",
            "2020-02-30",
            "31-01-2020",
            "2020.01.31",
            "2020-01-31T00:00",
            "+020-01-31",
            "1929-12-31",
            "2101-01-01",
            "43861",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
        assert!(day("1930-01-01").is_some() && day("2100-12-31").is_some());
    }

    #[test]
    fn statuses_are_known_in_both_languages() {
        for (texts, expected) in [
            (
                ["", "ACTIVE", "Действует", "действителен"].as_slice(),
                RosterStatus::Active,
            ),
            (&["SUSPENDED", "Приостановлен"], RosterStatus::Suspended),
            (&["EXPIRED", "Истёк", "истек"], RosterStatus::Expired),
            (
                &["REVOKED", "Аннулирован", "Исключён"],
                RosterStatus::Revoked,
            ),
        ] {
            for text in texts {
                assert_eq!(status(text), Some(expected), "{text}");
            }
        }
        assert_eq!(status("умер"), None);
    }

    #[test]
    fn yes_and_no_are_known() {
        assert!(
            ["Да", "1", "TRUE"]
                .into_iter()
                .all(|text| yes_or_no(text) == Some(true))
        );
        assert!(
            ["", "нет", "0", "false"]
                .into_iter()
                .all(|text| yes_or_no(text) == Some(false))
        );
        assert_eq!(yes_or_no("2"), None);
    }
}
