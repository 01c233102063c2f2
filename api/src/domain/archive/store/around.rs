//! What stands around content: who it is for, its old addresses, what it points to, what it shows.

use std::collections::{HashMap, HashSet};

use entities::{
    audience, content, content_draft, content_relation, enums::ContentState, media_use,
    slug_history,
};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::{
    domain::{
        archive::format::{ContentLine, Moment, Related, RetiredSlug, Shown, Withdrawal},
        content::AudienceDefinition,
    },
    infra::{db::insert_rows, error::Error},
};

/// Takes away what hangs on content that is about to be written anew, its draft included: the archive
/// has its own, or none.
pub async fn clear(transaction: &DatabaseTransaction, ids: &[Uuid]) -> Result<(), DbErr> {
    let those = || ids.iter().copied();
    slug_history::Entity::delete_many()
        .filter(slug_history::Column::ContentId.is_in(those()))
        .exec(transaction)
        .await?;
    content_relation::Entity::delete_many()
        .filter(content_relation::Column::ContentId.is_in(those()))
        .exec(transaction)
        .await?;
    media_use::Entity::delete_many()
        .filter(media_use::Column::ContentId.is_in(those()))
        .exec(transaction)
        .await?;
    content_draft::Entity::delete_many()
        .filter(content_draft::Column::Id.is_in(those()))
        .exec(transaction)
        .await
        .map(|_| ())
}

pub async fn write_surroundings<S: Shown>(
    transaction: &DatabaseTransaction,
    lines: &[ContentLine<S>],
) -> Result<(), DbErr> {
    let mut retired = Vec::new();
    let mut related = Vec::new();
    let mut pictures = Vec::new();
    for line in lines {
        retired.extend(line.retired_slugs.iter().map(|slug| slug_history::Model {
            kind: S::KIND,
            slug: slug.slug.clone(),
            content_id: line.id,
            retired_at: slug.retired_at.instant(),
        }));
        related.extend(relations_of(line));
        pictures.extend(line.picture_ids.iter().map(|media_id| media_use::Model {
            content_id: line.id,
            media_id: *media_id,
        }));
    }
    insert_rows::<slug_history::Entity>(transaction, retired).await?;
    insert_rows::<content_relation::Entity>(transaction, related).await?;
    insert_rows::<media_use::Entity>(transaction, pictures).await?;
    Ok(())
}

/// Places are counted for each kind, as publishing does.
fn relations_of<S: Shown>(line: &ContentLine<S>) -> Vec<content_relation::Model> {
    let mut places: HashMap<_, i32> = HashMap::new();
    let mut rows = Vec::new();
    for related in &line.related {
        let place = places.entry(related.kind).or_default();
        rows.push(content_relation::Model {
            content_id: line.id,
            related_id: related.id,
            related_kind: related.kind,
            position: *place,
        });
        *place += 1;
    }
    rows
}

/// What stands around some content rows, by their ids.
pub struct Surroundings {
    audiences: HashMap<Uuid, AudienceDefinition>,
    retired: HashMap<Uuid, Vec<RetiredSlug>>,
    related: HashMap<Uuid, Vec<Related>>,
    pictures: HashMap<Uuid, Vec<Uuid>>,
}

impl Surroundings {
    pub async fn of(
        connection: &DatabaseTransaction,
        rows: &[content::Model],
        ids: &[Uuid],
    ) -> Result<Self, Error> {
        let audience_ids: HashSet<Uuid> = rows.iter().map(|row| row.audience_id).collect();
        let found = audience::Entity::find()
            .filter(audience::Column::Id.is_in(audience_ids))
            .all(connection)
            .await?;
        let mut audiences = HashMap::new();
        for row in found {
            audiences.insert(row.id, serde_json::from_value(row.definition)?);
        }
        Ok(Self {
            audiences,
            retired: list_retired(connection, ids).await?,
            related: list_related(connection, ids).await?,
            pictures: list_pictures(connection, ids).await?,
        })
    }

    pub fn line<S>(
        &mut self,
        row: content::Model,
        shown: Option<S>,
    ) -> Result<ContentLine<S>, Error> {
        let audience = self.audiences.get(&row.audience_id).cloned();
        let is_withdrawn = row.state == ContentState::Withdrawn
            || row.withdrawal_explanation.is_some()
            || row.withdrawal_replacement_id.is_some();
        Ok(ContentLine {
            retired_slugs: self.retired.remove(&row.id).unwrap_or_default(),
            related: self.related.remove(&row.id).unwrap_or_default(),
            picture_ids: self.pictures.remove(&row.id).unwrap_or_default(),
            audience: audience
                .ok_or_else(|| Error::internal("content without an audience", row.id))?,
            withdrawal: is_withdrawn.then_some(Withdrawal {
                explanation: row.withdrawal_explanation,
                replacement_id: row.withdrawal_replacement_id,
            }),
            id: row.id,
            slug: row.slug,
            organisation_id: row.organisation_id,
            state: row.state,
            version: row.version,
            published_revision_id: row.published_revision_id,
            publish_at: row.publish_at.map(Moment::from),
            unpublish_at: row.unpublish_at.map(Moment::from),
            first_published_at: row.first_published_at.map(Moment::from),
            is_demo: row.is_demo,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
            shown,
        })
    }
}

async fn list_retired(
    connection: &DatabaseTransaction,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<RetiredSlug>>, DbErr> {
    let rows = slug_history::Entity::find()
        .filter(slug_history::Column::ContentId.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    let mut retired: HashMap<Uuid, Vec<RetiredSlug>> = HashMap::new();
    for row in rows {
        retired
            .entry(row.content_id)
            .or_default()
            .push(RetiredSlug {
                slug: row.slug,
                retired_at: row.retired_at.into(),
            });
    }
    for slugs in retired.values_mut() {
        // Here and not in SQL: databases sort texts as whoever created them chose.
        slugs.sort_by(|one, other| one.slug.cmp(&other.slug));
    }
    Ok(retired)
}

async fn list_related(
    connection: &DatabaseTransaction,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Related>>, DbErr> {
    let mut rows = content_relation::Entity::find()
        .filter(content_relation::Column::ContentId.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    rows.sort_by_key(|row| (row.related_kind, row.position, row.related_id));
    let mut related: HashMap<Uuid, Vec<Related>> = HashMap::new();
    for row in rows {
        related.entry(row.content_id).or_default().push(Related {
            kind: row.related_kind,
            id: row.related_id,
        });
    }
    Ok(related)
}

async fn list_pictures(
    connection: &DatabaseTransaction,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Uuid>>, DbErr> {
    let rows = media_use::Entity::find()
        .filter(media_use::Column::ContentId.is_in(ids.iter().copied()))
        .order_by_asc(media_use::Column::MediaId)
        .all(connection)
        .await?;
    let mut pictures: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for row in rows {
        pictures
            .entry(row.content_id)
            .or_default()
            .push(row.media_id);
    }
    Ok(pictures)
}
