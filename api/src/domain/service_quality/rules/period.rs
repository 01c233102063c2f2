//! Periods are whole calendar months in Moscow.

use chrono::{Datelike, Days, Months, NaiveDate};

/// Unless it is said otherwise, a year is shown, the present month included.
const SHOWN_MONTHS: u32 = 12;
/// Five years.
const MOST_MONTHS: i32 = 60;
/// Services were not electronic before; later ones than these no database holds.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2999;
/// So many days of the next month reports may still come in and be moderated.
const DAYS_BEFORE_FREEZING: u64 = 10;

/// Some months in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    first: NaiveDate,
    last: NaiveDate,
}

/// Why two days make no period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodFault {
    Backwards,
    TooLong,
    UnknownYear,
}

impl PeriodFault {
    /// For whoever asked.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::Backwards => "начало периода позже его конца",
            Self::TooLong => "период не длиннее 60 месяцев",
            Self::UnknownYear => "ожидается день с 2000 по 2999 год",
        }
    }
}

impl Period {
    /// The months that these days are in and those between them: without an end up to today's, without a
    /// beginning a year.
    ///
    /// # Errors
    /// What is wrong with the days.
    pub fn of(
        from: Option<NaiveDate>,
        to: Option<NaiveDate>,
        today: NaiveDate,
    ) -> Result<Self, PeriodFault> {
        let last = month_of(to.unwrap_or(today));
        let first = from.map_or_else(|| months_before(last, SHOWN_MONTHS - 1), month_of);
        if !YEARS.contains(&first.year()) || !YEARS.contains(&last.year()) {
            return Err(PeriodFault::UnknownYear);
        }
        let period = Self { first, last };
        match period.length() {
            ..1 => Err(PeriodFault::Backwards),
            1..=MOST_MONTHS => Ok(period),
            _ => Err(PeriodFault::TooLong),
        }
    }

    /// The year that ends with today's month.
    #[must_use]
    pub fn last_year(today: NaiveDate) -> Self {
        let last = month_of(today);
        Self {
            first: months_before(last, SHOWN_MONTHS - 1),
            last,
        }
    }

    /// Its first day, which is its first month's.
    #[must_use]
    pub const fn first_day(self) -> NaiveDate {
        self.first
    }

    /// The first day of its last month.
    #[must_use]
    pub const fn last_month(self) -> NaiveDate {
        self.last
    }

    /// Its last day.
    #[must_use]
    pub fn last_day(self) -> NaiveDate {
        let next = next_month(self.last);
        next.checked_sub_days(Days::new(1)).unwrap_or(next)
    }

    /// Its months by their first days.
    #[must_use]
    pub fn months(self) -> Vec<NaiveDate> {
        let following = |month: &NaiveDate| Some(next_month(*month));
        std::iter::successors(Some(self.first), following)
            .take_while(|month| *month <= self.last)
            .collect()
    }

    /// As many months right before it.
    #[must_use]
    pub fn before(self) -> Self {
        let length = u32::try_from(self.length()).unwrap_or(SHOWN_MONTHS);
        Self {
            first: months_before(self.first, length),
            last: months_before(self.first, 1),
        }
    }

    fn length(self) -> i32 {
        ordinal(self.last) - ordinal(self.first) + 1
    }
}

/// The first day of a day's month.
#[must_use]
pub fn month_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// The month that follows.
#[must_use]
pub fn next_month(month: NaiveDate) -> NaiveDate {
    month.checked_add_months(Months::new(1)).unwrap_or(month)
}

/// The newest month that may be frozen on that day.
#[must_use]
pub fn freezable_by(today: NaiveDate) -> NaiveDate {
    let moderated = today.checked_sub_days(Days::new(DAYS_BEFORE_FREEZING));
    months_before(month_of(moderated.unwrap_or(today)), 1)
}

fn months_before(month: NaiveDate, months: u32) -> NaiveDate {
    month
        .checked_sub_months(Months::new(months))
        .unwrap_or(month)
}

fn ordinal(month: NaiveDate) -> i32 {
    month.year() * 12 + i32::try_from(month.month0()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn period(from: &str, to: &str) -> Result<Period, PeriodFault> {
        Period::of(Some(day(from)), Some(day(to)), day("2026-11-23"))
    }

    #[test]
    fn days_widen_to_their_months() {
        let period = period("2026-02-14", "2026-03-01").unwrap();
        assert_eq!(period.first_day(), day("2026-02-01"));
        assert_eq!(period.last_day(), day("2026-03-31"));
        assert_eq!(period.months(), [day("2026-02-01"), day("2026-03-01")]);
    }

    #[test]
    fn a_year_is_shown_unless_told() {
        let period = Period::of(None, None, day("2026-11-23")).unwrap();
        assert_eq!(period.months().len(), 12);
        assert_eq!(period.first_day(), day("2025-12-01"));
        assert_eq!(period, Period::last_year(day("2026-11-23")));
    }

    #[test]
    fn the_one_before_is_as_long() {
        let before = period("2026-01-31", "2026-03-31").unwrap().before();
        assert_eq!(before.first_day(), day("2025-10-01"));
        assert_eq!(before.last_day(), day("2025-12-31"));
    }

    #[test]
    fn what_is_no_period_is_named() {
        let fault = |from, to| period(from, to).unwrap_err();
        assert_eq!(fault("2026-03-01", "2026-02-28"), PeriodFault::Backwards);
        assert_eq!(fault("2021-11-30", "2026-11-01"), PeriodFault::TooLong);
        assert!(period("2021-12-01", "2026-11-01").is_ok());
        assert_eq!(fault("1999-12-31", "2000-01-01"), PeriodFault::UnknownYear);
        assert_eq!(
            Period::of(None, Some(NaiveDate::MIN), day("2026-11-23")),
            Err(PeriodFault::UnknownYear)
        );
    }

    #[test]
    fn a_month_is_frozen_on_the_eleventh_of_the_next() {
        assert_eq!(freezable_by(day("2026-11-10")), day("2026-09-01"));
        assert_eq!(freezable_by(day("2026-11-11")), day("2026-10-01"));
        assert_eq!(freezable_by(day("2027-01-11")), day("2026-12-01"));
    }
}
