//! Registering for a session and giving the place back. The session's row is held throughout, so that
//! there are exactly as many seats as it has, whoever else registers at the same time, and the line of
//! those who wait keeps its order.

use chrono::{DateTime, Utc};
use entities::{enums::RegistrationState, training_registration, training_session};
use sea_orm::{ConnectionTrait, TransactionTrait};
use uuid::Uuid;

use super::{
    rules::{MOST_AHEAD, has_free_seat, may_cancel, refusals, seats_to_fill},
    store::{registrations, sessions},
    telling,
    types::TrainingErrorCode,
};
use crate::{
    domain::accounts::lock_account,
    infra::{
        auth::Membership,
        db::{Database, bump_generation},
        error::Error,
    },
};

/// The cache tag of everything that shows how many have registered.
pub const TAG: &str = "training";

/// Somebody wants to be at a session. The key is the client's own: asked twice, it is done once.
pub struct Wish<'a> {
    pub account_id: Uuid,
    pub client_key: Uuid,
    pub session_id: Uuid,
    pub membership: Option<&'a Membership>,
}

/// What came of a wish; the errors are what the client is told.
pub type Outcome = Result<training_registration::Model, Vec<TrainingErrorCode>>;

/// What the same key got before, as it has become since; `None`: it is new.
///
/// # Errors
/// Whatever the database reports.
pub async fn recall(
    connection: &impl ConnectionTrait,
    wish: &Wish<'_>,
) -> Result<Option<Outcome>, Error> {
    let known = registrations::find_by_key(connection, wish.account_id, wish.client_key).await?;
    Ok(known.map(|row| match row.session_id == wish.session_id {
        true => Ok(row),
        false => Err(vec![TrainingErrorCode::Conflict]),
    }))
}

/// Registers for a session that whoever wishes it was found to see: with a seat, or at the end of the
/// line. Who has registered already keeps what they have.
///
/// # Errors
/// Top-level faults, after which nothing was done.
pub async fn register(
    database: &Database,
    wish: &Wish<'_>,
    now: DateTime<Utc>,
) -> Result<Outcome, Error> {
    let transaction = database.writer().begin().await?;
    lock_account(&transaction, wish.account_id)
        .await?
        .ok_or(Error::Unauthenticated)?;
    if let Some(before) = recall(&transaction, wish).await? {
        return Ok(before);
    }
    let Some(mut session) = sessions::lock(&transaction, wish.session_id).await? else {
        return Ok(Err(vec![TrainingErrorCode::SessionNotFound]));
    };
    let own = [session.id];
    let standing = registrations::list_standing(&transaction, wish.account_id, &own).await?;
    if let Some(registered) = standing.into_iter().next() {
        return Ok(Ok(registered));
    }
    let refused = stands_against(&transaction, &session, wish, now).await?;
    if !refused.is_empty() {
        return Ok(Err(refused));
    }
    let registration = take_place(&mut session, wish, now);
    registrations::insert(&transaction, registration.clone()).await?;
    sessions::update(&transaction, session).await?;
    bump_generation(&transaction, TAG).await?;
    transaction.commit().await?;
    Ok(Ok(registration))
}

async fn stands_against(
    transaction: &impl ConnectionTrait,
    session: &training_session::Model,
    wish: &Wish<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<TrainingErrorCode>, Error> {
    let targets = sessions::list_targets(transaction, &[session.id]).await?;
    let target_ids: Vec<Uuid> = targets.into_iter().map(|(_, id)| id).collect();
    let mut refused = refusals(session, &target_ids, wish.membership, now);
    if registrations::count_ahead(transaction, wish.account_id, now).await? >= MOST_AHEAD {
        refused.push(TrainingErrorCode::TooManyRegistrations);
    }
    Ok(refused)
}

/// The next number of the session, with a seat if there is one.
fn take_place(
    session: &mut training_session::Model,
    wish: &Wish<'_>,
    now: DateTime<Utc>,
) -> training_registration::Model {
    let state = match has_free_seat(session) {
        true => RegistrationState::Registered,
        false => RegistrationState::Waitlisted,
    };
    match state {
        RegistrationState::Registered => session.seated += 1,
        _ => session.waiting += 1,
    }
    session.last_ticket += 1;
    training_registration::Model {
        id: Uuid::now_v7(),
        session_id: session.id,
        account_id: wish.account_id,
        client_key: wish.client_key,
        state,
        ticket: session.last_ticket,
        registered_at: now,
        promoted_at: None,
        cancelled_at: None,
        marked_at: None,
        rating: None,
        comment: None,
        rated_at: None,
    }
}

/// Gives a place back; a seat goes to whoever has waited longest, in the same transaction. Done twice,
/// it is done once.
///
/// # Errors
/// Top-level faults, after which nothing was done.
pub async fn cancel(
    database: &Database,
    account_id: Uuid,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Outcome, Error> {
    let transaction = database.writer().begin().await?;
    lock_account(&transaction, account_id)
        .await?
        .ok_or(Error::Unauthenticated)?;
    let not_found = || Ok(Err(vec![TrainingErrorCode::RegistrationNotFound]));
    let Some(known) = registrations::find_own(&transaction, account_id, id).await? else {
        return not_found();
    };
    let Some(mut session) = sessions::lock(&transaction, known.session_id).await? else {
        return not_found();
    };
    // Whoever held the session before may have given it a seat.
    let Some(mut registration) = registrations::find_own(&transaction, account_id, id).await?
    else {
        return not_found();
    };
    if registration.state == RegistrationState::Cancelled {
        return Ok(Ok(registration));
    }
    if let Err(code) = may_cancel(&session, registration.state, now) {
        return Ok(Err(vec![code]));
    }
    leave(&mut session, registration.state);
    registration.state = RegistrationState::Cancelled;
    registration.cancelled_at = Some(now);
    registrations::update(&transaction, registration.clone()).await?;
    fill_free_seats(&transaction, &mut session, now).await?;
    bump_generation(&transaction, TAG).await?;
    transaction.commit().await?;
    Ok(Ok(registration))
}

/// Counts a registration out of a session that is held.
pub fn leave(session: &mut training_session::Model, state: RegistrationState) {
    match state {
        RegistrationState::Cancelled => {}
        RegistrationState::Waitlisted => session.waiting -= 1,
        _ => session.seated -= 1,
    }
}

/// Gives the seats that are free to those who wait, in their order, tells them, and writes the session,
/// which is held.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn fill_free_seats(
    transaction: &impl ConnectionTrait,
    session: &mut training_session::Model,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let free = seats_to_fill(session, now);
    if free > 0 {
        for mut registration in registrations::list_waiting(transaction, session.id, free).await? {
            session.waiting -= 1;
            session.seated += 1;
            registration.state = RegistrationState::Registered;
            registration.promoted_at = Some(now);
            telling::of_seat(transaction, session, registration.id, now).await?;
            registrations::update(transaction, registration).await?;
        }
    }
    sessions::update(transaction, session.clone()).await?;
    Ok(())
}
