//! Figures and pure decisions of training.

use chrono::{DateTime, TimeDelta, Utc};
use entities::{
    enums::{RegistrationState, TrainingSessionState},
    training_session,
};
use uuid::Uuid;

use super::types::TrainingErrorCode;
use crate::infra::{auth::Membership, clock::end_of_moscow_day};

/// Sessions that are yet to come, in which one account may have a seat or wait for one: nobody goes to
/// more, and whoever takes every seat there is takes them from others.
pub const MOST_AHEAD: u64 = 20;
/// So long before it begins, those with a seat are reminded of a session.
pub const REMINDED_BEFORE: TimeDelta = TimeDelta::hours(24);
/// Those who came may say what they think of a session for so long after its end.
const RATED_FOR: TimeDelta = TimeDelta::days(60);
/// Words are shown to staff from so many ratings on: fewer would tell who wrote them.
pub const RATINGS_THAT_HIDE: usize = 3;

/// Lists show sessions from the beginning of the Moscow day on: so they change with the day.
#[must_use]
pub fn shown_from(now: DateTime<Utc>) -> DateTime<Utc> {
    end_of_moscow_day(now) - TimeDelta::days(1)
}

/// Everything that keeps somebody with these affiliations from registering for a session, which is for
/// the members of these organisations and of those below them, or for all.
#[must_use]
pub fn refusals(
    session: &training_session::Model,
    target_ids: &[Uuid],
    membership: Option<&Membership>,
    now: DateTime<Utc>,
) -> Vec<TrainingErrorCode> {
    let mut codes = Vec::new();
    if session.state == TrainingSessionState::Cancelled {
        codes.push(TrainingErrorCode::SessionCancelled);
    } else if now < session.registration_opens_at {
        codes.push(TrainingErrorCode::RegistrationNotOpen);
    } else if now >= session.registration_closes_at.min(session.starts_at) {
        codes.push(TrainingErrorCode::RegistrationClosed);
    }
    let belongs = |member: &Membership| {
        let own = &member.organisation_and_ancestor_ids;
        target_ids.is_empty() || own.iter().any(|id| target_ids.contains(id))
    };
    match membership {
        None if session.is_for_members || !target_ids.is_empty() => {
            codes.push(TrainingErrorCode::MembersOnly);
        }
        Some(member) if !belongs(member) => codes.push(TrainingErrorCode::OtherOrganisations),
        _ => {}
    }
    codes
}

/// Whether somebody may register now, whoever they are.
#[must_use]
pub fn is_open(session: &training_session::Model, now: DateTime<Utc>) -> bool {
    session.state == TrainingSessionState::Planned
        && session.registration_opens_at <= now
        && now < session.registration_closes_at.min(session.starts_at)
}

/// When that is different next, if ever.
#[must_use]
pub fn opens_or_closes_at(
    session: &training_session::Model,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let closes_at = session.registration_closes_at.min(session.starts_at);
    [session.registration_opens_at, closes_at]
        .into_iter()
        .find(|at| now < *at)
}

/// Whether a seat is free for somebody new: whoever waits comes first.
#[must_use]
pub const fn has_free_seat(session: &training_session::Model) -> bool {
    session.waiting == 0 && session.seated < session.seats
}

/// Whether that is a seat, whether it is known that they came or not.
#[must_use]
pub const fn has_seat(state: RegistrationState) -> bool {
    matches!(
        state,
        RegistrationState::Registered | RegistrationState::Attended | RegistrationState::NoShow
    )
}

/// How many that wait can be given a seat.
#[must_use]
pub fn seats_to_fill(session: &training_session::Model, now: DateTime<Utc>) -> u64 {
    let is_ahead = session.state == TrainingSessionState::Planned && now < session.starts_at;
    let free = session.seats.saturating_sub(session.seated);
    match is_ahead {
        true => u64::try_from(free.min(session.waiting)).unwrap_or_default(),
        false => 0,
    }
}

/// What keeps somebody from giving their place back.
///
/// # Errors
/// The code.
pub fn may_cancel(
    session: &training_session::Model,
    state: RegistrationState,
    now: DateTime<Utc>,
) -> Result<(), TrainingErrorCode> {
    match state {
        RegistrationState::Attended | RegistrationState::NoShow => {
            Err(TrainingErrorCode::AttendanceMarked)
        }
        _ if now >= session.starts_at => Err(TrainingErrorCode::AlreadyStarted),
        _ => Ok(()),
    }
}

/// What keeps somebody from saying what they think of a session.
///
/// # Errors
/// The code.
pub fn may_rate(
    session: &training_session::Model,
    state: RegistrationState,
    now: DateTime<Utc>,
) -> Result<(), TrainingErrorCode> {
    if state != RegistrationState::Attended {
        return Err(TrainingErrorCode::NotAttended);
    }
    if now - session.ends_at > RATED_FOR {
        return Err(TrainingErrorCode::TooLate);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap() + TimeDelta::hours(hours)
    }

    /// Begins in a day; registration closes an hour before.
    fn session() -> training_session::Model {
        training_session::Model {
            id: Uuid::nil(),
            course_id: Uuid::nil(),
            organisation_id: Uuid::nil(),
            starts_at: at(24),
            ends_at: at(26),
            place: Some("Зал".into()),
            online_url: None,
            trainers: serde_json::json!([]),
            seats: 2,
            seated: 0,
            waiting: 0,
            last_ticket: 0,
            registration_opens_at: at(0),
            registration_closes_at: at(23),
            is_for_members: true,
            state: TrainingSessionState::Planned,
            cancel_reason: None,
            sequence: 0,
            is_demo: false,
            created_at: at(-24),
            updated_at: at(-24),
        }
    }

    fn member(organisation_and_ancestor_ids: Vec<Uuid>) -> Membership {
        Membership {
            organisation_ids: Vec::new(),
            organisation_and_ancestor_ids,
            okrugs: Vec::new(),
            is_youth: false,
            member_since: "2020-01-01".parse().unwrap(),
        }
    }

    #[test]
    fn everything_that_stands_against_registering_is_told() {
        use TrainingErrorCode as Code;
        let school = Uuid::now_v7();
        let (mine, others) = (member(vec![school]), member(vec![Uuid::now_v7()]));
        assert!(refusals(&session(), &[], Some(&mine), at(1)).is_empty());
        assert!(refusals(&session(), &[school], Some(&mine), at(1)).is_empty());
        let told = refusals(&session(), &[school], Some(&others), at(-1));
        assert_eq!(told, [Code::RegistrationNotOpen, Code::OtherOrganisations]);
        let told = refusals(&session(), &[], None, at(23));
        assert_eq!(told, [Code::RegistrationClosed, Code::MembersOnly]);
        let open = training_session::Model {
            is_for_members: false,
            ..session()
        };
        assert!(refusals(&open, &[], None, at(1)).is_empty());
        assert_eq!(refusals(&open, &[school], None, at(1)), [Code::MembersOnly]);
        let cancelled = training_session::Model {
            state: TrainingSessionState::Cancelled,
            ..open
        };
        assert_eq!(
            refusals(&cancelled, &[], None, at(1)),
            [Code::SessionCancelled]
        );
    }

    #[test]
    fn registration_is_open_between_its_ends() {
        let open: Vec<i64> = (-2..26)
            .filter(|hour| is_open(&session(), at(*hour)))
            .collect();
        assert_eq!(
            (open.first(), open.last(), open.len()),
            (Some(&0), Some(&22), 23)
        );
        assert_eq!(opens_or_closes_at(&session(), at(-1)), Some(at(0)));
        assert_eq!(opens_or_closes_at(&session(), at(0)), Some(at(23)));
        assert_eq!(opens_or_closes_at(&session(), at(23)), None);
    }

    #[test]
    fn whoever_waits_comes_before_whoever_is_new() {
        let full = training_session::Model {
            seated: 2,
            ..session()
        };
        assert!(has_free_seat(&session()) && !has_free_seat(&full));
        let freed = training_session::Model {
            seated: 1,
            waiting: 3,
            ..session()
        };
        assert!(!has_free_seat(&freed));
        assert_eq!(seats_to_fill(&freed, at(1)), 1);
        assert_eq!(seats_to_fill(&freed, at(24)), 0);
        assert_eq!(seats_to_fill(&full, at(1)), 0);
    }

    #[test]
    fn a_place_is_given_back_until_the_session_begins() {
        use RegistrationState as State;
        use TrainingErrorCode as Code;
        assert_eq!(may_cancel(&session(), State::Registered, at(23)), Ok(()));
        let late = may_cancel(&session(), State::Waitlisted, at(24));
        assert_eq!(late, Err(Code::AlreadyStarted));
        let marked = may_cancel(&session(), State::NoShow, at(25));
        assert_eq!(marked, Err(Code::AttendanceMarked));
    }

    #[test]
    fn only_who_came_says_what_they_think_and_not_for_ever() {
        use RegistrationState as State;
        let rated = |state, now| may_rate(&session(), state, now);
        assert_eq!(rated(State::Attended, at(26)), Ok(()));
        assert_eq!(
            rated(State::NoShow, at(26)),
            Err(TrainingErrorCode::NotAttended)
        );
        let late = at(26) + RATED_FOR + TimeDelta::seconds(1);
        assert_eq!(
            rated(State::Attended, late),
            Err(TrainingErrorCode::TooLate)
        );
    }
}
