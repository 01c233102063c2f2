//! Pure decisions about campaigns: what may become of one, and when.

use chrono::{DateTime, TimeDelta, Utc};
use entities::enums::{PushCampaignKind, PushCampaignState};

use crate::domain::push::types::PushErrorCode;

/// A message is news for so long, unless its author says otherwise.
pub const USUAL_LIFE: TimeDelta = TimeDelta::hours(24);
/// No provider keeps a message longer.
const LONGEST_LIFE: TimeDelta = TimeDelta::days(28);
/// Farther ahead nobody plans.
const FARTHEST: TimeDelta = TimeDelta::days(366);

/// When a campaign begins and ends.
pub type Span = (DateTime<Utc>, DateTime<Utc>);

/// The state of a campaign whose time is set.
#[must_use]
pub const fn scheduled(kind: PushCampaignKind) -> PushCampaignState {
    match kind {
        PushCampaignKind::Service => PushCampaignState::Scheduled,
        PushCampaignKind::Promotional => PushCampaignState::AwaitingApproval,
    }
}

/// When a campaign begins and ends, or what is wrong with it and in which field.
///
/// # Errors
/// The field and why.
pub fn times(
    at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Span, (&'static str, PushErrorCode)> {
    let at = at.map_or(now, |at| at.max(now));
    if at - now > FARTHEST {
        return Err(("at", PushErrorCode::TooFarAhead));
    }
    let expires_at = expires_at.unwrap_or(at + USUAL_LIFE);
    if expires_at <= at {
        return Err(("expiresAt", PushErrorCode::ExpiresTooSoon));
    }
    if expires_at - at > LONGEST_LIFE {
        return Err(("expiresAt", PushErrorCode::TooFarAhead));
    }
    Ok((at, expires_at))
}

/// Whether a campaign in that state can still be taken back.
#[must_use]
pub const fn may_cancel(state: PushCampaignState) -> bool {
    matches!(
        state,
        PushCampaignState::Draft
            | PushCampaignState::AwaitingApproval
            | PushCampaignState::Scheduled
            | PushCampaignState::Running
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    #[test]
    fn a_campaign_lives_a_day_unless_told() {
        assert_eq!(times(None, None, now()), Ok((now(), now() + USUAL_LIFE)));
        let past = Some(now() - TimeDelta::hours(1));
        assert_eq!(times(past, None, now()), Ok((now(), now() + USUAL_LIFE)));
    }

    #[test]
    fn times_that_make_no_sense_name_their_field() {
        let refused = |at, expires_at| times(at, expires_at, now()).unwrap_err();
        let (soon, late) = (now() + TimeDelta::hours(1), now() + TimeDelta::days(400));
        let early = ("expiresAt", PushErrorCode::ExpiresTooSoon);
        assert_eq!(refused(Some(soon), Some(soon)), early);
        assert_eq!(refused(None, Some(now())), early);
        assert_eq!(
            refused(Some(late), None),
            ("at", PushErrorCode::TooFarAhead)
        );
        let far = ("expiresAt", PushErrorCode::TooFarAhead);
        assert_eq!(refused(None, Some(now() + TimeDelta::days(29))), far);
    }

    #[test]
    fn advertising_waits_for_a_second_person() {
        let promotional = scheduled(PushCampaignKind::Promotional);
        assert_eq!(promotional, PushCampaignState::AwaitingApproval);
        assert!(may_cancel(promotional) && !may_cancel(PushCampaignState::Done));
    }
}
