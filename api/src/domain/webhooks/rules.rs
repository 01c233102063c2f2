//! Pure decisions about deliveries: what an answer means, and when to try again.

use chrono::{DateTime, TimeDelta, Utc};
use entities::enums::WebhookFailure;

use crate::infra::outbound::{NotSent, StatusCode};

/// A message is sent so often before it is given up: by the waits below, within about seven hours.
pub const MOST_ATTEMPTS: i32 = 12;
/// Each wait is so many times the one before …
const GROWTH: i64 = 4;
/// … up to so many times the first: of five seconds an hour.
const LONGEST: i64 = 720;
/// A receiver that asks for more patience gets a day.
const LONGEST_ASKED_FOR: TimeDelta = TimeDelta::hours(24);
/// Thousandths of a wait that are added by lot, so that receivers which failed together are not called
/// together.
pub const MOST_BY_LOT: i64 = 200;

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Taken,
    /// The receiver wants no more of them.
    Gone,
    TryAgain(WebhookFailure),
    /// Trying again would not help.
    Hopeless(WebhookFailure),
}

/// What an answer, or its absence, means. A redirect is not followed: it is no answer of the receiver's.
#[must_use]
pub fn judge(answered: Result<StatusCode, NotSent>) -> Verdict {
    match answered {
        Ok(status) if status.is_success() => Verdict::Taken,
        Ok(StatusCode::GONE) => Verdict::Gone,
        Ok(_) => Verdict::TryAgain(WebhookFailure::BadStatus),
        Err(NotSent::Refused(_)) => Verdict::Hopeless(WebhookFailure::AddressRefused),
        Err(NotSent::TimedOut) => Verdict::TryAgain(WebhookFailure::TimedOut),
        // The last two were not asked for and do not come.
        Err(NotSent::Unreachable | NotSent::AnswerTooLong | NotSent::TooManyRedirects) => {
            Verdict::TryAgain(WebhookFailure::Unreachable)
        }
    }
}

/// How long to wait after so many failures in a row.
#[must_use]
pub fn wait(failures: i32, shortest: TimeDelta, thousandths_by_lot: i64) -> TimeDelta {
    let shortest = shortest.num_milliseconds();
    let steps = u32::try_from(failures.saturating_sub(1)).unwrap_or_default();
    let grown = GROWTH.saturating_pow(steps).saturating_mul(shortest);
    let wait = grown.min(shortest.saturating_mul(LONGEST));
    let by_lot = wait.saturating_mul(thousandths_by_lot) / 1000;
    TimeDelta::milliseconds(wait.saturating_add(by_lot))
}

/// How long a receiver asks to be left alone: `Retry-After`, in seconds or as a date.
#[must_use]
pub fn asked_wait(retry_after: &str, now: DateTime<Utc>) -> Option<TimeDelta> {
    let asked = match retry_after.trim().parse::<u32>() {
        Ok(seconds) => TimeDelta::seconds(i64::from(seconds)),
        Err(_) => DateTime::parse_from_rfc2822(retry_after).ok()?.to_utc() - now,
    };
    Some(asked.clamp(TimeDelta::zero(), LONGEST_ASKED_FOR))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::outbound::Refusal;

    fn judged(status: u16) -> Verdict {
        judge(Ok(StatusCode::from_u16(status).unwrap()))
    }

    #[test]
    fn only_success_is_success() {
        assert_eq!(judged(200), Verdict::Taken);
        assert_eq!(judged(204), Verdict::Taken);
        assert_eq!(judged(410), Verdict::Gone);
        for status in [301, 302, 307, 400, 401, 404, 429, 500, 503] {
            let again = Verdict::TryAgain(WebhookFailure::BadStatus);
            assert_eq!(judged(status), again, "{status}");
        }
    }

    #[test]
    fn a_private_address_is_not_tried_again() {
        let refused = judge(Err(NotSent::Refused(Refusal::PrivateAddress)));
        assert_eq!(refused, Verdict::Hopeless(WebhookFailure::AddressRefused));
        let silent = judge(Err(NotSent::TimedOut));
        assert_eq!(silent, Verdict::TryAgain(WebhookFailure::TimedOut));
    }

    #[test]
    fn waits_grow_from_five_seconds_to_an_hour() {
        let shortest = TimeDelta::seconds(5);
        let waits: Vec<i64> = (1..MOST_ATTEMPTS)
            .map(|failures| wait(failures, shortest, 0).num_seconds())
            .collect();
        assert_eq!(
            waits,
            [5, 20, 80, 320, 1280, 3600, 3600, 3600, 3600, 3600, 3600]
        );
        assert_eq!(wait(1, shortest, MOST_BY_LOT), TimeDelta::seconds(6));
        assert_eq!(wait(i32::MAX, shortest, 0), TimeDelta::hours(1));
    }

    #[test]
    fn a_receiver_may_ask_for_patience() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let asked = |text: &str| asked_wait(text, now);
        assert_eq!(asked("120"), Some(TimeDelta::minutes(2)));
        assert_eq!(asked("4000000000"), Some(TimeDelta::hours(24)));
        let date = (now + TimeDelta::minutes(7)).format("%a, %d %b %Y %H:%M:%S GMT");
        assert_eq!(asked(&date.to_string()), Some(TimeDelta::minutes(7)));
        assert_eq!(
            asked("Wed, 21 Oct 2015 07:28:00 GMT"),
            Some(TimeDelta::zero())
        );
        assert_eq!(asked("soon"), None);
        assert_eq!(asked("-5"), None);
    }
}
