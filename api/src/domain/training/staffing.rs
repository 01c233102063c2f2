//! What those see of a session who note who came: the people, and what they say.

use std::collections::HashMap;

use async_graphql::{Context, ID, connection::EmptyFields};
use entities::{training_registration, training_session};
use futures_util::FutureExt;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{
    feedback::gather,
    store::{
        certificates,
        registrations::{self, ParticipantPosition},
        sessions,
    },
    types::{TrainingFeedback, TrainingParticipant, TrainingSession},
};
use crate::{
    domain::{
        accounts::{Accounts, may_read},
        membership::{Name, list_names},
        organisations::covers,
    },
    infra::{
        auth::Permission,
        db::Database,
        error::Error,
        graphql::{List, PageArguments, TotalCount, connect},
    },
};

/// A page of those who have registered for a session.
pub type ParticipantList = List<ParticipantPosition, TrainingParticipant>;

/// Those who have registered for a session that the asker keeps; `None`: it is none of theirs.
///
/// # Errors
/// `UNAUTHENTICATED` or `FORBIDDEN`, and whatever the database reports.
pub async fn list_participants(
    context: &Context<'_>,
    id: &ID,
    page: &PageArguments,
) -> Result<Option<ParticipantList>, Error> {
    let Some(session) = find_kept(context, id).await? else {
        return Ok(None);
    };
    let accounts = context.data_unchecked::<Accounts>();
    let database = context.data_unchecked::<Database>().clone();
    let reader = database.reader();
    let slice = registrations::list_of_session(reader, session.id, &page.parse()?).await?;
    let people = in_words(accounts, reader, &slice.rows).await?;
    let places = slice.rows.iter().map(|row| ParticipantPosition {
        ticket: row.ticket,
        id: row.id,
    });
    let shown: Vec<_> = places.zip(people).collect();
    let slice = slice.with_rows(shown);
    let count = TotalCount::new(move || {
        let database = database.clone();
        async move { Ok(registrations::count_of_session(database.reader(), session.id).await?) }
            .boxed()
    });
    Ok(Some(connect(slice, count, |(position, participant)| {
        (position, participant, EmptyFields)
    })))
}

/// What was said of a session that the asker keeps; `None`: it is none of theirs.
///
/// # Errors
/// `UNAUTHENTICATED` or `FORBIDDEN`, and whatever the database reports.
pub async fn find_feedback(
    context: &Context<'_>,
    id: &ID,
) -> Result<Option<TrainingFeedback>, Error> {
    let Some(session) = find_kept(context, id).await? else {
        return Ok(None);
    };
    let vault = &context.data_unchecked::<Accounts>().vault;
    let reader = context.data_unchecked::<Database>().reader();
    Ok(Some(gather(vault, reader, session.id).await?.into()))
}

async fn find_kept(
    context: &Context<'_>,
    id: &ID,
) -> Result<Option<training_session::Model>, Error> {
    let reach = may_read(context, Permission::KeepAttendance)?;
    let id = TrainingSession::NODE.decode("session", id)?;
    let reader = context.data_unchecked::<Database>().reader();
    let Some(session) = sessions::find(reader, id).await? else {
        return Ok(None);
    };
    let is_kept = covers(reader, &reach, session.organisation_id).await?;
    Ok(is_kept.then_some(session))
}

/// These registrations with names and certificates, one each, in their order.
///
/// # Errors
/// Whatever the database reports.
pub async fn in_words(
    accounts: &Accounts,
    connection: &impl ConnectionTrait,
    rows: &[training_registration::Model],
) -> Result<Vec<TrainingParticipant>, Error> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let account_ids: Vec<Uuid> = rows.iter().map(|row| row.account_id).collect();
    let names: HashMap<Uuid, Name> = list_names(accounts, connection, &account_ids).await?;
    let numbers: HashMap<Uuid, String> = certificates::list_of_registrations(connection, &ids)
        .await?
        .into_iter()
        .map(|certificate| (certificate.registration_id, certificate.number))
        .collect();
    let participant = |row: &training_registration::Model| {
        let name = names.get(&row.account_id).map(|name| name.full.clone());
        TrainingParticipant::of(row, name, numbers.get(&row.id).cloned())
    };
    Ok(rows.iter().map(participant).collect())
}
