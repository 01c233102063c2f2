//! The calendar's file, and counting by it.

use std::{
    collections::{BTreeMap, HashSet},
    ops::RangeInclusive,
    sync::LazyLock,
};

use chrono::{Datelike, NaiveDate, Weekday};
use serde::Deserialize;

const FILE: &str = include_str!("production_calendar.toml");

static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| Calendar::of(read()));

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default, rename = "year")]
    years: Vec<Year>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Year {
    year: i32,
    source: String,
    /// For whoever checks the file: a test counts them.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "read with the file, counted by a test")
    )]
    working_days: usize,
    days_off: Vec<NaiveDate>,
    days_worked: Vec<NaiveDate>,
}

struct Calendar {
    /// A year and the decree that it follows.
    sources: BTreeMap<i32, String>,
    days_off: HashSet<NaiveDate>,
    days_worked: HashSet<NaiveDate>,
}

/// The file is part of the program, and a test reads it; were it unreadable all the same, every year
/// would be unknown.
fn read() -> File {
    toml::from_str(FILE).unwrap_or_else(|cause| {
        tracing::error!(%cause, "the production calendar can't be read");
        File::default()
    })
}

impl Calendar {
    fn of(file: File) -> Self {
        let mut calendar = Self {
            sources: BTreeMap::new(),
            days_off: HashSet::new(),
            days_worked: HashSet::new(),
        };
        for year in file.years {
            calendar.sources.insert(year.year, year.source);
            calendar.days_off.extend(year.days_off);
            calendar.days_worked.extend(year.days_worked);
        }
        calendar
    }

    fn is_working(&self, day: NaiveDate) -> Option<bool> {
        self.sources.get(&day.year())?;
        let is_weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        Some(if is_weekend {
            self.days_worked.contains(&day)
        } else {
            !self.days_off.contains(&day)
        })
    }
}

/// Whether people work on a day; `None`: its year is not in the calendar.
#[must_use]
pub fn is_working(day: NaiveDate) -> Option<bool> {
    CALENDAR.is_working(day)
}

/// How many working days have passed from one day to another: a term begins on the day after (Civil
/// Code, article 191), so that the first day does not count and the last one does. Nothing passes
/// backwards. `None`: the calendar does not have every year in between.
#[must_use]
pub fn between(from: NaiveDate, to: NaiveDate) -> Option<i32> {
    let calendar = &*CALENDAR;
    // First of all the years, so that nobody walks through centuries.
    if !(from.year()..=to.year()).all(|year| calendar.sources.contains_key(&year)) {
        return None;
    }
    let mut passed = 0;
    for day in from.iter_days().skip(1).take_while(|day| *day <= to) {
        passed += i32::from(calendar.is_working(day)?);
    }
    Some(passed)
}

/// The first and the last year that the calendar has, with every year in between.
#[must_use]
pub fn covered_years() -> Option<RangeInclusive<i32>> {
    let years = &CALENDAR.sources;
    let (first, _) = years.first_key_value()?;
    let (last, _) = years.last_key_value()?;
    Some(*first..=*last)
}

/// The decree that a year of the calendar follows; `None`: the year is not in it.
#[must_use]
pub fn calendar_source(year: i32) -> Option<&'static str> {
    CALENDAR.sources.get(&year).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn every_year_has_as_many_working_days_as_was_published() {
        let file: File = toml::from_str(FILE).unwrap();
        assert!(!file.years.is_empty());
        for year in file.years {
            let first = NaiveDate::from_ymd_opt(year.year, 1, 1).unwrap();
            let days = first.iter_days().take_while(|day| day.year() == year.year);
            let working = days.filter(|day| is_working(*day) == Some(true)).count();
            assert_eq!(working, year.working_days, "{}", year.year);
            assert!(year.source.contains(&year.year.to_string()));
        }
    }

    #[test]
    fn the_file_names_weekdays_as_off_and_weekends_as_worked() {
        let file: File = toml::from_str(FILE).unwrap();
        for year in file.years {
            let is_weekend = |day: &NaiveDate| matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
            assert!(!year.days_off.iter().any(is_weekend), "{}", year.year);
            assert!(year.days_worked.iter().all(is_weekend), "{}", year.year);
            let all = year.days_off.iter().chain(&year.days_worked);
            assert!(all.clone().all(|day| day.year() == year.year));
            assert_eq!(all.clone().collect::<HashSet<_>>().len(), all.count());
        }
    }

    #[test]
    fn no_year_is_missing_in_between() {
        let years = covered_years().unwrap();
        assert_eq!((*years.start(), *years.end()), (2023, 2026));
        assert!(years.clone().all(|year| calendar_source(year).is_some()));
        assert_eq!(calendar_source(years.end() + 1), None);
    }

    #[test]
    fn a_term_runs_from_the_day_after() {
        assert_eq!(between(day("2026-11-23"), day("2026-11-23")), Some(0));
        assert_eq!(between(day("2026-11-23"), day("2026-11-24")), Some(1));
        // From Friday over the weekend to Monday.
        assert_eq!(between(day("2026-11-20"), day("2026-11-23")), Some(1));
        // From Tuesday over the holiday of 4 November.
        assert_eq!(between(day("2026-11-03"), day("2026-11-05")), Some(1));
        // New Year's holidays end with the transferred 9 January and a weekend.
        assert_eq!(between(day("2025-12-30"), day("2026-01-11")), Some(0));
        assert_eq!(between(day("2025-12-30"), day("2026-01-12")), Some(1));
        // A Saturday that is worked.
        assert_eq!(between(day("2025-10-31"), day("2025-11-01")), Some(1));
        assert_eq!(between(day("2026-11-24"), day("2026-11-23")), Some(0));
    }

    #[test]
    fn years_beyond_the_calendar_have_no_answer() {
        assert_eq!(between(day("2022-12-30"), day("2023-01-10")), None);
        assert_eq!(between(day("2026-12-30"), day("2027-01-11")), None);
        assert_eq!(between(day("0001-01-01"), day("9999-01-01")), None);
        assert_eq!(is_working(day("2028-01-11")), None);
    }
}
