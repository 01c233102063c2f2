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
const REPORTS_COUNT: TimeDelta = TimeDelta::days(90);
/// So many members' confirmed reports suspend a benefit.
const MEMBERS_THAT_SUSPEND: usize = 3;
/// A pool runs low when fewer than one code in so many is left.
const LOW_SHARE: i64 = 20;

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

/// What staff must know of a pool: that it is low (fewer than 5 % are left, or the last one), or that
/// it is empty.
#[must_use]
pub fn shortage(left: i64, total: i64) -> Option<Shortage> {
    let low = ((total - 1) / LOW_SHARE).max(1);
    match left {
        ..=0 => Some(Shortage::Gone),
        left if left <= low => Some(Shortage::Low),
        _ => None,
    }
}

/// Whether the confirmed reports of so many members suspend a benefit.
#[must_use]
pub const fn suspends(members: usize) -> bool {
    members >= MEMBERS_THAT_SUSPEND
}

/// Since when reports of a benefit count. What came before staff resumed it, they dealt with then.
#[must_use]
pub fn reports_count_since(resumed_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> DateTime<Utc> {
    let oldest = now - REPORTS_COUNT;
    resumed_at.map_or(oldest, |resumed_at| oldest.max(resumed_at))
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

    /// With how many codes left a pool is low.
    fn low(total: i64) -> Vec<i64> {
        let left = (0..=total).rev();
        left.filter(|left| shortage(*left, total) == Some(Shortage::Low))
            .collect()
    }

    #[test]
    fn a_pool_is_low_below_a_twentieth_and_with_its_last_code() {
        assert_eq!(low(2), [1]);
        assert_eq!(low(20), [1]);
        assert_eq!(low(100), [4, 3, 2, 1]);
        assert_eq!(low(101), [5, 4, 3, 2, 1]);
        assert_eq!(low(10_000).first(), Some(&499));
        for total in [0, 1, 2, 20, 101] {
            assert_eq!(shortage(0, total), Some(Shortage::Gone));
        }
    }

    #[test]
    fn three_members_suspend() {
        assert!(!suspends(2));
        assert!(suspends(3));
    }

    #[test]
    fn reports_count_for_ninety_days_or_since_the_benefit_was_resumed() {
        let at = |text| DateTime::parse_from_rfc3339(text).unwrap().to_utc();
        let now = at("2026-11-23T12:00:00Z");
        let oldest = at("2026-08-25T12:00:00Z");
        assert_eq!(reports_count_since(None, now), oldest);
        let (long_ago, lately) = (at("2026-03-01T00:00:00Z"), at("2026-11-01T00:00:00Z"));
        assert_eq!(reports_count_since(Some(long_ago), now), oldest);
        assert_eq!(reports_count_since(Some(lately), now), lately);
    }
}
