//! Addresses of the old portal.

use std::collections::HashMap;

use entities::redirect;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::{Batch, Table, Told};
use crate::{
    domain::archive::format::RedirectLine,
    infra::{db::upsert_rows, error::Error},
};

/// Redirects.
pub struct Redirects;

impl Table for Redirects {
    type Entity = redirect::Entity;
    type Line = RedirectLine;

    fn id() -> redirect::Column {
        redirect::Column::Id
    }

    async fn find(
        connection: &DatabaseTransaction,
        ids: &[Uuid],
    ) -> Result<Vec<RedirectLine>, Error> {
        let rows = redirect::Entity::find()
            .filter(redirect::Column::Id.is_in(ids.iter().copied()))
            .order_by_asc(redirect::Column::Id)
            .all(connection)
            .await?;
        let line = |row: redirect::Model| RedirectLine {
            id: row.id,
            host: row.host,
            path: row.path,
            target: row.target,
            is_permanent: row.is_permanent,
            created_at: row.created_at.into(),
        };
        Ok(rows.into_iter().map(line).collect())
    }

    async fn list_taken(
        connection: &DatabaseTransaction,
        lines: &[RedirectLine],
        _replaces: bool,
    ) -> Result<Vec<(Uuid, String)>, DbErr> {
        let rows: Vec<(String, String, Uuid)> = redirect::Entity::find()
            .select_only()
            .column(redirect::Column::Host)
            .column(redirect::Column::Path)
            .column(redirect::Column::Id)
            .filter(redirect::Column::Path.is_in(lines.iter().map(|line| line.path.clone())))
            .into_tuple()
            .all(connection)
            .await?;
        let holders: HashMap<(String, String), Uuid> = rows
            .into_iter()
            .map(|(host, path, id)| ((host, path), id))
            .collect();
        let fault = |line: &RedirectLine| {
            let key = (line.host.clone(), line.path.clone());
            let holder = holders.get(&key).filter(|holder| **holder != line.id)?;
            let what = format!("its address {}{} is taken by {holder}", key.0, key.1);
            Some((line.id, what))
        };
        Ok(lines.iter().filter_map(fault).collect())
    }

    async fn write(
        transaction: &DatabaseTransaction,
        batch: &Batch<RedirectLine>,
    ) -> Result<Told, Error> {
        let row = |line: &RedirectLine| redirect::Model {
            id: line.id,
            host: line.host.clone(),
            path: line.path.clone(),
            target: line.target.clone(),
            is_permanent: line.is_permanent,
            created_at: line.created_at.instant(),
        };
        let rows = batch.lines.iter().map(row).collect();
        upsert_rows::<redirect::Entity>(transaction, rows, &[]).await?;
        Ok(Told {
            changes: Vec::new(),
            tags: vec!["redirects".into()],
        })
    }
}
