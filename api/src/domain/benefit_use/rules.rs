//! Figures and pure decisions of the use of benefits.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use entities::enums::LimitPeriod;

use crate::infra::{clock::moscow_date, throttle::Allowance};

/// Reports that one account may make.
pub const REPORTS_OF_ACCOUNT: [Allowance; 1] = [Allowance {
    most: 5,
    within: TimeDelta::days(1),
}];
/// Who redeemed a benefit so lately may report it, though it is for others by now.
pub const REDEEMED_LATELY: TimeDelta = TimeDelta::days(30);
/// A confirmed report counts for so long.
pub const REPORTS_COUNT: TimeDelta = TimeDelta::days(90);
/// So many members' confirmed reports suspend a benefit.
const MEMBERS_THAT_SUSPEND: usize = 3;
/// A pool runs low when fewer than one code in so many is left.
const LOW_SHARE: i64 = 20;
const SHORTEST_CODE: usize = 4;
const LONGEST_CODE: usize = 64;

/// The first Moscow day of the calendar period that an instant is in. A limit for ever has one period.
#[must_use]
pub fn period_start(period: Option<LimitPeriod>, now: DateTime<Utc>) -> NaiveDate {
    let today = moscow_date(now);
    match period {
        Some(LimitPeriod::Day) => today,
        Some(LimitPeriod::Month) => today.with_day(1).unwrap_or(today),
        Some(LimitPeriod::Year) => today.with_ordinal(1).unwrap_or(today),
        None => NaiveDate::default(),
    }
}

/// What staff must hear of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortage {
    Low,
    Gone,
}

/// What staff must hear when a code was just taken: once on the way down that the pool runs low
/// (fewer than 5 % are left, or the last one), and that it is empty.
#[must_use]
pub fn shortage(left: i64, total: i64) -> Option<Shortage> {
    let low = ((total - 1) / LOW_SHARE).max(1);
    match left {
        ..=0 => Some(Shortage::Gone),
        left if left == low => Some(Shortage::Low),
        _ => None,
    }
}

/// Whether the confirmed reports of so many members suspend a benefit.
#[must_use]
pub const fn suspends(members: usize) -> bool {
    members >= MEMBERS_THAT_SUSPEND
}

/// Whether a line of a pool is a code: 4 to 64 printable characters of ASCII.
#[must_use]
pub fn is_code(line: &str) -> bool {
    (SHORTEST_CODE..=LONGEST_CODE).contains(&line.len())
        && line.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(period: Option<LimitPeriod>, instant: &str) -> String {
        let instant = DateTime::parse_from_rfc3339(instant).unwrap().to_utc();
        period_start(period, instant).to_string()
    }

    #[test]
    fn periods_begin_at_moscow_midnight() {
        let day = |instant| start(Some(LimitPeriod::Day), instant);
        assert_eq!(day("2026-11-22T20:59:59Z"), "2026-11-22");
        assert_eq!(day("2026-11-22T21:00:00Z"), "2026-11-23");
        let month = |instant| start(Some(LimitPeriod::Month), instant);
        assert_eq!(month("2026-11-30T20:59:59Z"), "2026-11-01");
        assert_eq!(month("2026-11-30T21:00:00Z"), "2026-12-01");
        let year = |instant| start(Some(LimitPeriod::Year), instant);
        assert_eq!(year("2026-12-31T20:59:59Z"), "2026-01-01");
        assert_eq!(year("2026-12-31T21:00:00Z"), "2027-01-01");
    }

    #[test]
    fn periods_keep_to_the_calendar() {
        let month = |instant| start(Some(LimitPeriod::Month), instant);
        assert_eq!(month("2028-02-29T12:00:00Z"), "2028-02-01");
        assert_eq!(month("2028-03-01T12:00:00Z"), "2028-03-01");
        let year = |instant| start(Some(LimitPeriod::Year), instant);
        assert_eq!(year("2028-12-31T12:00:00Z"), "2028-01-01");
        assert_eq!(start(None, "1999-01-01T00:00:00Z"), "1970-01-01");
        assert_eq!(start(None, "2028-12-31T21:00:00Z"), "1970-01-01");
    }

    /// What staff hear while a pool is taken to its end.
    fn heard(total: i64) -> Vec<(i64, Shortage)> {
        let left = (0..total).rev();
        left.filter_map(|left| Some((left, shortage(left, total)?)))
            .collect()
    }

    #[test]
    fn staff_hear_once_that_a_pool_runs_low_and_once_that_it_is_empty() {
        use Shortage::{Gone, Low};
        assert_eq!(heard(1), [(0, Gone)]);
        assert_eq!(heard(2), [(1, Low), (0, Gone)]);
        assert_eq!(heard(20), [(1, Low), (0, Gone)]);
        assert_eq!(heard(100), [(4, Low), (0, Gone)]);
        assert_eq!(heard(101), [(5, Low), (0, Gone)]);
        assert_eq!(heard(10_000), [(499, Low), (0, Gone)]);
    }

    #[test]
    fn three_members_suspend() {
        assert!(!suspends(2));
        assert!(suspends(3));
    }

    #[test]
    fn codes_are_short_lines_of_ascii() {
        for code in ["ABCD", "a1-b2 c3", "~~~~", &"1".repeat(64)] {
            assert!(is_code(code), "{code}");
        }
        for line in ["", "ABC", "КОДЫ", "AB\tCD", "AB\u{7f}CD", &"1".repeat(65)] {
            assert!(!is_code(line), "{line}");
        }
    }
}
