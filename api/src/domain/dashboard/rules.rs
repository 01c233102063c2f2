//! Pure decisions of the dashboard: what is soon, lately and stale.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::domain::reach::{Counts, DaySums};

/// How far the schedule is shown ahead.
pub const SOON: TimeDelta = TimeDelta::days(7);
/// What counts as lately for news and withdrawals.
pub const LATELY: TimeDelta = TimeDelta::days(30);
/// An organisation without news for longer than this has gone quiet.
const QUIET: TimeDelta = TimeDelta::days(14);
/// The length of each of the two spans that are compared.
const SPAN: TimeDelta = TimeDelta::days(7);

/// Whether an organisation has gone quiet.
#[must_use]
pub fn is_stale(last_news_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    last_news_at.is_none_or(|at| now - at > QUIET)
}

/// Fourteen days, today the last of them.
#[must_use]
pub fn compared_days(today: NaiveDate) -> (NaiveDate, NaiveDate) {
    (today - (SPAN + SPAN - TimeDelta::days(1)), today)
}

/// What was done in the later span of those days and in the earlier one.
#[must_use]
pub fn compared(days: &[DaySums], today: NaiveDate) -> (Counts, Counts) {
    let boundary = today - SPAN;
    let sum = |is_later: bool| {
        days.iter()
            .filter(|sums| (sums.day > boundary) == is_later)
            .fold(Counts::default(), |sum, sums| sum.and(sums.counts))
    };
    (sum(true), sum(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_span_has_seven_days() {
        let today: NaiveDate = "2026-11-23".parse().unwrap();
        let (first, last) = compared_days(today);
        assert_eq!((first.to_string().as_str(), last), ("2026-11-10", today));
        let opened_once = Counts {
            opened: 1,
            ..Counts::default()
        };
        let days: Vec<DaySums> = first
            .iter_days()
            .take_while(|day| *day <= last)
            .map(|day| DaySums {
                day,
                counts: opened_once,
            })
            .collect();
        let (later, earlier) = compared(&days, today);
        assert_eq!((later.opened, earlier.opened), (7, 7));
    }

    #[test]
    fn silence_is_stale_after_fourteen_days() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        assert!(is_stale(None, now));
        assert!(!is_stale(Some(now - TimeDelta::days(14)), now));
        assert!(is_stale(Some(now - TimeDelta::days(15)), now));
    }
}
