//! What shows a picture: covers and logos by their columns, texts by what was recorded of them.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entities::{benefit, media_asset, media_use, news_article, organisation, partner};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter,
    QuerySelect, QueryTrait,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

/// Records which pictures the text of a content shows: **all** that its draft or its published
/// revision embeds, in place of what was recorded before. Ids of no picture are left out.
///
/// # Errors
/// Whatever the driver reports; the caller rolls back.
pub async fn record_uses(
    transaction: &impl ConnectionTrait,
    content_id: Uuid,
    media_ids: &[Uuid],
) -> Result<(), DbErr> {
    use media_use::Column;
    let known: Vec<Uuid> = media_asset::Entity::find()
        .select_only()
        .column(media_asset::Column::Id)
        .filter(media_asset::Column::Id.is_in(media_ids.iter().copied()))
        .into_tuple()
        .all(transaction)
        .await?;
    media_use::Entity::delete_many()
        .filter(Column::ContentId.eq(content_id))
        .filter(Column::MediaId.is_not_in(known.iter().copied()))
        .exec(transaction)
        .await?;
    if known.is_empty() {
        return Ok(());
    }
    let rows = known.into_iter().map(|media_id| {
        media_use::ActiveModel::from(media_use::Model {
            content_id,
            media_id,
        })
    });
    media_use::Entity::insert_many(rows)
        .on_conflict(
            OnConflict::columns([Column::ContentId, Column::MediaId])
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

/// The condition that something shows the picture of the row.
#[must_use]
pub fn is_shown() -> Condition {
    Condition::any()
        .add(shows::<media_use::Entity>(media_use::Column::MediaId))
        .add(shows::<news_article::Entity>(news_article::Column::CoverId))
        .add(shows::<benefit::Entity>(benefit::Column::CoverId))
        .add(shows::<partner::Entity>(partner::Column::LogoId))
        .add(shows::<organisation::Entity>(organisation::Column::LogoId))
}

fn shows<E: EntityTrait>(column: E::Column) -> Expr {
    let showing = E::find()
        .select_only()
        .column(column)
        .filter(
            Expr::col(column.as_column_ref())
                .equals((media_asset::Entity, media_asset::Column::Id)),
        )
        .into_query();
    Expr::exists(showing)
}

/// Which of these pictures something shows.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_shown(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashSet<Uuid>, DbErr> {
    let shown: Vec<Uuid> = media_asset::Entity::find()
        .select_only()
        .column(media_asset::Column::Id)
        .filter(media_asset::Column::Id.is_in(ids.iter().copied()))
        .filter(is_shown())
        .into_tuple()
        .all(connection)
        .await?;
    Ok(shown.into_iter().collect())
}

/// Lets the time in which a picture may be shown nowhere begin anew: somebody is about to show it.
///
/// # Errors
/// Whatever the driver reports.
pub async fn wait_anew(
    connection: &impl ConnectionTrait,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use media_asset::Column;
    media_asset::Entity::update_many()
        .col_expr(Column::UnusedSinceAt, Expr::value(Some(now)))
        .filter(Column::Id.eq(id))
        .filter(Column::UnusedSinceAt.is_not_null())
        .exec(connection)
        .await
        .map(|_| ())
}

/// Notes since when uploaded pictures are shown nowhere, and which are shown again.
///
/// # Errors
/// Whatever the driver reports.
pub async fn mark_shown(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use media_asset::Column;
    media_asset::Entity::update_many()
        .col_expr(Column::UnusedSinceAt, Expr::value(None::<DateTime<Utc>>))
        .filter(Column::UnusedSinceAt.is_not_null())
        .filter(is_shown())
        .exec(connection)
        .await?;
    media_asset::Entity::update_many()
        .col_expr(Column::UnusedSinceAt, Expr::value(Some(now)))
        .filter(Column::UnusedSinceAt.is_null())
        .filter(Column::IsDemo.eq(false))
        .filter(is_shown().not())
        .exec(connection)
        .await
        .map(|_| ())
}
