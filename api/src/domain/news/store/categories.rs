//! The headings of the news.

use entities::{news_article, news_category};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, sea_query::OnConflict,
};
use uuid::Uuid;

use crate::infra::db::{
    delete_row, fetch_row, fetch_rows, is_taken_by_another, overwrite_row, row,
};

row! {
    /// A category as lists show it.
    #[derive(PartialEq, Eq)]
    pub struct CategoryRow of news_category {
        pub id: Uuid,
        pub slug: String,
        pub name: String,
        pub description: String,
    }
}

/// All categories, in the order that readers see.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_categories(connection: &impl ConnectionTrait) -> Result<Vec<CategoryRow>, DbErr> {
    fetch_rows(
        connection,
        news_category::Entity::find()
            .order_by_asc(news_category::Column::Position)
            .order_by_asc(news_category::Column::Id),
    )
    .await
}

/// The category of a slug.
///
/// # Errors
/// Whatever the driver reports.
pub async fn find_category(
    connection: &impl ConnectionTrait,
    slug: &str,
) -> Result<Option<CategoryRow>, DbErr> {
    fetch_row(
        connection,
        news_category::Entity::find().filter(news_category::Column::Slug.eq(slug)),
    )
    .await
}

/// Whether there is such a category.
///
/// # Errors
/// Whatever the driver reports.
pub async fn category_exists(connection: &impl ConnectionTrait, id: Uuid) -> Result<bool, DbErr> {
    let found = news_category::Entity::find_by_id(id)
        .one(connection)
        .await?;
    Ok(found.is_some())
}

pub async fn list_categories_by_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<CategoryRow>, DbErr> {
    fetch_rows(
        connection,
        news_category::Entity::find().filter(news_category::Column::Id.is_in(ids.iter().copied())),
    )
    .await
}

/// Writes a category. A second insert of the same one changes nothing; the answer says which.
///
/// # Errors
/// Whatever the driver reports.
pub async fn insert_category(
    connection: &impl ConnectionTrait,
    category: news_category::Model,
) -> Result<bool, DbErr> {
    news_category::Entity::insert(category.into_active_model())
        .on_conflict(
            OnConflict::column(news_category::Column::Id)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(connection)
        .await
        .map(|written| written > 0)
}

/// Whether another category has that slug.
///
/// # Errors
/// Whatever the driver reports.
pub async fn category_slug_is_taken(
    connection: &impl ConnectionTrait,
    slug: &str,
    own_id: Uuid,
) -> Result<bool, DbErr> {
    is_taken_by_another::<news_category::Entity>(
        connection,
        news_category::Column::Slug,
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
    row: news_category::Model,
) -> Result<(), DbErr> {
    overwrite_row(transaction, row).await
}

/// How much that is published is of a category.
///
/// # Errors
/// Whatever the driver reports.
pub async fn count_of_category(connection: &impl ConnectionTrait, id: Uuid) -> Result<u64, DbErr> {
    news_article::Entity::find()
        .filter(news_article::Column::CategoryId.eq(id))
        .count(connection)
        .await
}

/// Takes a category away that nothing is of.
///
/// # Errors
/// Whatever the driver reports.
pub async fn delete_category(transaction: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    delete_row::<news_category::Entity>(transaction, id).await
}
