//! Pure decisions about memberships and their cards.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entities::enums::MembershipStatus;

/// A live code stands for a card during the minute in which it was shown and the next.
const CODE_WINDOW_SECONDS: i64 = 60;
/// How long a pass is good without asking the server (contract §4, card).
pub const PASS_LASTS: TimeDelta = TimeDelta::hours(24);
/// A phone fetches a new pass when this much of the old one's time has passed.
pub const PASS_REFRESHED_AFTER: TimeDelta = TimeDelta::hours(12);

/// So many rows of an import are written while the client waits: a twentieth of the roster that takes
/// longer than the four seconds of a request.
const MOST_ROWS_AT_ONCE: i32 = 5_000;

/// Whether an import that writes so many rows is applied while the client waits.
#[must_use]
pub const fn applies_at_once(added: i32, updated: i32) -> bool {
    added.saturating_add(updated) <= MOST_ROWS_AT_ONCE
}

/// Whether a membership holds on that Moscow day.
#[must_use]
pub fn is_valid(status: MembershipStatus, through: Option<NaiveDate>, today: NaiveDate) -> bool {
    status == MembershipStatus::Active && through.is_none_or(|through| today <= through)
}

/// What holders see: a card whose term is over has expired, whatever the roster still says.
#[must_use]
pub fn shown_status(
    status: MembershipStatus,
    through: Option<NaiveDate>,
    today: NaiveDate,
) -> MembershipStatus {
    if status == MembershipStatus::Active && !is_valid(status, through, today) {
        MembershipStatus::Expired
    } else {
        status
    }
}

/// The number of the window that an instant is in, and when a code of it runs out.
#[must_use]
pub fn code_window(now: DateTime<Utc>) -> (i64, DateTime<Utc>) {
    let window = now.timestamp().div_euclid(CODE_WINDOW_SECONDS);
    let end = (window + 2) * CODE_WINDOW_SECONDS;
    (window, DateTime::from_timestamp(end, 0).unwrap_or(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_lives_one_to_two_minutes() {
        let at = |seconds: i64| DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap();
        for second in 0..60 {
            let (window, end) = code_window(at(second));
            assert_eq!(window, code_window(at(0)).0);
            let left = (end - at(second)).num_seconds();
            assert!((60..=120).contains(&left), "{left}");
        }
    }

    #[test]
    fn what_is_new_and_what_changes_is_written() {
        assert!(applies_at_once(0, 0));
        assert!(applies_at_once(5_000, 0) && applies_at_once(2_000, 3_000));
        assert!(!applies_at_once(5_001, 0) && !applies_at_once(0, 5_001));
        assert!(!applies_at_once(i32::MAX, i32::MAX));
    }

    #[test]
    fn the_last_day_counts() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let through = Some(day("2026-12-31"));
        let status = |today| shown_status(MembershipStatus::Active, through, day(today));
        assert_eq!(status("2026-12-31"), MembershipStatus::Active);
        assert_eq!(status("2027-01-01"), MembershipStatus::Expired);
        let suspended = MembershipStatus::Suspended;
        assert_eq!(
            shown_status(suspended, through, day("2027-01-01")),
            suspended
        );
    }
}
