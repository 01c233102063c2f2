//! Pure decisions about turns: whether somebody may report again by what they have reported before.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entities::enums::{ReportModeration, ServiceOutcome};
use uuid::Uuid;

use super::facts::Facts;

/// Somebody reports a service for themselves once within so long.
pub const ONCE_WITHIN: TimeDelta = TimeDelta::days(30);
/// Reports that somebody may make for themselves within a day, of all services together.
const MOST_OF_ONESELF_A_DAY: usize = 10;
/// The same of an activist for others, who may receive people the whole day.
const MOST_FOR_OTHERS_A_DAY: usize = 50;

/// A report that the author has made before.
#[derive(Clone, Copy, Debug)]
pub struct Earlier {
    pub id: Uuid,
    pub guide_id: Uuid,
    pub is_for_another: bool,
    pub outcome: ServiceOutcome,
    pub submitted_on: NaiveDate,
    pub moderation: ReportModeration,
    pub created_at: DateTime<Utc>,
}

/// Whether somebody may report by what they have reported before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// They may, and these tell of the same application while it was under way: the new one takes their
    /// place.
    Free { replaces: Vec<Uuid> },
    /// They have told of this service lately.
    Told { by: Uuid },
    /// They have told of too much today.
    TooMuch,
}

/// Weighs what somebody reports for themselves against what they have reported before.
///
/// An application that was under way may end: who told of one, and tells how it ended, is not asked to
/// wait, and the two count as one.
#[must_use]
pub fn turn_of_oneself(facts: &Facts, earlier: &[Earlier], now: DateTime<Utc>) -> Turn {
    let own = || earlier.iter().filter(|one| !one.is_for_another);
    let of_service = || own().filter(|one| one.guide_id == facts.guide_id);
    let ends = |one: &Earlier| {
        one.outcome == ServiceOutcome::InProgress
            && facts.outcome != ServiceOutcome::InProgress
            && one.submitted_on == facts.submitted_on
    };
    let is_late = |one: &&Earlier| one.created_at > now - ONCE_WITHIN;
    if let Some(told) = of_service().filter(is_late).find(|&one| !ends(one)) {
        return Turn::Told { by: told.id };
    }
    if own().filter(|one| is_of_today(one, now)).count() >= MOST_OF_ONESELF_A_DAY {
        return Turn::TooMuch;
    }
    let counts = |one: &&Earlier| {
        matches!(
            one.moderation,
            ReportModeration::New | ReportModeration::Accepted
        )
    };
    let replaces = of_service().filter(|&one| ends(one)).filter(counts);
    Turn::Free {
        replaces: replaces.map(|one| one.id).collect(),
    }
}

/// The same of what an activist reports for others, each of whom has a case of their own.
#[must_use]
pub fn turn_for_another(earlier: &[Earlier], now: DateTime<Utc>) -> Turn {
    let today = earlier
        .iter()
        .filter(|one| one.is_for_another && is_of_today(one, now));
    if today.count() >= MOST_FOR_OTHERS_A_DAY {
        Turn::TooMuch
    } else {
        Turn::Free {
            replaces: Vec::new(),
        }
    }
}

fn is_of_today(one: &Earlier, now: DateTime<Utc>) -> bool {
    one.created_at > now - TimeDelta::days(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::service_reports::facts::sound;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn now() -> DateTime<Utc> {
        DateTime::parse_from_rfc3339("2026-11-23T09:00:00Z")
            .unwrap()
            .to_utc()
    }

    fn earlier(outcome: ServiceOutcome, days_ago: i64) -> Earlier {
        Earlier {
            id: Uuid::now_v7(),
            guide_id: Uuid::nil(),
            is_for_another: false,
            outcome,
            submitted_on: day("2026-11-02"),
            moderation: ReportModeration::New,
            created_at: now() - TimeDelta::days(days_ago),
        }
    }

    fn turn(earlier: &[Earlier]) -> Turn {
        turn_of_oneself(&sound(), earlier, now())
    }

    fn free(replaces: &[&Earlier]) -> Turn {
        let replaces = replaces.iter().map(|one| one.id).collect();
        Turn::Free { replaces }
    }

    #[test]
    fn a_service_is_reported_once_in_thirty_days() {
        let lately = earlier(ServiceOutcome::Completed, 29);
        assert_eq!(turn(&[lately]), Turn::Told { by: lately.id });
        assert_eq!(turn(&[earlier(ServiceOutcome::Completed, 30)]), free(&[]));
        let of_other = Earlier {
            guide_id: Uuid::now_v7(),
            ..lately
        };
        let for_other = Earlier {
            is_for_another: true,
            ..lately
        };
        assert_eq!(turn(&[of_other, for_other]), free(&[]));
    }

    #[test]
    fn what_was_under_way_may_end_and_counts_once() {
        let under_way = earlier(ServiceOutcome::InProgress, 5);
        assert_eq!(turn(&[under_way]), free(&[&under_way]));
        let long_ago = earlier(ServiceOutcome::InProgress, 90);
        assert_eq!(turn(&[long_ago]), free(&[&long_ago]));
        let rejected = Earlier {
            moderation: ReportModeration::Rejected,
            ..under_way
        };
        assert_eq!(turn(&[rejected]), free(&[]));
        let another = Earlier {
            submitted_on: day("2026-11-01"),
            ..under_way
        };
        assert_eq!(turn(&[another]), Turn::Told { by: another.id });
        let still = Facts {
            outcome: ServiceOutcome::InProgress,
            ..sound()
        };
        let again = turn_of_oneself(&still, &[under_way], now());
        assert_eq!(again, Turn::Told { by: under_way.id });
        let ended = earlier(ServiceOutcome::Completed, 1);
        assert_eq!(turn(&[under_way, ended]), Turn::Told { by: ended.id });
    }

    #[test]
    fn nobody_reports_all_day() {
        let of_others = |is_for_another| Earlier {
            guide_id: Uuid::now_v7(),
            is_for_another,
            ..earlier(ServiceOutcome::Completed, 0)
        };
        let own: Vec<Earlier> = (0..10).map(|_| of_others(false)).collect();
        assert_eq!(turn(&own[..9]), free(&[]));
        assert_eq!(turn(&own), Turn::TooMuch);
        let theirs: Vec<Earlier> = (0..50).map(|_| of_others(true)).collect();
        assert_eq!(turn_for_another(&own, now()), free(&[]));
        assert_eq!(turn_for_another(&theirs[..49], now()), free(&[]));
        assert_eq!(turn_for_another(&theirs, now()), Turn::TooMuch);
    }
}
