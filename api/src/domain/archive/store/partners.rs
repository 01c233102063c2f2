//! Who gives benefits.

use entities::partner;
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{Batch, Table, Told, taken::taken_by_others};
use crate::{
    domain::{archive::format::PartnerLine, content::sort_key},
    infra::{db::upsert_rows, error::Error},
};

/// Partners.
pub struct Partners;

impl Table for Partners {
    type Entity = partner::Entity;
    type Line = PartnerLine;

    fn id() -> partner::Column {
        partner::Column::Id
    }

    async fn find(
        connection: &DatabaseTransaction,
        ids: &[Uuid],
    ) -> Result<Vec<PartnerLine>, Error> {
        let rows = partner::Entity::find()
            .filter(partner::Column::Id.is_in(ids.iter().copied()))
            .order_by_asc(partner::Column::Id)
            .all(connection)
            .await?;
        Ok(rows.into_iter().map(line_of).collect())
    }

    async fn list_taken(
        connection: &DatabaseTransaction,
        lines: &[PartnerLine],
        _replaces: bool,
    ) -> Result<Vec<(Uuid, String)>, DbErr> {
        let columns = (partner::Column::Slug, partner::Column::Id);
        taken_by_others::<partner::Entity, _>(connection, columns, lines, |line| Some(&line.slug))
            .await
    }

    async fn write(
        transaction: &DatabaseTransaction,
        batch: &Batch<PartnerLine>,
    ) -> Result<Told, Error> {
        let rows = batch.lines.iter().map(row_of).collect();
        upsert_rows::<partner::Entity>(transaction, rows, &[]).await?;
        Ok(Told::of_public("Partner", batch, &["benefits"]))
    }
}

fn line_of(row: partner::Model) -> PartnerLine {
    PartnerLine {
        id: row.id,
        organisation_id: row.organisation_id,
        slug: row.slug,
        brand_name: row.brand_name,
        legal_name: row.legal_name,
        description: row.description,
        site: row.site,
        logo_id: row.logo_id,
        is_demo: row.is_demo,
        created_at: row.created_at.into(),
        updated_at: row.updated_at.into(),
    }
}

fn row_of(line: &PartnerLine) -> partner::Model {
    let line = line.clone();
    partner::Model {
        id: line.id,
        organisation_id: line.organisation_id,
        slug: line.slug,
        sort_key: sort_key(&line.brand_name),
        brand_name: line.brand_name,
        legal_name: line.legal_name,
        description: line.description,
        site: line.site,
        logo_id: line.logo_id,
        is_demo: line.is_demo,
        created_at: line.created_at.instant(),
        updated_at: line.updated_at.instant(),
    }
}
