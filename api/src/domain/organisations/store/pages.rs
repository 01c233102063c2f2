//! The pages of organisations.

use chrono::{DateTime, Utc};
use entities::organisation_page;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, Select,
    sea_query::Order,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::infra::{
    auth::Audience,
    db::{Page, Position, Slice, fetch_row, fetch_rows, keyset, row},
};

/// Where a page stands among its organisation's pages.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PagePosition {
    pub position: i32,
    pub id: Uuid,
}

impl Position for PagePosition {
    const LIST: &'static str = "organisationPages";
}

row! {
    /// A page without its text.
    pub struct PageSummary of organisation_page {
        pub id: Uuid,
        pub slug: String,
        pub organisation_id: Uuid,
        pub title: String,
        pub position: i32,
        pub revision: i32,
        pub is_demo: bool,
        pub published_at: DateTime<Utc>,
        pub updated_at: DateTime<Utc>,
    }
}

row! {
    /// The text of a page.
    pub struct PageText of organisation_page {
        pub id: Uuid,
        pub body: serde_json::Value,
        pub body_html: String,
        pub plain_text: String,
    }
}

pub async fn list_pages(
    connection: &impl ConnectionTrait,
    organisation_id: Uuid,
    audience: &Audience,
    page: &Page<PagePosition>,
) -> Result<Slice<PageSummary>, DbErr> {
    let select = keyset(
        pages_of(organisation_id, audience),
        (
            organisation_page::Column::Position,
            organisation_page::Column::Id,
        ),
        Order::Asc,
        page,
        |position| (position.position.into(), position.id.into()),
    );
    let rows = fetch_rows(connection, select).await?;
    Ok(page.slice(rows))
}

pub async fn count_pages(
    connection: &impl ConnectionTrait,
    organisation_id: Uuid,
    audience: &Audience,
) -> Result<u64, DbErr> {
    pages_of(organisation_id, audience).count(connection).await
}

fn pages_of(organisation_id: Uuid, audience: &Audience) -> Select<organisation_page::Entity> {
    organisation_page::Entity::find()
        .filter(audience.admits(organisation_page::Column::AudienceId))
        .filter(organisation_page::Column::OrganisationId.eq(organisation_id))
}

/// The page of a slug, for those who may see it.
///
/// # Errors
/// Whatever the driver reports.
pub async fn find_page(
    connection: &impl ConnectionTrait,
    slug: &str,
    audience: &Audience,
) -> Result<Option<PageSummary>, DbErr> {
    fetch_row(
        connection,
        organisation_page::Entity::find()
            .filter(organisation_page::Column::Slug.eq(slug))
            .filter(audience.admits(organisation_page::Column::AudienceId)),
    )
    .await
}

pub async fn list_pages_by_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
    audience: &Audience,
) -> Result<Vec<PageSummary>, DbErr> {
    fetch_rows(
        connection,
        organisation_page::Entity::find()
            .filter(organisation_page::Column::Id.is_in(ids.iter().copied()))
            .filter(audience.admits(organisation_page::Column::AudienceId)),
    )
    .await
}

pub async fn list_page_texts(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
    audience: &Audience,
) -> Result<Vec<PageText>, DbErr> {
    fetch_rows(
        connection,
        organisation_page::Entity::find()
            .filter(organisation_page::Column::Id.is_in(ids.iter().copied()))
            .filter(audience.admits(organisation_page::Column::AudienceId)),
    )
    .await
}
