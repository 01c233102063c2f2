//! Organisations: lists, lookups and who stands below whom.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::{
    enums::{Okrug, OrganisationKind},
    organisation, organisation_closure, organisation_okrug,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
    sea_query::{Expr, Order, Query},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::infra::db::{Page, Position, Slice, fetch_row, keyset, row};

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

pub async fn list(
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

pub async fn count(
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

/// The slugs of all organisations and when each changed.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_organisation_addresses(
    connection: &impl ConnectionTrait,
) -> Result<Vec<(String, DateTime<Utc>)>, DbErr> {
    organisation::Entity::find()
        .select_only()
        .column(organisation::Column::Slug)
        .column(organisation::Column::UpdatedAt)
        .order_by_asc(organisation::Column::Slug)
        .into_tuple()
        .all(connection)
        .await
}

/// The slugs of these organisations.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_organisation_slugs(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, String>, DbErr> {
    let rows: Vec<(Uuid, String)> = organisation::Entity::find()
        .select_only()
        .column(organisation::Column::Id)
        .column(organisation::Column::Slug)
        .filter(organisation::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().collect())
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

/// The organisations of these ids, of those that are there.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_by_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<organisation::Model>, DbErr> {
    organisation::Entity::find()
        .filter(organisation::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await
}

pub async fn list_okrugs(
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
