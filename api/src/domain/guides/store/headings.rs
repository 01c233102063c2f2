//! Changing and taking away categories and life events.

use entities::{guide_category, life_event, service_guide, service_guide_life_event};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use crate::infra::db::{delete_row, is_taken_by_another, overwrite_row};

/// Whether another category has that slug.
///
/// # Errors
/// Whatever the driver reports.
pub async fn category_slug_is_taken(
    connection: &impl ConnectionTrait,
    slug: &str,
    own_id: Uuid,
) -> Result<bool, DbErr> {
    is_taken_by_another::<guide_category::Entity>(
        connection,
        guide_category::Column::Slug,
        slug,
        own_id,
    )
    .await
}

/// Writes a category whose row is held.
///
/// # Errors
/// Whatever the driver reports.
pub async fn update_category(
    transaction: &impl ConnectionTrait,
    row: guide_category::Model,
) -> Result<(), DbErr> {
    overwrite_row(transaction, row).await
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
    delete_row::<guide_category::Entity>(transaction, id).await
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
    is_taken_by_another::<life_event::Entity>(connection, life_event::Column::Slug, slug, own_id)
        .await
}

/// Writes a life event whose row is held.
///
/// # Errors
/// Whatever the driver reports.
pub async fn update_life_event(
    transaction: &impl ConnectionTrait,
    row: life_event::Model,
) -> Result<(), DbErr> {
    overwrite_row(transaction, row).await
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
    delete_row::<life_event::Entity>(transaction, id).await
}
