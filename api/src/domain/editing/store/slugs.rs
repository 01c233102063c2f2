//! Names for addresses: unique among their kind, and old ones lead on.

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, Utc};
use entities::{content, enums::ContentKind, slug_history};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::OnConflict,
};
use uuid::Uuid;

use crate::infra::db::lock_name;

/// The wanted slug, or the first of `wanted-2`, `wanted-3` … that no other content has or had. It stays
/// free until the transaction ends: whoever wants one like it waits.
pub async fn free_slug(
    transaction: &impl ConnectionTrait,
    kind: ContentKind,
    wanted: &str,
    own_id: Uuid,
) -> Result<String, DbErr> {
    hold_slugs(transaction, kind, &[wanted]).await?;
    // A slug holds neither `%` nor `_`.
    let alike = format!("{wanted}%");
    let held: Vec<String> = content::Entity::find()
        .select_only()
        .column(content::Column::Slug)
        .filter(content::Column::Kind.eq(kind))
        .filter(content::Column::Slug.like(&alike))
        .filter(content::Column::Id.ne(own_id))
        .into_tuple()
        .all(transaction)
        .await?;
    let had: Vec<String> = slug_history::Entity::find()
        .select_only()
        .column(slug_history::Column::Slug)
        .filter(slug_history::Column::Kind.eq(kind))
        .filter(slug_history::Column::Slug.like(&alike))
        .filter(slug_history::Column::ContentId.ne(own_id))
        .into_tuple()
        .all(transaction)
        .await?;
    let taken: HashSet<String> = held.into_iter().chain(had).collect();
    let numbered = (2..).map(|number| format!("{wanted}-{number}"));
    let free = std::iter::once(wanted.to_owned())
        .chain(numbered)
        .find(|slug| !taken.contains(slug));
    Ok(free.unwrap_or_else(|| wanted.to_owned()))
}

/// Makes others who want these slugs, or numbered ones of them, wait until the transaction ends.
pub async fn hold_slugs(
    transaction: &impl ConnectionTrait,
    kind: ContentKind,
    wanted: &[impl AsRef<str>],
) -> Result<(), DbErr> {
    let stems: BTreeSet<&str> = wanted.iter().map(|slug| stem(slug.as_ref())).collect();
    for stem in stems {
        lock_name(transaction, &format!("slug {kind:?} {stem}")).await?;
    }
    Ok(())
}

/// A slug without the numbers at its end. Those who may be given the same slug want the same stem.
fn stem(slug: &str) -> &str {
    slug.trim_end_matches(|sign: char| sign == '-' || sign.is_ascii_digit())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_become_one_slug_has_one_stem() {
        for slug in ["sobranie", "sobranie-2", "sobranie-2-3", "sobranie-2026"] {
            assert_eq!(stem(slug), "sobranie");
        }
        assert_eq!(stem("3-ndfl"), "3-ndfl");
        assert_eq!(stem("2026"), stem("2026-2"));
    }
}
