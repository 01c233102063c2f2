//! The one clock. Nothing else reads the time: logic gets `now` passed in.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

/// Moscow keeps UTC+3 all year, without summer time, since 2014.
const MOSCOW_OFFSET_HOURS: i64 = 3;

/// Wall-clock time in UTC, whole microseconds, following the database's clock.
///
/// PostgreSQL keeps microseconds and SQLite would keep nanoseconds: finer instants would make a
/// cursor differ from the row that it was made of.
#[derive(Clone, Debug)]
pub struct Clock {
    source: Source,
}

#[derive(Clone, Debug)]
enum Source {
    System { ahead_microseconds: Arc<AtomicI64> },
    Fixed(DateTime<Utc>),
}

impl Clock {
    /// The machine's clock, not yet corrected by any database.
    #[must_use]
    pub fn system() -> Self {
        Self {
            source: Source::System {
                ahead_microseconds: Arc::default(),
            },
        }
    }

    /// A clock that stands still, for tests.
    #[must_use]
    pub fn fixed(instant: DateTime<Utc>) -> Self {
        Self {
            source: Source::Fixed(whole_microseconds(instant)),
        }
    }

    /// The present instant.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the machine's clock"
    )]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.source {
            Source::System { ahead_microseconds } => {
                let ahead = TimeDelta::microseconds(ahead_microseconds.load(Ordering::Relaxed));
                whole_microseconds(Utc::now() + ahead)
            }
            Source::Fixed(instant) => *instant,
        }
    }

    /// Takes the database's reading as the truth from now on and returns by how much it is ahead.
    pub fn follow(&self, database_now: DateTime<Utc>) -> TimeDelta {
        let difference = database_now - self.now();
        if let Source::System { ahead_microseconds } = &self.source {
            ahead_microseconds.fetch_add(
                difference.num_microseconds().unwrap_or_default(),
                Ordering::Relaxed,
            );
        }
        difference
    }
}

/// The calendar date in Moscow at that instant.
#[must_use]
pub fn moscow_date(instant: DateTime<Utc>) -> NaiveDate {
    moscow_time(instant).date()
}

/// What clocks in Moscow show at that instant.
#[must_use]
pub fn moscow_time(instant: DateTime<Utc>) -> NaiveDateTime {
    (instant + TimeDelta::hours(MOSCOW_OFFSET_HOURS)).naive_utc()
}

/// When the calendar date in Moscow at that instant ends. Terms of benefits, days of checks and the like
/// are dates, so that what is computed from them holds until then.
#[must_use]
pub fn end_of_moscow_day(instant: DateTime<Utc>) -> DateTime<Utc> {
    let tomorrow = moscow_date(instant) + Days::new(1);
    tomorrow.and_time(NaiveTime::MIN).and_utc() - TimeDelta::hours(MOSCOW_OFFSET_HOURS)
}

fn whole_microseconds(instant: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(instant.timestamp_micros()).unwrap_or(instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_moscow_day_begins_at_nine_in_the_evening_utc() {
        let before = DateTime::parse_from_rfc3339("2026-11-22T20:59:59Z").unwrap();
        let after = DateTime::parse_from_rfc3339("2026-11-22T21:00:00Z").unwrap();
        assert_eq!(moscow_date(before.to_utc()).to_string(), "2026-11-22");
        assert_eq!(moscow_date(after.to_utc()).to_string(), "2026-11-23");
        assert_eq!(
            moscow_time(after.to_utc()).to_string(),
            "2026-11-23 00:00:00"
        );
        assert_eq!(end_of_moscow_day(before.to_utc()), after.to_utc());
    }

    #[test]
    fn following_the_database_moves_the_clock() {
        let clock = Clock::system();
        let later = clock.now() + TimeDelta::hours(5);
        clock.follow(later);
        assert!(clock.now() >= later);
    }

    #[test]
    fn instants_are_whole_microseconds() {
        assert_eq!(Clock::system().now().timestamp_subsec_nanos() % 1_000, 0);
    }
}
