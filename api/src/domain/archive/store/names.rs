//! Names that content may have alone: its id, its address, its old ones.

use std::collections::HashMap;

use entities::{content, slug_history};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::domain::archive::format::{ContentLine, Line, Shown};

/// An id is one piece of content's, whatever its kind.
pub async fn list_of_other_kinds<S: Shown>(
    connection: &DatabaseTransaction,
    lines: &[ContentLine<S>],
) -> Result<Vec<(Uuid, String)>, DbErr> {
    let others: Vec<Uuid> = content::Entity::find()
        .select_only()
        .column(content::Column::Id)
        .filter(content::Column::Id.is_in(lines.iter().map(Line::id)))
        .filter(content::Column::Kind.ne(S::KIND))
        .into_tuple()
        .all(connection)
        .await?;
    let fault = |id| (id, "its id is of content of another kind".to_owned());
    Ok(others.into_iter().map(fault).collect())
}

pub async fn list_slugs_of_others<S: Shown>(
    connection: &DatabaseTransaction,
    lines: &[ContentLine<S>],
) -> Result<Vec<(Uuid, String)>, DbErr> {
    let rows: Vec<(String, Uuid)> = content::Entity::find()
        .select_only()
        .column(content::Column::Slug)
        .column(content::Column::Id)
        .filter(content::Column::Kind.eq(S::KIND))
        .filter(content::Column::Slug.is_in(lines.iter().map(|line| line.slug.clone())))
        .into_tuple()
        .all(connection)
        .await?;
    let holders: HashMap<String, Uuid> = rows.into_iter().collect();
    let fault = |line: &ContentLine<S>| {
        let holder = holders
            .get(&line.slug)
            .filter(|holder| **holder != line.id)?;
        let what = format!("its slug {:?} is taken by {holder}", line.slug);
        Some((line.id, what))
    };
    Ok(lines.iter().filter_map(fault).collect())
}

pub async fn list_retired_of_others<S: Shown>(
    connection: &DatabaseTransaction,
    lines: &[ContentLine<S>],
) -> Result<Vec<(Uuid, String)>, DbErr> {
    let owners: HashMap<&str, Uuid> = lines
        .iter()
        .flat_map(|line| {
            line.retired_slugs
                .iter()
                .map(|slug| (slug.slug.as_str(), line.id))
        })
        .collect();
    if owners.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(String, Uuid)> = slug_history::Entity::find()
        .select_only()
        .column(slug_history::Column::Slug)
        .column(slug_history::Column::ContentId)
        .filter(slug_history::Column::Kind.eq(S::KIND))
        .filter(slug_history::Column::Slug.is_in(owners.keys().copied()))
        .into_tuple()
        .all(connection)
        .await?;
    let fault = |(slug, holder): (String, Uuid)| {
        let owner = owners
            .get(slug.as_str())
            .filter(|owner| **owner != holder)?;
        Some((*owner, format!("its old slug {slug:?} is one of {holder}")))
    };
    Ok(rows.into_iter().filter_map(fault).collect())
}
