//! The places where benefits are given.

use std::collections::HashMap;

use entities::{benefit, benefit_outlet, enums::Okrug, outlet};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    QuerySelect, QueryTrait, Select,
    sea_query::{Expr, Order, Query, SelectStatement},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::catalogue::visible;
use crate::{
    domain::benefits::near::Circle,
    infra::{
        auth::Audience,
        db::{
            Page, Position, Row, RowReader, Slice, delete_row, fetch, fetch_rows, keyset,
            overwrite_row, row,
        },
    },
};

row! {
    /// An outlet as readers see it.
    #[derive(PartialEq)]
    pub struct OutletRow of outlet {
        pub id: Uuid,
        pub partner_id: Uuid,
        pub name: String,
        pub sort_key: String,
        pub address: String,
        pub okrug: Option<Okrug>,
        pub latitude: f64,
        pub longitude: f64,
        pub hours: Option<String>,
        pub phone: Option<String>,
        pub is_demo: bool,
    }
}

/// A rectangle on the map, in degrees.
#[derive(Clone, Copy, Debug)]
pub struct MapBox {
    pub south: f64,
    pub west: f64,
    pub north: f64,
    pub east: f64,
}

/// Which outlets a list shows; an empty field does not narrow it.
#[derive(Clone, Debug, Default)]
pub struct OutletCriteria {
    pub partner_id: Option<Uuid>,
    /// Only outlets of this benefit, and only for those who may see the benefit.
    pub benefit_id: Option<Uuid>,
    pub okrugs: Option<Vec<Okrug>>,
    pub map_box: Option<MapBox>,
}

/// Where an outlet stands in lists: by name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OutletPosition {
    pub sort_key: String,
    pub id: Uuid,
}

impl Position for OutletPosition {
    const LIST: &'static str = "outlets";
}

pub async fn list_outlets(
    connection: &impl ConnectionTrait,
    criteria: &OutletCriteria,
    audience: &Audience,
    page: &Page<OutletPosition>,
) -> Result<Slice<OutletRow>, DbErr> {
    let select = keyset(
        matching_outlets(criteria, audience),
        (outlet::Column::SortKey, outlet::Column::Id),
        Order::Asc,
        page,
        |position| (position.sort_key.clone().into(), position.id.into()),
    );
    let rows = fetch_rows(connection, select).await?;
    Ok(page.slice(rows))
}

pub async fn count_outlets(
    connection: &impl ConnectionTrait,
    criteria: &OutletCriteria,
    audience: &Audience,
) -> Result<u64, DbErr> {
    matching_outlets(criteria, audience).count(connection).await
}

fn matching_outlets(criteria: &OutletCriteria, audience: &Audience) -> Select<outlet::Entity> {
    use outlet::Column;
    let mut select = outlet::Entity::find();
    if let Some(partner_id) = criteria.partner_id {
        select = select.filter(Column::PartnerId.eq(partner_id));
    }
    if let Some(benefit_id) = criteria.benefit_id {
        let visible_benefit = visible(audience)
            .select_only()
            .column(benefit::Column::Id)
            .filter(benefit::Column::Id.eq(benefit_id))
            .into_query();
        let giving = Query::select()
            .column(benefit_outlet::Column::OutletId)
            .from(benefit_outlet::Entity)
            .and_where(benefit_outlet::Column::BenefitId.in_subquery(visible_benefit))
            .to_owned();
        select = select.filter(Column::Id.in_subquery(giving));
    }
    if let Some(okrugs) = &criteria.okrugs {
        select = select.filter(Column::Okrug.is_in(okrugs.iter().copied()));
    }
    if let Some(map_box) = &criteria.map_box {
        select = select
            .filter(Column::Latitude.between(map_box.south, map_box.north))
            .filter(Column::Longitude.between(map_box.west, map_box.east));
    }
    select
}

/// The outlets of these ids, of those that are there.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_outlets_by_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<OutletRow>, DbErr> {
    fetch_rows(
        connection,
        outlet::Entity::find().filter(outlet::Column::Id.is_in(ids.iter().copied())),
    )
    .await
}

/// Whose these outlets are; those that are not there are left out.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_partners_of_outlets(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Uuid>, DbErr> {
    let partners: Vec<(Uuid, Uuid)> = outlet::Entity::find()
        .select_only()
        .column(outlet::Column::Id)
        .column(outlet::Column::PartnerId)
        .filter(outlet::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(partners.into_iter().collect())
}

/// The outlets of those benefits inside a circle, each with the benefit that is given there.
pub async fn list_outlets_near(
    connection: &impl ConnectionTrait,
    benefit_ids: &[Uuid],
    circle: &Circle,
) -> Result<Vec<(Uuid, OutletRow)>, DbErr> {
    let mut select = outlet::Entity::find();
    QuerySelect::query(&mut select)
        .inner_join(
            benefit_outlet::Entity,
            Expr::col((outlet::Entity, outlet::Column::Id))
                .equals((benefit_outlet::Entity, benefit_outlet::Column::OutletId)),
        )
        .and_where(benefit_outlet::Column::BenefitId.is_in(benefit_ids.iter().copied()))
        .and_where(circle.contains());
    let columns = |query: &mut SelectStatement| {
        query.column((benefit_outlet::Entity, benefit_outlet::Column::BenefitId));
        OutletRow::select(query);
    };
    let read = |reader: &mut RowReader<'_>| Ok((reader.value()?, OutletRow::read(reader)?));
    fetch(connection, select, columns, read).await
}

impl From<&outlet::Model> for OutletRow {
    fn from(row: &outlet::Model) -> Self {
        Self {
            id: row.id,
            partner_id: row.partner_id,
            name: row.name.clone(),
            sort_key: row.sort_key.clone(),
            address: row.address.clone(),
            okrug: row.okrug,
            latitude: row.latitude,
            longitude: row.longitude,
            hours: row.hours.clone(),
            phone: row.phone.clone(),
            is_demo: row.is_demo,
        }
    }
}

/// Writes an outlet whose row is held.
///
/// # Errors
/// Whatever the driver reports.
pub async fn update_outlet(
    transaction: &impl ConnectionTrait,
    row: outlet::Model,
) -> Result<(), DbErr> {
    overwrite_row(transaction, row).await
}

/// The outlets of a partner, whole.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_outlets_of_partner(
    connection: &impl ConnectionTrait,
    partner_id: Uuid,
) -> Result<Vec<outlet::Model>, DbErr> {
    outlet::Entity::find()
        .filter(outlet::Column::PartnerId.eq(partner_id))
        .all(connection)
        .await
}

/// How many benefits are given at an outlet.
///
/// # Errors
/// Whatever the driver reports.
pub async fn count_given_at_outlet(
    connection: &impl ConnectionTrait,
    outlet_id: Uuid,
) -> Result<u64, DbErr> {
    benefit_outlet::Entity::find()
        .filter(benefit_outlet::Column::OutletId.eq(outlet_id))
        .count(connection)
        .await
}

/// Takes an outlet away where nothing is given.
///
/// # Errors
/// Whatever the driver reports.
pub async fn delete_outlet(transaction: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    delete_row::<outlet::Entity>(transaction, id).await
}
