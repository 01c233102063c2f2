//! What search is told of organisations and their pages.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::{enums::ContentKind, organisation, organisation_page};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::tree::list_by_ids;
use crate::{
    domain::content::{Searchable, object_type},
    infra::{
        auth::PUBLIC_AUDIENCE_ID,
        db::{Stretch, fetch_rows, list_referring, row},
    },
};

row! {
    struct PageWords of organisation_page {
        pub id: Uuid,
        pub organisation_id: Uuid,
        pub audience_id: Uuid,
        pub published_at: DateTime<Utc>,
        pub title: String,
        pub plain_text: String,
    }
}

/// Pages in words, whoever they are for.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_searchable_pages(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<Searchable>, DbErr> {
    let select = organisation_page::Entity::find()
        .filter(organisation_page::Column::Id.is_in(ids.iter().copied()));
    let pages: Vec<PageWords> = fetch_rows(connection, select).await?;
    let organisation_ids: Vec<Uuid> = pages.iter().map(|page| page.organisation_id).collect();
    let names: HashMap<Uuid, String> = list_by_ids(connection, &organisation_ids)
        .await?
        .into_iter()
        .map(|organisation| (organisation.id, organisation.short_name))
        .collect();
    let in_words = |page: PageWords| Searchable {
        object_type: object_type(ContentKind::OrganisationPage),
        object_id: page.id,
        audience_id: page.audience_id,
        published_at: page.published_at,
        title: page.title,
        names: Vec::new(),
        labels: names
            .get(&page.organisation_id)
            .cloned()
            .into_iter()
            .collect(),
        lead: String::new(),
        body: page.plain_text,
    };
    Ok(pages.into_iter().map(in_words).collect())
}

/// Organisations in words; everybody may know of them.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_searchable_organisations(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<Searchable>, DbErr> {
    let in_words = |row: organisation::Model| Searchable {
        object_type: "Organisation",
        object_id: row.id,
        audience_id: PUBLIC_AUDIENCE_ID,
        published_at: row.created_at,
        title: row.short_name,
        names: vec![row.full_name],
        labels: row.industry.into_iter().collect(),
        lead: row.about,
        body: [row.address, row.hours]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("\n"),
    };
    let rows = list_by_ids(connection, ids).await?;
    Ok(rows.into_iter().map(in_words).collect())
}

/// The pages that are found by their organisation's name, whoever they are for.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_page_ids_of(
    connection: &impl ConnectionTrait,
    organisation_id: Uuid,
    stretch: Stretch,
) -> Result<Vec<Uuid>, DbErr> {
    let column = organisation_page::Column::OrganisationId;
    list_referring::<organisation_page::Entity>(connection, column, organisation_id, stretch).await
}
