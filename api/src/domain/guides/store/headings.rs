//! Changing and taking away categories and life events.

use entities::{guide_category, life_event, service_guide, service_guide_life_event};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter,
};
use uuid::Uuid;

/// Whether another category has that slug.
///
/// # Errors
/// Whatever the driver reports.
pub async fn category_slug_is_taken(
    connection: &impl ConnectionTrait,
    slug: &str,
    own_id: Uuid,
) -> Result<bool, DbErr> {
    let others = guide_category::Entity::find()
        .filter(guide_category::Column::Slug.eq(slug))
        .filter(guide_category::Column::Id.ne(own_id))
        .count(connection)
        .await?;
    Ok(others > 0)
}

/// Writes a category whose row is held.
///
/// # Errors
/// Whatever the driver reports.
pub async fn update_category(
    transaction: &impl ConnectionTrait,
    row: guide_category::Model,
) -> Result<(), DbErr> {
    row.into_active_model()
        .reset_all()
        .update(transaction)
        .await
        .map(|_| ())
}

/// How much that is published is of a category.
///
/// # Errors
/// Whatever the driver reports.
pub async fn count_of_category(connection: &impl ConnectionTrait, id: Uuid) -> Result<u64, DbErr> {
    service_guide::Entity::find()
        .filter(service_guide::Column::CategoryId.eq(id))
        .count(connection)
        .await
}

/// Takes a category away that nothing is of.
///
/// # Errors
/// Whatever the driver reports.
pub async fn delete_category(transaction: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    guide_category::Entity::delete_by_id(id)
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Whether another life event has that slug.
///
/// # Errors
/// Whatever the driver reports.
pub async fn life_event_slug_is_taken(
    connection: &impl ConnectionTrait,
    slug: &str,
    own_id: Uuid,
) -> Result<bool, DbErr> {
    let others = life_event::Entity::find()
        .filter(life_event::Column::Slug.eq(slug))
        .filter(life_event::Column::Id.ne(own_id))
        .count(connection)
        .await?;
    Ok(others > 0)
}

/// Writes a life event whose row is held.
///
/// # Errors
/// Whatever the driver reports.
pub async fn update_life_event(
    transaction: &impl ConnectionTrait,
    row: life_event::Model,
) -> Result<(), DbErr> {
    row.into_active_model()
        .reset_all()
        .update(transaction)
        .await
        .map(|_| ())
}

/// How much that is published is of a life event.
///
/// # Errors
/// Whatever the driver reports.
pub async fn count_of_life_event(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<u64, DbErr> {
    service_guide_life_event::Entity::find()
        .filter(service_guide_life_event::Column::LifeEventId.eq(id))
        .count(connection)
        .await
}

/// Takes a life event away that nothing is of.
///
/// # Errors
/// Whatever the driver reports.
pub async fn delete_life_event(transaction: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    life_event::Entity::delete_by_id(id)
        .exec(transaction)
        .await
        .map(|_| ())
}
