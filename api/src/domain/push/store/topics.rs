//! Topics: reference data that staff keep.

use entities::{push_preference_topic, push_topic};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, sea_query::OnConflict,
};
use uuid::Uuid;

use crate::infra::db::{delete_row, is_taken_by_another, overwrite_row};

/// Every topic, in the order of menus.
pub async fn list(connection: &impl ConnectionTrait) -> Result<Vec<push_topic::Model>, DbErr> {
    push_topic::Entity::find()
        .order_by_asc(push_topic::Column::Position)
        .order_by_asc(push_topic::Column::Id)
        .all(connection)
        .await
}

/// The topics of these ids, in the order of menus.
pub async fn list_by_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<push_topic::Model>, DbErr> {
    push_topic::Entity::find()
        .filter(push_topic::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(push_topic::Column::Position)
        .order_by_asc(push_topic::Column::Id)
        .all(connection)
        .await
}

/// The topics that follow a category of news.
pub async fn list_ids_of_category(
    connection: &impl ConnectionTrait,
    news_category_id: Uuid,
) -> Result<Vec<Uuid>, DbErr> {
    push_topic::Entity::find()
        .select_only()
        .column(push_topic::Column::Id)
        .filter(push_topic::Column::NewsCategoryId.eq(news_category_id))
        .into_tuple()
        .all(connection)
        .await
}

/// Writes a topic. A second insert of the same one changes nothing; the answer says which.
///
/// # Errors
/// Whatever the driver reports.
pub async fn insert_topic(
    transaction: &impl ConnectionTrait,
    topic: push_topic::Model,
) -> Result<bool, DbErr> {
    push_topic::Entity::insert(topic.into_active_model())
        .on_conflict(
            OnConflict::column(push_topic::Column::Id)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(transaction)
        .await
        .map(|written| written > 0)
}

/// Writes a topic that is there.
///
/// # Errors
/// Whatever the driver reports.
pub async fn update_topic(
    transaction: &impl ConnectionTrait,
    topic: push_topic::Model,
) -> Result<(), DbErr> {
    overwrite_row(transaction, topic).await
}

/// Takes a topic away.
///
/// # Errors
/// Whatever the driver reports.
pub async fn delete_topic(transaction: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    delete_row::<push_topic::Entity>(transaction, id).await
}

/// How many people have chosen a topic.
///
/// # Errors
/// Whatever the driver reports.
pub async fn count_choices(connection: &impl ConnectionTrait, id: Uuid) -> Result<u64, DbErr> {
    push_preference_topic::Entity::find()
        .filter(push_preference_topic::Column::TopicId.eq(id))
        .count(connection)
        .await
}

/// Whether another topic has that slug.
///
/// # Errors
/// Whatever the driver reports.
pub async fn topic_slug_is_taken(
    connection: &impl ConnectionTrait,
    slug: &str,
    own_id: Uuid,
) -> Result<bool, DbErr> {
    is_taken_by_another::<push_topic::Entity>(connection, push_topic::Column::Slug, slug, own_id)
        .await
}
