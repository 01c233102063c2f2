//! Sessions: lists of those that somebody sees, and the rows that registering holds.

use chrono::{DateTime, Utc};
use entities::{
    course, enums::TrainingSessionState, training_session, training_session_organisation,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, Order},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    domain::organisations::is_within,
    infra::{
        auth::Audience,
        db::{Page, Position, Slice, delete_row, insert_rows, keyset, lock_row, overwrite_row},
    },
};

/// Which sessions a list shows; an empty field does not narrow it.
#[derive(Clone, Debug, Default)]
pub struct SessionCriteria {
    pub course_id: Option<Uuid>,
    /// Of that organisation and of those below it.
    pub organisation_id: Option<Uuid>,
    /// That begin then or later.
    pub from: Option<DateTime<Utc>>,
    /// That begin before.
    pub before: Option<DateTime<Utc>>,
    /// Whether those that do not take place are among them.
    pub has_cancelled: bool,
    /// Only those with a free seat.
    pub has_free_seats: bool,
}

/// Where a session stands in lists: the next one first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SessionPosition {
    pub starts_at: DateTime<Utc>,
    pub id: Uuid,
}

impl Position for SessionPosition {
    const LIST: &'static str = "trainingSessions";
}

pub async fn list(
    connection: &impl ConnectionTrait,
    criteria: &SessionCriteria,
    audience: &Audience,
    page: &Page<SessionPosition>,
) -> Result<Slice<training_session::Model>, DbErr> {
    use training_session::Column;
    let select = keyset(
        matching(criteria, audience),
        (Column::StartsAt, Column::Id),
        Order::Asc,
        page,
        |position| (position.starts_at.into(), position.id.into()),
    );
    Ok(page.slice(select.all(connection).await?))
}

pub async fn count(
    connection: &impl ConnectionTrait,
    criteria: &SessionCriteria,
    audience: &Audience,
) -> Result<u64, DbErr> {
    matching(criteria, audience).count(connection).await
}

/// The sessions of these ids whose courses that audience sees.
pub async fn list_by_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
    audience: &Audience,
) -> Result<Vec<training_session::Model>, DbErr> {
    visible(audience)
        .filter(training_session::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await
}

/// The sessions of these ids, whoever sees their courses: for who has registered, and for staff.
pub async fn list_any(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<training_session::Model>, DbErr> {
    training_session::Entity::find()
        .filter(training_session::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await
}

pub async fn find(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<training_session::Model>, DbErr> {
    training_session::Entity::find_by_id(id)
        .one(connection)
        .await
}

/// The sessions of these courses that take place and begin then or later, the next first.
pub async fn list_of_courses(
    connection: &impl ConnectionTrait,
    course_ids: &[Uuid],
    from: DateTime<Utc>,
) -> Result<Vec<training_session::Model>, DbErr> {
    use training_session::Column;
    training_session::Entity::find()
        .filter(Column::CourseId.is_in(course_ids.iter().copied()))
        .filter(Column::State.eq(TrainingSessionState::Planned))
        .filter(Column::StartsAt.gte(from))
        .order_by_asc(Column::StartsAt)
        .order_by_asc(Column::Id)
        .all(connection)
        .await
}

/// Sessions that take place, that somebody has a seat in, and that begin within that time.
pub async fn list_beginning(
    connection: &impl ConnectionTrait,
    (after, through): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<training_session::Model>, DbErr> {
    use training_session::Column;
    training_session::Entity::find()
        .filter(Column::State.eq(TrainingSessionState::Planned))
        .filter(Column::StartsAt.gt(after))
        .filter(Column::StartsAt.lte(through))
        .filter(Column::Seated.gt(0))
        .order_by_asc(Column::StartsAt)
        .all(connection)
        .await
}

fn visible(audience: &Audience) -> Select<training_session::Entity> {
    let seen = course::Entity::find()
        .select_only()
        .column(course::Column::Id)
        .filter(audience.admits(course::Column::AudienceId))
        .into_query();
    training_session::Entity::find().filter(training_session::Column::CourseId.in_subquery(seen))
}

fn matching(criteria: &SessionCriteria, audience: &Audience) -> Select<training_session::Entity> {
    use training_session::Column;
    let mut select = visible(audience);
    if let Some(course_id) = criteria.course_id {
        select = select.filter(Column::CourseId.eq(course_id));
    }
    if let Some(organisation_id) = criteria.organisation_id {
        select = select.filter(is_within(Column::OrganisationId, organisation_id, true));
    }
    if let Some(from) = criteria.from {
        select = select.filter(Column::StartsAt.gte(from));
    }
    if let Some(before) = criteria.before {
        select = select.filter(Column::StartsAt.lt(before));
    }
    if !criteria.has_cancelled {
        select = select.filter(Column::State.eq(TrainingSessionState::Planned));
    }
    if criteria.has_free_seats {
        let column = |column| Expr::col((training_session::Entity, column));
        select = select.filter(column(Column::Seated).lt(column(Column::Seats)));
    }
    select
}

/// Holds a session's row until the transaction ends, and reads it.
pub async fn lock(
    transaction: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<training_session::Model>, DbErr> {
    lock_row::<training_session::Entity>(transaction, id).await
}

/// Writes a new session with the organisations that it is for.
pub async fn insert(
    transaction: &impl ConnectionTrait,
    session: training_session::Model,
    organisation_ids: &[Uuid],
) -> Result<(), DbErr> {
    let id = session.id;
    training_session::Entity::insert(session.into_active_model())
        .exec_without_returning(transaction)
        .await?;
    insert_targets(transaction, id, organisation_ids).await
}

/// Writes a session that is held.
pub async fn update(
    transaction: &impl ConnectionTrait,
    session: training_session::Model,
) -> Result<(), DbErr> {
    overwrite_row(transaction, session).await
}

/// Writes anew which organisations a session is for.
pub async fn replace_targets(
    transaction: &impl ConnectionTrait,
    session_id: Uuid,
    organisation_ids: &[Uuid],
) -> Result<(), DbErr> {
    training_session_organisation::Entity::delete_many()
        .filter(training_session_organisation::Column::SessionId.eq(session_id))
        .exec(transaction)
        .await?;
    insert_targets(transaction, session_id, organisation_ids).await
}

async fn insert_targets(
    transaction: &impl ConnectionTrait,
    session_id: Uuid,
    organisation_ids: &[Uuid],
) -> Result<(), DbErr> {
    let row = |organisation_id: &Uuid| training_session_organisation::Model {
        session_id,
        organisation_id: *organisation_id,
    };
    let rows = organisation_ids.iter().map(row).collect();
    insert_rows::<training_session_organisation::Entity>(transaction, rows).await?;
    Ok(())
}

/// Which organisations these sessions are for, with the sessions' ids.
pub async fn list_targets(
    connection: &impl ConnectionTrait,
    session_ids: &[Uuid],
) -> Result<Vec<(Uuid, Uuid)>, DbErr> {
    use training_session_organisation::Column;
    let rows = training_session_organisation::Entity::find()
        .filter(Column::SessionId.is_in(session_ids.iter().copied()))
        .order_by_asc(Column::OrganisationId)
        .all(connection)
        .await?;
    let pair = |row: training_session_organisation::Model| (row.session_id, row.organisation_id);
    Ok(rows.into_iter().map(pair).collect())
}

/// Takes a session away that nobody has registered for.
pub async fn delete(transaction: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    delete_row::<training_session::Entity>(transaction, id).await
}

/// How many sessions an organisation holds, or are for its members.
pub async fn count_of_organisation(
    connection: &impl ConnectionTrait,
    organisation_id: Uuid,
) -> Result<u64, DbErr> {
    let held = training_session::Entity::find()
        .filter(training_session::Column::OrganisationId.eq(organisation_id))
        .count(connection)
        .await?;
    let meant = training_session_organisation::Entity::find()
        .filter(training_session_organisation::Column::OrganisationId.eq(organisation_id))
        .count(connection)
        .await?;
    Ok(held + meant)
}
