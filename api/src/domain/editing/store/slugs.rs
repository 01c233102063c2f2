//! Names for addresses: unique among their kind, and old ones lead on.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entities::{content, enums::ContentKind, slug_history};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::OnConflict,
};
use uuid::Uuid;

/// The wanted slug, or the first of `wanted-2`, `wanted-3` … that no other content has or had.
pub async fn free_slug(
    connection: &impl ConnectionTrait,
    kind: ContentKind,
    wanted: &str,
    own_id: Uuid,
) -> Result<String, DbErr> {
    // A slug holds neither `%` nor `_`.
    let alike = format!("{wanted}%");
    let held: Vec<String> = content::Entity::find()
        .select_only()
        .column(content::Column::Slug)
        .filter(content::Column::Kind.eq(kind))
        .filter(content::Column::Slug.like(&alike))
        .filter(content::Column::Id.ne(own_id))
        .into_tuple()
        .all(connection)
        .await?;
    let had: Vec<String> = slug_history::Entity::find()
        .select_only()
        .column(slug_history::Column::Slug)
        .filter(slug_history::Column::Kind.eq(kind))
        .filter(slug_history::Column::Slug.like(&alike))
        .filter(slug_history::Column::ContentId.ne(own_id))
        .into_tuple()
        .all(connection)
        .await?;
    let taken: HashSet<String> = held.into_iter().chain(had).collect();
    let numbered = (2..).map(|number| format!("{wanted}-{number}"));
    let free = std::iter::once(wanted.to_owned())
        .chain(numbered)
        .find(|slug| !taken.contains(slug));
    Ok(free.unwrap_or_else(|| wanted.to_owned()))
}

/// From now on the old slug leads to the new one, and the new one is nobody's old one.
pub async fn retire_slug(
    transaction: &impl ConnectionTrait,
    kind: ContentKind,
    content_id: Uuid,
    (old, new): (&str, &str),
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    slug_history::Entity::delete_by_id((kind, new.to_owned()))
        .exec(transaction)
        .await?;
    slug_history::Entity::insert(slug_history::ActiveModel {
        kind: Set(kind),
        slug: Set(old.to_owned()),
        content_id: Set(content_id),
        retired_at: Set(now),
    })
    .on_conflict(
        OnConflict::columns([slug_history::Column::Kind, slug_history::Column::Slug])
            .update_columns([
                slug_history::Column::ContentId,
                slug_history::Column::RetiredAt,
            ])
            .to_owned(),
    )
    .exec_without_returning(transaction)
    .await
    .map(|_| ())
}
