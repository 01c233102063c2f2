//! What members keep to come back to, as far as it is worth a word to them.

use chrono::NaiveDate;
use entities::{audience, benefit, saved_item};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
};
use serde_json::Value;
use uuid::Uuid;

/// A benefit that somebody keeps and that ends.
#[derive(Clone, Debug)]
pub struct EndingBenefit {
    pub id: Uuid,
    pub organisation_id: Uuid,
    pub slug: String,
    pub title: String,
    /// The definition of who may see it.
    pub audience: Value,
}

/// The benefits with that last day that anybody keeps.
pub async fn list_ending(
    connection: &impl ConnectionTrait,
    last_day: NaiveDate,
) -> Result<Vec<EndingBenefit>, DbErr> {
    use benefit::Column;
    let kept = saved_item::Entity::find()
        .select_only()
        .column(saved_item::Column::ObjectId)
        .into_query();
    let rows: Vec<(Uuid, Uuid, String, String, Uuid)> = benefit::Entity::find()
        .select_only()
        .column(Column::Id)
        .column(Column::OrganisationId)
        .column(Column::Slug)
        .column(Column::Title)
        .column(Column::AudienceId)
        .filter(Column::ValidThrough.eq(last_day))
        .filter(Column::Id.in_subquery(kept))
        .into_tuple()
        .all(connection)
        .await?;
    let mut ending = Vec::with_capacity(rows.len());
    for (id, organisation_id, slug, title, audience_id) in rows {
        let found = audience::Entity::find_by_id(audience_id)
            .one(connection)
            .await?;
        let Some(found) = found else { continue };
        ending.push(EndingBenefit {
            id,
            organisation_id,
            slug,
            title,
            audience: found.definition,
        });
    }
    Ok(ending)
}

/// Whether anybody keeps it.
pub async fn is_kept(connection: &impl ConnectionTrait, object_id: Uuid) -> Result<bool, DbErr> {
    let found = saved_item::Entity::find()
        .filter(saved_item::Column::ObjectId.eq(object_id))
        .one(connection)
        .await?;
    Ok(found.is_some())
}
