//! Who is at which draft.

use chrono::{DateTime, Utc};
use entities::draft_presence;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    SqlErr, sea_query::OnConflict,
};
use uuid::Uuid;

/// Where somebody is at, or was: the last touched first.
pub async fn list_presence_of(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
) -> Result<Vec<draft_presence::Model>, DbErr> {
    use draft_presence::Column;
    draft_presence::Entity::find()
        .filter(Column::AccountId.eq(account_id))
        .order_by_desc(Column::LastSeenAt)
        .all(connection)
        .await
}

/// Who is at these drafts, of those heard of after that instant: who came first stands first.
pub async fn list_presence_at(
    connection: &impl ConnectionTrait,
    content_ids: &[Uuid],
    heard_after: DateTime<Utc>,
) -> Result<Vec<draft_presence::Model>, DbErr> {
    use draft_presence::Column;
    draft_presence::Entity::find()
        .filter(Column::ContentId.is_in(content_ids.iter().copied()))
        .filter(Column::LastSeenAt.gt(heard_after))
        .order_by_asc(Column::SinceAt)
        .order_by_asc(Column::AccountId)
        .all(connection)
        .await
}

/// Writes that somebody is at a draft, since now or since they came. Says whether the draft is still
/// there.
pub async fn keep_presence(
    connection: &impl ConnectionTrait,
    presence: draft_presence::Model,
) -> Result<bool, DbErr> {
    use draft_presence::Column;
    let written = draft_presence::Entity::insert(presence.into_active_model())
        .on_conflict(
            OnConflict::columns([Column::ContentId, Column::AccountId])
                .update_column(Column::LastSeenAt)
                .to_owned(),
        )
        .exec_without_returning(connection)
        .await;
    match written {
        Ok(_) => Ok(true),
        Err(cause) if is_of_nothing(&cause) => Ok(false),
        Err(cause) => Err(cause),
    }
}

/// Somebody threw the draft away between two statements.
fn is_of_nothing(cause: &DbErr) -> bool {
    matches!(
        cause.sql_err(),
        Some(SqlErr::ForeignKeyConstraintViolation(_))
    )
}

/// Writes that somebody is no more at these drafts.
pub async fn delete_presence(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
    content_ids: &[Uuid],
) -> Result<(), DbErr> {
    use draft_presence::Column;
    draft_presence::Entity::delete_many()
        .filter(Column::AccountId.eq(account_id))
        .filter(Column::ContentId.is_in(content_ids.iter().copied()))
        .exec(connection)
        .await
        .map(|_| ())
}

/// Forgets who was heard of at that instant last, or before.
pub async fn delete_presence_until(
    connection: &impl ConnectionTrait,
    heard_until: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let gone = draft_presence::Entity::delete_many()
        .filter(draft_presence::Column::LastSeenAt.lte(heard_until))
        .exec(connection)
        .await?;
    Ok(gone.rows_affected)
}
