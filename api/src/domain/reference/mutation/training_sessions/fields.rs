//! What can be changed of a session, and what can be wrong with it.

use std::collections::BTreeSet;

use async_graphql::{ID, MaybeUndefined};
use chrono::{TimeDelta, Utc};
use entities::{enums::TrainingSessionState, training_session};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::TrainingSessionDetails;
use crate::{
    domain::{
        organisations::Organisation,
        reference::{
            desk::tidy, mutation::set_optional, problems::Problems, types::ReferenceErrorCode,
        },
    },
    infra::{error::Error, graphql::DateTime},
};

type Instant = chrono::DateTime<Utc>;

const LONGEST_PLACE: usize = 300;
const LONGEST_NAME: usize = 200;
const MOST_TRAINERS: usize = 20;
const MOST_SEATS: i32 = 10_000;
const MOST_TARGETS: usize = 100;
/// Farther ahead nobody plans; a slip of the year would otherwise hide a session for ever.
const FARTHEST: TimeDelta = TimeDelta::days(731);
/// A course of a month is a session, too.
const LONGEST: TimeDelta = TimeDelta::days(31);

/// What can be changed of a session, under the names that clients know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SessionFields {
    pub starts_at: Option<Instant>,
    pub ends_at: Option<Instant>,
    pub place: Option<String>,
    pub online_url: Option<String>,
    pub trainers: Vec<String>,
    pub seats: Option<i32>,
    pub registration_opens_at: Option<Instant>,
    pub registration_closes_at: Option<Instant>,
    pub members_only: Option<bool>,
    pub target_organisations: BTreeSet<Uuid>,
}

impl SessionFields {
    /// Those of a session that is there.
    ///
    /// # Errors
    /// `Internal`, when its trainers do not read.
    pub(super) fn of(row: &training_session::Model, target_ids: &[Uuid]) -> Result<Self, Error> {
        Ok(Self {
            starts_at: Some(row.starts_at),
            ends_at: Some(row.ends_at),
            place: row.place.clone(),
            online_url: row.online_url.clone(),
            trainers: serde_json::from_value(row.trainers.clone())?,
            seats: Some(row.seats),
            registration_opens_at: Some(row.registration_opens_at),
            registration_closes_at: Some(row.registration_closes_at),
            members_only: Some(row.is_for_members),
            target_organisations: target_ids.iter().copied().collect(),
        })
    }

    /// Puts in what was named. Where registration was to close with the beginning, it goes on to.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for what is not an id.
    pub(super) fn apply(&mut self, sent: TrainingSessionDetails) -> Result<(), Error> {
        let closes_with_beginning = self.registration_closes_at == self.starts_at;
        set_instant(&mut self.starts_at, sent.starts_at);
        set_instant(&mut self.ends_at, sent.ends_at);
        set_optional(&mut self.place, sent.place);
        set_optional(&mut self.online_url, sent.online_url);
        set_value(&mut self.seats, sent.seats);
        set_instant(&mut self.registration_opens_at, sent.registration_opens_at);
        if closes_with_beginning {
            self.registration_closes_at = None;
        }
        set_instant(
            &mut self.registration_closes_at,
            sent.registration_closes_at,
        );
        set_value(&mut self.members_only, sent.members_only);
        match sent.trainers {
            MaybeUndefined::Undefined => {}
            MaybeUndefined::Null => self.trainers.clear(),
            MaybeUndefined::Value(names) => {
                self.trainers = names.iter().map(|name| tidy(name)).collect();
            }
        }
        match sent.target_organisations {
            MaybeUndefined::Undefined => {}
            MaybeUndefined::Null => self.target_organisations.clear(),
            MaybeUndefined::Value(ids) => self.target_organisations = decoded(&ids)?,
        }
        Ok(())
    }

    /// When registration closes: with the beginning unless told.
    fn closes_at(&self) -> Option<Instant> {
        self.registration_closes_at.or(self.starts_at)
    }

    /// What can be told wrong without the database; `before`: what stands.
    pub(super) fn check(
        &self,
        problems: &mut Problems,
        before: Option<&training_session::Model>,
        now: Instant,
    ) {
        self.check_times(problems, before, now);
        let is_nowhere = self.place.is_none() && self.online_url.is_none();
        problems.add_if(is_nowhere, "place", ReferenceErrorCode::Missing);
        problems.length("place", self.place.as_deref(), LONGEST_PLACE);
        problems.url("onlineUrl", self.online_url.as_deref());
        let is_crowd = self.trainers.len() > MOST_TRAINERS;
        problems.add_if(is_crowd, "trainers", ReferenceErrorCode::TooMany);
        for (place, name) in self.trainers.iter().enumerate() {
            problems.text(&format!("trainers.{place}"), name, LONGEST_NAME);
        }
        let is_long = self.target_organisations.len() > MOST_TARGETS;
        problems.add_if(is_long, "targetOrganisations", ReferenceErrorCode::TooMany);
        let seated = before.map_or(0, |row| row.seated);
        match self.seats {
            None => problems.add("seats", ReferenceErrorCode::Missing),
            Some(seats) if !(1..=MOST_SEATS).contains(&seats) => {
                problems.add("seats", ReferenceErrorCode::OutOfRange);
            }
            Some(seats) if seats < seated => problems.add("seats", ReferenceErrorCode::SeatsTaken),
            Some(_) => {}
        }
    }

    fn check_times(
        &self,
        problems: &mut Problems,
        before: Option<&training_session::Model>,
        now: Instant,
    ) {
        let (Some(starts_at), Some(ends_at)) = (self.starts_at, self.ends_at) else {
            let missing = ReferenceErrorCode::Missing;
            problems.add_if(self.starts_at.is_none(), "startsAt", missing);
            problems.add_if(self.ends_at.is_none(), "endsAt", missing);
            return;
        };
        let is_moved = before.is_none_or(|row| row.starts_at != starts_at);
        let is_late = is_moved && starts_at <= now;
        problems.add_if(is_late, "startsAt", ReferenceErrorCode::InThePast);
        let is_far = starts_at - now > FARTHEST;
        problems.add_if(is_far, "startsAt", ReferenceErrorCode::OutOfRange);
        let length = ends_at - starts_at;
        let is_length = length > TimeDelta::zero() && length <= LONGEST;
        problems.add_if(!is_length, "endsAt", ReferenceErrorCode::OutOfRange);
        let closes_at = self.registration_closes_at.unwrap_or(starts_at);
        let field = "registrationClosesAt";
        problems.add_if(closes_at > starts_at, field, ReferenceErrorCode::OutOfRange);
        match self.registration_opens_at {
            Some(opens_at) => {
                let field = "registrationOpensAt";
                problems.add_if(opens_at >= closes_at, field, ReferenceErrorCode::OutOfRange);
            }
            None => {
                let is_shut = closes_at <= now && !is_late;
                problems.add_if(is_shut, field, ReferenceErrorCode::InThePast);
            }
        }
    }

    /// The row of a new session with these fields, which have no problems.
    ///
    /// # Errors
    /// `Internal`, when a field is missing.
    pub(super) fn into_new_row(
        self,
        (id, course_id, organisation_id): (Uuid, Uuid, Uuid),
        now: Instant,
    ) -> Result<training_session::Model, Error> {
        let row = training_session::Model {
            id,
            course_id,
            organisation_id,
            starts_at: now,
            ends_at: now,
            place: None,
            online_url: None,
            trainers: json!([]),
            seats: 0,
            seated: 0,
            waiting: 0,
            last_ticket: 0,
            registration_opens_at: now,
            registration_closes_at: now,
            is_for_members: true,
            state: TrainingSessionState::Planned,
            cancel_reason: None,
            sequence: 0,
            is_demo: false,
            created_at: now,
            updated_at: now,
        };
        self.into_row(row, now)
    }

    /// The row with these fields, which have no problems; everything else stays.
    ///
    /// # Errors
    /// `Internal`, when a field is missing.
    pub(super) fn into_row(
        self,
        row: training_session::Model,
        now: Instant,
    ) -> Result<training_session::Model, Error> {
        let lacks = |field: &'static str| move || Error::internal("a checked session lacks", field);
        let closes_at = self.closes_at();
        Ok(training_session::Model {
            starts_at: self.starts_at.ok_or_else(lacks("startsAt"))?,
            ends_at: self.ends_at.ok_or_else(lacks("endsAt"))?,
            place: self.place,
            online_url: self.online_url,
            trainers: json!(self.trainers),
            seats: self.seats.ok_or_else(lacks("seats"))?,
            registration_opens_at: self.registration_opens_at.unwrap_or(now),
            registration_closes_at: closes_at.ok_or_else(lacks("registrationClosesAt"))?,
            is_for_members: self.members_only.unwrap_or(true),
            updated_at: now,
            ..row
        })
    }
}

fn decoded(ids: &[ID]) -> Result<BTreeSet<Uuid>, Error> {
    ids.iter()
        .map(|id| Organisation::NODE.decode("input.targetOrganisations", id))
        .collect()
}

fn set_instant(target: &mut Option<Instant>, sent: MaybeUndefined<DateTime>) {
    set_value(target, sent.map_value(|at| at.0));
}

fn set_value<T>(target: &mut Option<T>, sent: MaybeUndefined<T>) {
    match sent {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => *target = None,
        MaybeUndefined::Value(value) => *target = Some(value),
    }
}
