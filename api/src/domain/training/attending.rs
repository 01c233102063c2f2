//! Noting who came to a session, and what they get for it.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entities::{
    enums::{CertificateKind, RegistrationState},
    training_registration, training_session,
};
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;
use uuid::Uuid;

use super::{
    certificate,
    store::{Taught, certificates, find_taught, registrations, sessions},
    types::TrainingErrorCode,
};
use crate::{
    domain::{accounts::Permitted, organisations::covers},
    infra::{audit, db::Database, error::Error},
};

/// Whether somebody came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    pub registration_id: Uuid,
    pub has_come: bool,
}

/// What stands against it: the place of the mark that it is about, or none, and why.
pub type Faults = Vec<(Option<usize>, TrainingErrorCode)>;

/// Notes it of all of them or of none; noted again, it changes what differs.
///
/// # Errors
/// Top-level faults, after which nothing was done.
pub async fn mark(
    database: &Database,
    keeper: &Permitted,
    session_id: Uuid,
    marks: &[Mark],
    now: DateTime<Utc>,
) -> Result<Result<Vec<training_registration::Model>, Faults>, Error> {
    let transaction = database.writer().begin().await?;
    let refused = |code| Ok(Err(vec![(None, code)]));
    let Some(session) = sessions::lock(&transaction, session_id).await? else {
        return refused(TrainingErrorCode::SessionNotFound);
    };
    if !covers(&transaction, &keeper.reach, session.organisation_id).await? {
        return refused(TrainingErrorCode::SessionNotFound);
    }
    if now < session.starts_at {
        return refused(TrainingErrorCode::NotStarted);
    }
    let ids: Vec<Uuid> = marks.iter().map(|mark| mark.registration_id).collect();
    let seated = registrations::list_seated(&transaction, session.id, &ids).await?;
    let seated: HashMap<Uuid, training_registration::Model> =
        seated.into_iter().map(|row| (row.id, row)).collect();
    let faults = faults_of(marks, &seated);
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let noted = note(&transaction, &session, marks, seated, now).await?;
    let came = marks.iter().filter(|mark| mark.has_come).count();
    let entry = keeper.entry(
        "training.attendance_mark",
        Some(session.organisation_id),
        ("training_session", session.id),
        json!({ "came": came, "absent": marks.len() - came }),
    );
    audit::record(&transaction, entry, now).await?;
    transaction.commit().await?;
    Ok(Ok(noted))
}

fn faults_of(marks: &[Mark], seated: &HashMap<Uuid, training_registration::Model>) -> Faults {
    let mut named = HashSet::new();
    let fault = |(place, mark): (usize, &Mark)| {
        if !seated.contains_key(&mark.registration_id) {
            return Some((Some(place), TrainingErrorCode::RegistrationNotFound));
        }
        let is_new = named.insert(mark.registration_id);
        (!is_new).then_some((Some(place), TrainingErrorCode::Repeated))
    };
    marks.iter().enumerate().filter_map(fault).collect()
}

async fn note(
    transaction: &impl ConnectionTrait,
    session: &training_session::Model,
    marks: &[Mark],
    mut seated: HashMap<Uuid, training_registration::Model>,
    now: DateTime<Utc>,
) -> Result<Vec<training_registration::Model>, Error> {
    let course = find_taught(transaction, session.course_id).await?;
    let gives = course.filter(|course| course.certificate_kind != CertificateKind::Nothing);
    let mut noted = Vec::with_capacity(marks.len());
    for mark in marks {
        let Some(mut row) = seated.remove(&mark.registration_id) else {
            continue;
        };
        let state = match mark.has_come {
            true => RegistrationState::Attended,
            false => RegistrationState::NoShow,
        };
        if row.state != state {
            row.state = state;
            row.marked_at = Some(now);
            registrations::update(transaction, row.clone()).await?;
            settle_certificate(transaction, &row, gives.as_ref(), now).await?;
        }
        noted.push(row);
    }
    Ok(noted)
}

/// Whoever came has one if the course gives any; whoever did not has none.
async fn settle_certificate(
    transaction: &impl ConnectionTrait,
    registration: &training_registration::Model,
    gives: Option<&Taught>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    match (registration.state, gives) {
        (RegistrationState::Attended, Some(course)) => {
            certificate::issue(transaction, registration.id, course, now).await
        }
        _ => Ok(certificates::delete_of_registration(transaction, registration.id).await?),
    }
}
