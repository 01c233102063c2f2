//! All SQL of organisations and their pages.

use chrono::{DateTime, Utc};
use entities::{
    enums::{Okrug, OrganisationKind},
    organisation, organisation_closure, organisation_okrug, organisation_page,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    Select,
    sea_query::{Expr, Order, Query},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::rules::SocialLink;
use crate::{
    domain::content::{Published, RenderedText, sort_key},
    infra::{
        auth::Audience,
        db::{Page, Position, Slice, fetch_row, fetch_rows, keyset, row},
        error::Error,
    },
};

row! {
    /// What most readers want of an organisation: small enough to be joined to every list.
    #[derive(PartialEq, Eq)]
    pub struct OrganisationCard of organisation {
        pub id: Uuid,
        pub slug: String,
        pub kind: OrganisationKind,
        pub short_name: String,
        pub full_name: String,
    }
}

impl From<&organisation::Model> for OrganisationCard {
    fn from(row: &organisation::Model) -> Self {
        Self {
            id: row.id,
            slug: row.slug.clone(),
            kind: row.kind,
            short_name: row.short_name.clone(),
            full_name: row.full_name.clone(),
        }
    }
}

/// Which organisations a list shows; an empty field does not narrow it.
#[derive(Clone, Debug, Default)]
pub struct OrganisationCriteria {
    pub kinds: Option<Vec<OrganisationKind>>,
    pub okrugs: Option<Vec<Okrug>>,
    pub parent_id: Option<Uuid>,
}

/// Where an organisation stands in lists: by name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OrganisationPosition {
    pub sort_key: String,
    pub id: Uuid,
}

impl Position for OrganisationPosition {
    const LIST: &'static str = "organisations";
}

pub(super) async fn list(
    connection: &impl ConnectionTrait,
    criteria: &OrganisationCriteria,
    page: &Page<OrganisationPosition>,
) -> Result<Slice<organisation::Model>, DbErr> {
    let select = keyset(
        matching(criteria),
        (organisation::Column::SortKey, organisation::Column::Id),
        Order::Asc,
        page,
        |position| (position.sort_key.clone().into(), position.id.into()),
    );
    Ok(page.slice(select.all(connection).await?))
}

pub(super) async fn count(
    connection: &impl ConnectionTrait,
    criteria: &OrganisationCriteria,
) -> Result<u64, DbErr> {
    matching(criteria).count(connection).await
}

fn matching(criteria: &OrganisationCriteria) -> Select<organisation::Entity> {
    let mut select = organisation::Entity::find();
    if let Some(kinds) = &criteria.kinds {
        select = select.filter(organisation::Column::Kind.is_in(kinds.iter().copied()));
    }
    if let Some(parent_id) = criteria.parent_id {
        select = select.filter(organisation::Column::ParentId.eq(parent_id));
    }
    if let Some(okrugs) = &criteria.okrugs {
        let there = Query::select()
            .column(organisation_okrug::Column::OrganisationId)
            .from(organisation_okrug::Entity)
            .and_where(organisation_okrug::Column::Okrug.is_in(okrugs.iter().copied()))
            .to_owned();
        select = select.filter(organisation::Column::Id.in_subquery(there));
    }
    select
}

/// The organisation of a slug, whole.
///
/// # Errors
/// Whatever the driver reports.
pub async fn find_by_slug(
    connection: &impl ConnectionTrait,
    slug: &str,
) -> Result<Option<organisation::Model>, DbErr> {
    organisation::Entity::find()
        .filter(organisation::Column::Slug.eq(slug))
        .one(connection)
        .await
}

pub(super) async fn list_by_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<organisation::Model>, DbErr> {
    organisation::Entity::find()
        .filter(organisation::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await
}

pub(super) async fn list_okrugs(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<organisation_okrug::Model>, DbErr> {
    organisation_okrug::Entity::find()
        .filter(organisation_okrug::Column::OrganisationId.is_in(ids.iter().copied()))
        .order_by_asc(organisation_okrug::Column::Okrug)
        .all(connection)
        .await
}

/// The organisation of a slug, as lists show it.
///
/// # Errors
/// Whatever the driver reports.
pub async fn find_card(
    connection: &impl ConnectionTrait,
    slug: &str,
) -> Result<Option<OrganisationCard>, DbErr> {
    fetch_row(
        connection,
        organisation::Entity::find().filter(organisation::Column::Slug.eq(slug)),
    )
    .await
}

/// The organisation that the portal shows on a host.
///
/// # Errors
/// Whatever the driver reports.
pub async fn find_by_host(
    connection: &impl ConnectionTrait,
    host: &str,
) -> Result<Option<OrganisationCard>, DbErr> {
    fetch_row(
        connection,
        organisation::Entity::find().filter(organisation::Column::Host.eq(host)),
    )
    .await
}

/// The condition that a row's organisation is this one or, if told, one below it.
pub fn is_within(
    column: impl ColumnTrait,
    organisation_id: Uuid,
    include_descendants: bool,
) -> Expr {
    if !include_descendants {
        return column.eq(organisation_id);
    }
    let below = Query::select()
        .column(organisation_closure::Column::DescendantId)
        .from(organisation_closure::Entity)
        .and_where(organisation_closure::Column::AncestorId.eq(organisation_id))
        .to_owned();
    column.in_subquery(below)
}

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

pub(super) async fn list_pages(
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

pub(super) async fn count_pages(
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

pub(super) async fn list_pages_by_ids(
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

pub(super) async fn list_page_texts(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<PageText>, DbErr> {
    fetch_rows(
        connection,
        organisation_page::Entity::find()
            .filter(organisation_page::Column::Id.is_in(ids.iter().copied())),
    )
    .await
}

/// An organisation to be created.
#[derive(Clone, Debug)]
pub struct NewOrganisation {
    pub id: Uuid,
    pub parent_id: Option<Uuid>,
    pub slug: String,
    pub kind: OrganisationKind,
    pub short_name: String,
    pub full_name: String,
    pub about: String,
    pub industry: Option<String>,
    pub website: Option<String>,
    pub address: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub hours: Option<String>,
    pub join_url: Option<String>,
    pub host: Option<String>,
    pub primary_color: Option<String>,
    pub socials: Vec<SocialLink>,
    pub okrugs: Vec<Okrug>,
    pub is_demo: bool,
}

/// Writes an organisation, its okrugs and its place in the tree.
///
/// # Errors
/// Whatever the driver reports, a taken slug or host included.
pub async fn insert_organisation(
    transaction: &impl ConnectionTrait,
    new: NewOrganisation,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (id, parent_id, okrugs) = (new.id, new.parent_id, new.okrugs);
    organisation::Entity::insert(organisation::ActiveModel {
        id: Set(id),
        parent_id: Set(parent_id),
        slug: Set(new.slug),
        kind: Set(new.kind),
        sort_key: Set(sort_key(&new.short_name)),
        short_name: Set(new.short_name),
        full_name: Set(new.full_name),
        about: Set(new.about),
        industry: Set(new.industry),
        website: Set(new.website),
        address: Set(new.address),
        phone: Set(new.phone),
        email: Set(new.email),
        hours: Set(new.hours),
        join_url: Set(new.join_url),
        host: Set(new.host),
        primary_color: Set(new.primary_color),
        logo_id: Set(None),
        socials: Set(serde_json::to_value(new.socials)?),
        is_demo: Set(new.is_demo),
        created_at: Set(now),
        updated_at: Set(now),
    })
    .exec_without_returning(transaction)
    .await?;
    if !okrugs.is_empty() {
        let rows = okrugs
            .into_iter()
            .map(|okrug| organisation_okrug::ActiveModel {
                organisation_id: Set(id),
                okrug: Set(okrug),
            });
        organisation_okrug::Entity::insert_many(rows)
            .exec_without_returning(transaction)
            .await?;
    }
    insert_into_tree(transaction, id, parent_id).await?;
    Ok(())
}

async fn insert_into_tree(
    transaction: &impl ConnectionTrait,
    id: Uuid,
    parent_id: Option<Uuid>,
) -> Result<(), DbErr> {
    let ancestors = match parent_id {
        Some(parent_id) => {
            organisation_closure::Entity::find()
                .filter(organisation_closure::Column::DescendantId.eq(parent_id))
                .all(transaction)
                .await?
        }
        None => Vec::new(),
    };
    let itself = (id, 0);
    let above = ancestors
        .into_iter()
        .map(|row| (row.ancestor_id, row.depth + 1));
    let rows =
        above
            .chain([itself])
            .map(|(ancestor_id, depth)| organisation_closure::ActiveModel {
                ancestor_id: Set(ancestor_id),
                descendant_id: Set(id),
                depth: Set(depth),
            });
    organisation_closure::Entity::insert_many(rows)
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

/// The reading row of a page to be published.
#[derive(Clone, Debug)]
pub struct NewPage {
    pub title: String,
    pub position: i32,
    pub text: RenderedText,
}

/// Writes the reading row of a published page.
///
/// # Errors
/// Whatever the driver reports.
pub async fn insert_page(
    transaction: &impl ConnectionTrait,
    published: &Published,
    page: NewPage,
) -> Result<(), Error> {
    let address = &published.address;
    organisation_page::Entity::insert(organisation_page::ActiveModel {
        id: Set(address.id),
        slug: Set(address.slug.clone()),
        organisation_id: Set(address.organisation_id),
        audience_id: Set(address.audience_id),
        revision: Set(published.revision),
        title: Set(page.title),
        body: Set(page.text.stored_blocks()?),
        body_html: Set(page.text.html),
        plain_text: Set(page.text.plain),
        position: Set(page.position),
        is_demo: Set(address.is_demo),
        published_at: Set(address.published_at),
        updated_at: Set(address.published_at),
    })
    .exec_without_returning(transaction)
    .await?;
    Ok(())
}
