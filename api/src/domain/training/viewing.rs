//! Somebody's own registrations.

use std::collections::HashMap;

use async_graphql::{Context, connection::EmptyFields};
use entities::{training_registration, training_session};
use futures_util::FutureExt;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{
    store::{
        registrations::{self, RegistrationPosition},
        sessions,
    },
    types::TrainingRegistration,
};
use crate::infra::{
    auth::Viewer,
    db::Database,
    error::Error,
    graphql::{List, PageArguments, TotalCount, connect},
};

/// A page of somebody's own registrations.
pub type RegistrationList = List<RegistrationPosition, TrainingRegistration>;

/// The viewer's registrations, newest first.
///
/// # Errors
/// `UNAUTHENTICATED`, and whatever the database reports.
pub async fn list_own(
    context: &Context<'_>,
    page: &PageArguments,
) -> Result<RegistrationList, Error> {
    let account_id = context.data_unchecked::<Viewer>().require()?.account_id;
    let database = context.data_unchecked::<Database>().clone();
    let reader = database.reader();
    let slice = registrations::list_of_account(reader, account_id, &page.parse()?).await?;
    let ids: Vec<Uuid> = slice.rows.iter().map(|row| row.session_id).collect();
    let sessions = sessions_by_id(reader, &ids).await?;
    let shown = slice.try_map(|row| {
        let position = RegistrationPosition {
            registered_at: row.registered_at,
            id: row.id,
        };
        let session = sessions.get(&row.session_id).cloned();
        let session =
            session.ok_or_else(|| Error::internal("a registration of nothing", row.id))?;
        Ok::<_, Error>((position, TrainingRegistration { row, session }))
    })?;
    let count = TotalCount::new(move || {
        let database = database.clone();
        async move { Ok(registrations::count_of_account(database.reader(), account_id).await?) }
            .boxed()
    });
    Ok(connect(shown, count, |(position, registration)| {
        (position, registration, EmptyFields)
    }))
}

async fn sessions_by_id(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, training_session::Model>, Error> {
    let found = sessions::list_any(connection, ids).await?;
    Ok(found.into_iter().map(|row| (row.id, row)).collect())
}

/// A registration with its session, as its owner sees it.
///
/// # Errors
/// Whatever the database reports.
pub async fn shown(
    connection: &impl ConnectionTrait,
    row: training_registration::Model,
) -> Result<TrainingRegistration, Error> {
    let session = sessions::find(connection, row.session_id)
        .await?
        .ok_or_else(|| Error::internal("a registration of nothing", row.id))?;
    Ok(TrainingRegistration { row, session })
}
