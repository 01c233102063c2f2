//! Registrations. Whoever writes one holds its session.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::{enums::RegistrationState, training_registration, training_session};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select, sea_query::Order,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::infra::db::{Page, Position, Slice, keyset, overwrite_row};

/// Those with a seat, whether it is known that they came or not.
const SEATED: [RegistrationState; 3] = [
    RegistrationState::Registered,
    RegistrationState::Attended,
    RegistrationState::NoShow,
];

/// Where a registration stands in its owner's list: newest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RegistrationPosition {
    pub registered_at: DateTime<Utc>,
    pub id: Uuid,
}

impl Position for RegistrationPosition {
    const LIST: &'static str = "registrations";
}

/// Where a registration stands in its session's list: in the order of registering.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ParticipantPosition {
    pub ticket: i64,
    pub id: Uuid,
}

impl Position for ParticipantPosition {
    const LIST: &'static str = "trainingParticipants";
}

fn of_account(account_id: Uuid) -> Select<training_registration::Entity> {
    training_registration::Entity::find()
        .filter(training_registration::Column::AccountId.eq(account_id))
}

pub async fn list_of_account(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
    page: &Page<RegistrationPosition>,
) -> Result<Slice<training_registration::Model>, DbErr> {
    use training_registration::Column;
    let select = keyset(
        of_account(account_id),
        (Column::RegisteredAt, Column::Id),
        Order::Desc,
        page,
        |position| (position.registered_at.into(), position.id.into()),
    );
    Ok(page.slice(select.all(connection).await?))
}

pub async fn count_of_account(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
) -> Result<u64, DbErr> {
    of_account(account_id).count(connection).await
}

/// Everything that an account ever registered for, in that order.
pub async fn list_all_of_account(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
) -> Result<Vec<training_registration::Model>, DbErr> {
    of_account(account_id)
        .order_by_asc(training_registration::Column::RegisteredAt)
        .all(connection)
        .await
}

/// What an account's client key registered before.
pub async fn find_by_key(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
    client_key: Uuid,
) -> Result<Option<training_registration::Model>, DbErr> {
    of_account(account_id)
        .filter(training_registration::Column::ClientKey.eq(client_key))
        .one(connection)
        .await
}

/// An account's own registration of that id.
pub async fn find_own(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
    id: Uuid,
) -> Result<Option<training_registration::Model>, DbErr> {
    of_account(account_id)
        .filter(training_registration::Column::Id.eq(id))
        .one(connection)
        .await
}

/// What stands of an account in these sessions: nothing that was cancelled.
pub async fn list_standing(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
    session_ids: &[Uuid],
) -> Result<Vec<training_registration::Model>, DbErr> {
    use training_registration::Column;
    of_account(account_id)
        .filter(Column::SessionId.is_in(session_ids.iter().copied()))
        .filter(Column::State.ne(RegistrationState::Cancelled))
        .all(connection)
        .await
}

/// For how many sessions that are yet to come an account has a seat or waits for one.
pub async fn count_ahead(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    use training_registration::Column;
    let ahead = training_session::Entity::find()
        .select_only()
        .column(training_session::Column::Id)
        .filter(training_session::Column::StartsAt.gt(now))
        .into_query();
    of_account(account_id)
        .filter(Column::State.is_in([RegistrationState::Registered, RegistrationState::Waitlisted]))
        .filter(Column::SessionId.in_subquery(ahead))
        .count(connection)
        .await
}

pub async fn insert(
    transaction: &impl ConnectionTrait,
    registration: training_registration::Model,
) -> Result<(), DbErr> {
    training_registration::Entity::insert(registration.into_active_model())
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

/// Writes a registration whose session is held.
pub async fn update(
    transaction: &impl ConnectionTrait,
    registration: training_registration::Model,
) -> Result<(), DbErr> {
    overwrite_row(transaction, registration).await
}

/// The first that wait in a session's line.
pub async fn list_waiting(
    connection: &impl ConnectionTrait,
    session_id: Uuid,
    most: u64,
) -> Result<Vec<training_registration::Model>, DbErr> {
    use training_registration::Column;
    training_registration::Entity::find()
        .filter(Column::SessionId.eq(session_id))
        .filter(Column::State.eq(RegistrationState::Waitlisted))
        .order_by_asc(Column::Ticket)
        .limit(most)
        .all(connection)
        .await
}

/// The numbers that wait in each of these lines, the first one first.
pub async fn list_lines(
    connection: &impl ConnectionTrait,
    session_ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<i64>>, DbErr> {
    use training_registration::Column;
    let rows: Vec<(Uuid, i64)> = training_registration::Entity::find()
        .select_only()
        .column(Column::SessionId)
        .column(Column::Ticket)
        .filter(Column::SessionId.is_in(session_ids.iter().copied()))
        .filter(Column::State.eq(RegistrationState::Waitlisted))
        .order_by_asc(Column::Ticket)
        .into_tuple()
        .all(connection)
        .await?;
    let mut lines: HashMap<Uuid, Vec<i64>> = HashMap::new();
    for (session_id, ticket) in rows {
        lines.entry(session_id).or_default().push(ticket);
    }
    Ok(lines)
}

fn of_session(session_id: Uuid) -> Select<training_registration::Entity> {
    use training_registration::Column;
    training_registration::Entity::find()
        .filter(Column::SessionId.eq(session_id))
        .filter(Column::State.ne(RegistrationState::Cancelled))
}

/// Who has a seat in a session or waits for one, in the order of registering.
pub async fn list_of_session(
    connection: &impl ConnectionTrait,
    session_id: Uuid,
    page: &Page<ParticipantPosition>,
) -> Result<Slice<training_registration::Model>, DbErr> {
    use training_registration::Column;
    let select = keyset(
        of_session(session_id),
        (Column::Ticket, Column::Id),
        Order::Asc,
        page,
        |position| (position.ticket.into(), position.id.into()),
    );
    Ok(page.slice(select.all(connection).await?))
}

pub async fn count_of_session(
    connection: &impl ConnectionTrait,
    session_id: Uuid,
) -> Result<u64, DbErr> {
    of_session(session_id).count(connection).await
}

/// How many registrations a session ever had, those that were cancelled among them.
pub async fn count_ever(connection: &impl ConnectionTrait, session_id: Uuid) -> Result<u64, DbErr> {
    training_registration::Entity::find()
        .filter(training_registration::Column::SessionId.eq(session_id))
        .count(connection)
        .await
}

/// Those of these registrations that have a seat in a session.
pub async fn list_seated(
    connection: &impl ConnectionTrait,
    session_id: Uuid,
    ids: &[Uuid],
) -> Result<Vec<training_registration::Model>, DbErr> {
    use training_registration::Column;
    of_session(session_id)
        .filter(Column::Id.is_in(ids.iter().copied()))
        .filter(Column::State.is_in(SEATED))
        .all(connection)
        .await
}

/// What those who came say of a session, in no order that tells who.
pub async fn list_rated(
    connection: &impl ConnectionTrait,
    session_id: Uuid,
    most: u64,
) -> Result<Vec<training_registration::Model>, DbErr> {
    use training_registration::Column;
    of_session(session_id)
        .filter(Column::Rating.is_not_null())
        // Sealed words begin with random bytes.
        .order_by_asc(Column::Comment)
        .limit(most)
        .all(connection)
        .await
}

/// Takes a registration away with whatever hangs on it.
pub async fn delete_of_account(
    transaction: &impl ConnectionTrait,
    account_id: Uuid,
    session_id: Uuid,
) -> Result<(), DbErr> {
    use training_registration::Column;
    training_registration::Entity::delete_many()
        .filter(Column::AccountId.eq(account_id))
        .filter(Column::SessionId.eq(session_id))
        .exec(transaction)
        .await
        .map(|_| ())
}
