//! What is asked about the guides that reports are of.

use entities::{content, service_guide};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

/// A published guide, as letters name it.
pub struct NamedGuide {
    pub slug: String,
    pub title: String,
}

/// What a guide is called; `None`: it is not published any more.
pub async fn find_name(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<NamedGuide>, DbErr> {
    let found: Option<(String, String)> = service_guide::Entity::find()
        .select_only()
        .column(service_guide::Column::Slug)
        .column(service_guide::Column::Title)
        .filter(service_guide::Column::Id.eq(id))
        .into_tuple()
        .one(connection)
        .await?;
    Ok(found.map(|(slug, title)| NamedGuide { slug, title }))
}

/// Whose a guide is, published or not.
pub async fn find_organisation(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<Uuid>, DbErr> {
    content::Entity::find()
        .select_only()
        .column(content::Column::OrganisationId)
        .filter(content::Column::Id.eq(id))
        .into_tuple()
        .one(connection)
        .await
}
