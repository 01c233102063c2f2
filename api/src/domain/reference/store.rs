//! SQL of the desk itself: who is at it, and what things were created from.

use chrono::{DateTime, Utc};
use entities::reference_creation;
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, sea_query::OnConflict,
};
use uuid::Uuid;

/// The row that whoever changes reference data holds. No creation has this id.
const DESK: Uuid = Uuid::nil();

/// Holds the desk until the transaction ends, as its first statement: reference data changes rarely,
/// and one at a time neither takes a slug twice nor closes a circle of organisations or redirects.
pub async fn hold_desk(
    transaction: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use reference_creation::Column;
    reference_creation::Entity::insert(reference_creation::ActiveModel {
        id: Set(DESK),
        digest: Set(String::new()),
        created_at: Set(now),
    })
    .on_conflict(
        OnConflict::column(Column::Id)
            .update_column(Column::CreatedAt)
            .to_owned(),
    )
    .exec_without_returning(transaction)
    .await
    .map(|_| ())
}

/// What a thing of that id was created from.
pub async fn find_creation(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<reference_creation::Model>, DbErr> {
    reference_creation::Entity::find_by_id(id)
        .one(connection)
        .await
}

/// Remembers what a thing is created from.
pub async fn insert_creation(
    transaction: &impl ConnectionTrait,
    creation: reference_creation::Model,
) -> Result<(), DbErr> {
    reference_creation::Entity::insert(creation.into_active_model())
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}
