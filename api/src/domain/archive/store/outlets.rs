//! Where benefits are given.

use std::collections::HashMap;

use entities::outlet;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::{Batch, Table, Told, taken::taken_by_others};
use crate::{
    domain::{archive::format::OutletLine, content::sort_key},
    infra::{db::upsert_rows, error::Error},
};

/// Outlets.
pub struct Outlets;

impl Table for Outlets {
    type Entity = outlet::Entity;
    type Line = OutletLine;

    fn id() -> outlet::Column {
        outlet::Column::Id
    }

    async fn find(
        connection: &DatabaseTransaction,
        ids: &[Uuid],
    ) -> Result<Vec<OutletLine>, Error> {
        let rows = outlet::Entity::find()
            .filter(outlet::Column::Id.is_in(ids.iter().copied()))
            .order_by_asc(outlet::Column::Id)
            .all(connection)
            .await?;
        Ok(rows.into_iter().map(line_of).collect())
    }

    async fn list_taken(
        connection: &DatabaseTransaction,
        lines: &[OutletLine],
        _replaces: bool,
    ) -> Result<Vec<(Uuid, String)>, DbErr> {
        let columns = (outlet::Column::Slug, outlet::Column::Id);
        let mut taken = taken_by_others::<outlet::Entity, _>(connection, columns, lines, |line| {
            Some(&line.slug)
        })
        .await?;
        taken.extend(list_known_by_partners(connection, lines).await?);
        Ok(taken)
    }

    async fn write(
        transaction: &DatabaseTransaction,
        batch: &Batch<OutletLine>,
    ) -> Result<Told, Error> {
        let rows = batch.lines.iter().map(row_of).collect();
        upsert_rows::<outlet::Entity>(transaction, rows, &[]).await?;
        Ok(Told::of_public("Outlet", batch, &["benefits"]))
    }
}

/// Lines by whose external id their partner knows another outlet.
async fn list_known_by_partners(
    connection: &DatabaseTransaction,
    lines: &[OutletLine],
) -> Result<Vec<(Uuid, String)>, DbErr> {
    let named: Vec<String> = lines
        .iter()
        .filter_map(|line| line.external_id.clone())
        .collect();
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(Uuid, Option<String>, Uuid)> = outlet::Entity::find()
        .select_only()
        .column(outlet::Column::PartnerId)
        .column(outlet::Column::ExternalId)
        .column(outlet::Column::Id)
        .filter(outlet::Column::ExternalId.is_in(named))
        .into_tuple()
        .all(connection)
        .await?;
    let known: HashMap<(Uuid, Option<String>), Uuid> = rows
        .into_iter()
        .map(|(partner_id, external_id, id)| ((partner_id, external_id), id))
        .collect();
    let fault = |line: &OutletLine| {
        let external_id = line.external_id.as_ref()?;
        let key = (line.partner_id, Some(external_id.clone()));
        let holder = known.get(&key).filter(|holder| **holder != line.id)?;
        let what = format!("its external_id {external_id:?} is taken by {holder}");
        Some((line.id, what))
    };
    Ok(lines.iter().filter_map(fault).collect())
}

fn line_of(row: outlet::Model) -> OutletLine {
    OutletLine {
        id: row.id,
        partner_id: row.partner_id,
        external_id: row.external_id,
        slug: row.slug,
        name: row.name,
        address: row.address,
        okrug: row.okrug,
        latitude: row.latitude,
        longitude: row.longitude,
        hours: row.hours,
        phone: row.phone,
        is_demo: row.is_demo,
        created_at: row.created_at.into(),
        updated_at: row.updated_at.into(),
    }
}

fn row_of(line: &OutletLine) -> outlet::Model {
    let line = line.clone();
    outlet::Model {
        id: line.id,
        partner_id: line.partner_id,
        external_id: line.external_id,
        slug: line.slug,
        sort_key: sort_key(&line.name),
        name: line.name,
        address: line.address,
        okrug: line.okrug,
        latitude: line.latitude,
        longitude: line.longitude,
        hours: line.hours,
        phone: line.phone,
        is_demo: line.is_demo,
        created_at: line.created_at.instant(),
        updated_at: line.updated_at.instant(),
    }
}
