//! Categories and life events.

use entities::{guide_category, life_event};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::OnConflict,
};
use uuid::Uuid;

use crate::infra::db::{fetch_rows, row};

row! {
    /// A category as lists show it.
    #[derive(PartialEq, Eq)]
    pub struct CategoryRow of guide_category {
        pub id: Uuid,
        pub slug: String,
        pub name: String,
        pub description: String,
    }
}

pub async fn list_categories(connection: &impl ConnectionTrait) -> Result<Vec<CategoryRow>, DbErr> {
    fetch_rows(
        connection,
        guide_category::Entity::find()
            .order_by_asc(guide_category::Column::Position)
            .order_by_asc(guide_category::Column::Id),
    )
    .await
}

/// The categories of these ids, of those that are there.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_categories_by_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<CategoryRow>, DbErr> {
    fetch_rows(
        connection,
        guide_category::Entity::find()
            .filter(guide_category::Column::Id.is_in(ids.iter().copied())),
    )
    .await
}

pub async fn list_life_events(
    connection: &impl ConnectionTrait,
) -> Result<Vec<life_event::Model>, DbErr> {
    life_event::Entity::find()
        .order_by_asc(life_event::Column::Position)
        .order_by_asc(life_event::Column::Id)
        .all(connection)
        .await
}

/// The life events of these ids, of those that are there.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_life_events_by_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<life_event::Model>, DbErr> {
    life_event::Entity::find()
        .filter(life_event::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await
}

/// Writes a category. A second insert of the same one changes nothing; the answer says which.
///
/// # Errors
/// Whatever the driver reports.
pub async fn insert_category(
    connection: &impl ConnectionTrait,
    category: guide_category::Model,
) -> Result<bool, DbErr> {
    guide_category::Entity::insert(category.into_active_model())
        .on_conflict(
            OnConflict::column(guide_category::Column::Id)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(connection)
        .await
        .map(|written| written > 0)
}

/// Writes a life event. A second insert of the same one changes nothing; the answer says which.
///
/// # Errors
/// Whatever the driver reports.
pub async fn insert_life_event(
    connection: &impl ConnectionTrait,
    event: life_event::Model,
) -> Result<bool, DbErr> {
    life_event::Entity::insert(event.into_active_model())
        .on_conflict(
            OnConflict::column(life_event::Column::Id)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(connection)
        .await
        .map(|written| written > 0)
}
