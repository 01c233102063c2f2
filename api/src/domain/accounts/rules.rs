//! Figures and pure decisions of signing in. The figures are the reliability plan's (§2.1, §2.3).

use chrono::{DateTime, TimeDelta, Utc};
use entities::{enums::SessionKind, refresh_token};

use super::contact::Contact;
use crate::infra::throttle::Allowance;

/// Wrong codes that end a challenge.
pub const MOST_ATTEMPTS: i32 = 5;
/// Sends of a challenge's code, resends included.
pub const MOST_SENDS: i32 = 3;
/// Failures in a row after which codes do not sign in any more, until staff unlock.
pub const MOST_FAILURES_IN_A_ROW: i32 = 100;
/// Failures in a row that cost nothing but the challenge.
const FREE_FAILURES: i32 = 5;
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(30);
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);

/// Codes sent to one identifier.
pub const SENDS_TO_IDENTIFIER: [Allowance; 2] = [hourly(5), daily(10)];
/// Codes asked for from one address.
pub const SENDS_FROM_ADDRESS: [Allowance; 2] = [hourly(10), daily(30)];
/// Messages to phones of all people together: each costs money, and a flood of wishes must not spend
/// more than was set aside.
#[must_use]
pub const fn sms_limits(per_hour: u64, per_day: u64) -> [Allowance; 2] {
    [hourly(per_hour), daily(per_day)]
}

/// Wrong codes for one identifier.
pub const FAILURES_OF_IDENTIFIER: [Allowance; 2] = [hourly(10), daily(20)];
/// Wrong codes from one address.
pub const FAILURES_FROM_ADDRESS: [Allowance; 1] = [hourly(30)];

const fn hourly(most: u64) -> Allowance {
    Allowance {
        most,
        within: TimeDelta::hours(1),
    }
}

const fn daily(most: u64) -> Allowance {
    Allowance {
        most,
        within: TimeDelta::days(1),
    }
}

/// What has been tried lately at all codes that can still be answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tries {
    pub all: u64,
    pub right: u64,
}

/// Tries below which a share says nothing.
const TELLING: u64 = 200;

impl Tries {
    /// Whether somebody is guessing at many phones at once: more than a fifth of the tries are wrong.
    /// Each phone's own limits do not see that.
    #[must_use]
    pub const fn are_guesses(self) -> bool {
        let wrong = self.all.saturating_sub(self.right);
        self.all >= TELLING && wrong * 5 > self.all
    }
}

/// Digits of a code. A mailbox can be read at leisure, so its code is longer; so is everybody's while
/// somebody guesses.
#[must_use]
pub const fn code_digits(contact: &Contact, tries: Tries) -> usize {
    match contact {
        Contact::Phone(_) if !tries.are_guesses() => 6,
        _ => 8,
    }
}

/// How long a code is good.
#[must_use]
pub const fn code_lasts(contact: &Contact) -> TimeDelta {
    match contact {
        Contact::Phone(_) => TimeDelta::minutes(5),
        Contact::Email(_) => TimeDelta::minutes(10),
    }
}

/// How long to wait for the next send after so many.
#[must_use]
pub const fn resend_wait(sends: i32) -> TimeDelta {
    match sends {
        ..=1 => TimeDelta::seconds(60),
        2 => TimeDelta::seconds(120),
        _ => TimeDelta::seconds(300),
    }
}

/// How long nothing is accepted after so many failures in a row: nothing for the first five, then
/// 30 seconds, doubling up to an hour.
#[must_use]
pub fn failure_wait(failures: i32) -> Option<TimeDelta> {
    let beyond = failures - FREE_FAILURES;
    if beyond < 0 {
        return None;
    }
    let doublings = beyond.min(20);
    Some(LONGEST_WAIT.min(FIRST_WAIT * (1 << doublings)))
}

/// How long a session lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLife {
    /// Without being refreshed.
    pub idle: TimeDelta,
    /// At all.
    pub absolute: TimeDelta,
    /// On how many devices at once; the oldest ends.
    pub devices: usize,
}

/// Of members: long, because they mostly read, and whoever cannot read a code again and again would
/// be shut out; what is dangerous asks for a fresh code. Of staff: a working day.
#[must_use]
pub const fn session_life(kind: SessionKind) -> SessionLife {
    match kind {
        SessionKind::Member => SessionLife {
            idle: TimeDelta::days(30),
            absolute: TimeDelta::days(180),
            devices: 10,
        },
        SessionKind::Staff => SessionLife {
            idle: TimeDelta::minutes(30),
            absolute: TimeDelta::hours(12),
            devices: 3,
        },
    }
}

/// What to do with a refresh token that was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// It is the live end of its chain: give its successor.
    Advance,
    /// It is the immediate predecessor of an unused one: that answer was lost. Take the unused one
    /// back and give another.
    Replace,
    /// Somebody else holds a token of this family: end it.
    Theft,
}

/// Decides by the token and its successor that is not taken back, if it has one.
///
/// At most one token of a family is ever live; a thief and the owner cannot both go on, because the
/// first to show a token that the other's use has made old ends the family.
#[must_use]
pub const fn refresh(
    shown: &refresh_token::Model,
    successor: Option<&refresh_token::Model>,
) -> Refresh {
    if shown.revoked_at.is_some() {
        return Refresh::Theft;
    }
    match (shown.used_at, successor) {
        (None, _) => Refresh::Advance,
        (Some(_), Some(successor)) if successor.used_at.is_none() => Refresh::Replace,
        (Some(_), _) => Refresh::Theft,
    }
}

/// Whether a wait is over.
#[must_use]
pub fn may_try(waits_until: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    waits_until.is_none_or(|until| until <= now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_begin_after_five_failures_and_double() {
        assert_eq!(failure_wait(4), None);
        assert_eq!(failure_wait(5), Some(TimeDelta::seconds(30)));
        assert_eq!(failure_wait(7), Some(TimeDelta::seconds(120)));
        assert_eq!(failure_wait(99), Some(TimeDelta::hours(1)));
    }

    #[test]
    fn a_fifth_of_wrong_tries_among_two_hundred_are_guesses() {
        let tries = |all, right| Tries { all, right }.are_guesses();
        assert!(!tries(199, 0));
        assert!(!tries(200, 160));
        assert!(tries(200, 159));
    }

    #[test]
    fn resends_wait_longer_each_time() {
        let waits = [1, 2, 3].map(|sends| resend_wait(sends).num_seconds());
        assert_eq!(waits, [60, 120, 300]);
    }
}
