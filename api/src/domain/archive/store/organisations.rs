//! The tree of organisations. It is written whole, in one transaction: each needs the one above it.

use std::collections::{BTreeMap, HashMap, HashSet};

use entities::{enums::Okrug, organisation, organisation_closure, organisation_okrug};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::{Batch, IDS_A_STATEMENT, Table, Told, taken::taken_by_others};
use crate::{
    domain::{
        archive::{
            format::OrganisationLine,
            tree::{Parents, above},
        },
        content::sort_key,
    },
    infra::{
        db::{insert_rows, upsert_rows},
        error::Error,
    },
};

/// The cache tags of everything that shows an organisation.
const EVERYTHING: [&str; 5] = ["benefits", "courses", "guides", "news", "organisations"];

/// Organisations.
pub struct Organisations;

impl Table for Organisations {
    type Entity = organisation::Entity;
    type Line = OrganisationLine;

    fn id() -> organisation::Column {
        organisation::Column::Id
    }

    async fn find(
        connection: &DatabaseTransaction,
        ids: &[Uuid],
    ) -> Result<Vec<OrganisationLine>, Error> {
        let mut lines = Vec::new();
        // All of them may be asked for at once.
        for ids in ids.chunks(IDS_A_STATEMENT) {
            let rows = organisation::Entity::find()
                .filter(organisation::Column::Id.is_in(ids.iter().copied()))
                .order_by_asc(organisation::Column::Id)
                .all(connection)
                .await?;
            let mut okrugs = list_okrugs(connection, ids).await?;
            for row in rows {
                let okrugs = okrugs.remove(&row.id).unwrap_or_default();
                lines.push(line_of(row, okrugs)?);
            }
        }
        Ok(lines)
    }

    async fn list_taken(
        connection: &DatabaseTransaction,
        lines: &[OrganisationLine],
        _replaces: bool,
    ) -> Result<Vec<(Uuid, String)>, DbErr> {
        use organisation::{Column, Entity};
        let slugs = (Column::Slug, Column::Id);
        let hosts = (Column::Host, Column::Id);
        let mut taken =
            taken_by_others::<Entity, _>(connection, slugs, lines, |line| Some(&line.slug)).await?;
        taken.extend(
            taken_by_others::<Entity, _>(connection, hosts, lines, |line| line.host.as_ref())
                .await?,
        );
        Ok(taken)
    }

    async fn write(
        transaction: &DatabaseTransaction,
        batch: &Batch<OrganisationLine>,
    ) -> Result<Told, Error> {
        let mut rows = Vec::new();
        let mut okrugs = Vec::new();
        for line in from_the_top(&batch.lines)? {
            okrugs.extend(line.okrugs.iter().map(|okrug| organisation_okrug::Model {
                organisation_id: line.id,
                okrug: *okrug,
            }));
            rows.push(row_of(line)?);
        }
        upsert_rows::<organisation::Entity>(transaction, rows, &[]).await?;
        for ids in batch.replaced().chunks(IDS_A_STATEMENT) {
            organisation_okrug::Entity::delete_many()
                .filter(organisation_okrug::Column::OrganisationId.is_in(ids.iter().copied()))
                .exec(transaction)
                .await?;
        }
        insert_rows::<organisation_okrug::Entity>(transaction, okrugs).await?;
        place(transaction, batch).await?;
        let mut told = Told::of_public("Organisation", batch, &EVERYTHING);
        for id in batch.before.keys() {
            told.tags.push(format!("organisation:{id}"));
        }
        Ok(told)
    }
}

/// The lines in an order in which each comes after the one that it stands below.
fn from_the_top(lines: &[OrganisationLine]) -> Result<Vec<&OrganisationLine>, Error> {
    let parents: Parents = lines.iter().map(|line| (line.id, line.parent_id)).collect();
    let mut ranked: BTreeMap<usize, Vec<&OrganisationLine>> = BTreeMap::new();
    for line in lines {
        let rank = lineage(&parents, line.id)?.len();
        ranked.entry(rank).or_default().push(line);
    }
    Ok(ranked.into_values().flatten().collect())
}

fn lineage(parents: &Parents, id: Uuid) -> Result<Vec<Uuid>, Error> {
    above(parents, id).ok_or_else(|| Error::internal("an organisation stands below itself", id))
}

/// Writes the places in the tree of what is new and of what has moved, with all that stands below.
async fn place(
    transaction: &DatabaseTransaction,
    batch: &Batch<OrganisationLine>,
) -> Result<(), Error> {
    let is_placed_anew = |line: &&OrganisationLine| {
        let before = batch.before.get(&line.id);
        before.is_none_or(|before| before.parent_id != line.parent_id)
    };
    let placed: HashSet<Uuid> = batch
        .lines
        .iter()
        .filter(is_placed_anew)
        .map(|line| line.id)
        .collect();
    if placed.is_empty() {
        return Ok(());
    }
    let parents = list_parents(transaction).await?;
    let mut pairs = Vec::new();
    let mut moved = Vec::new();
    for id in parents.keys().copied() {
        let above = lineage(&parents, id)?;
        if !placed.contains(&id) && !above.iter().any(|id| placed.contains(id)) {
            continue;
        }
        moved.push(id);
        for (depth, ancestor_id) in (0..).zip([id].into_iter().chain(above)) {
            pairs.push(organisation_closure::Model {
                ancestor_id,
                descendant_id: id,
                depth,
            });
        }
    }
    for ids in moved.chunks(IDS_A_STATEMENT) {
        organisation_closure::Entity::delete_many()
            .filter(organisation_closure::Column::DescendantId.is_in(ids.iter().copied()))
            .exec(transaction)
            .await?;
    }
    insert_rows::<organisation_closure::Entity>(transaction, pairs).await?;
    Ok(())
}

async fn list_parents(connection: &DatabaseTransaction) -> Result<Parents, DbErr> {
    let rows: Vec<(Uuid, Option<Uuid>)> = organisation::Entity::find()
        .select_only()
        .column(organisation::Column::Id)
        .column(organisation::Column::ParentId)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().collect())
}

async fn list_okrugs(
    connection: &DatabaseTransaction,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Okrug>>, DbErr> {
    let mut rows = organisation_okrug::Entity::find()
        .filter(organisation_okrug::Column::OrganisationId.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    rows.sort_by_key(|row| row.okrug);
    let mut okrugs: HashMap<Uuid, Vec<Okrug>> = HashMap::new();
    for row in rows {
        okrugs
            .entry(row.organisation_id)
            .or_default()
            .push(row.okrug);
    }
    Ok(okrugs)
}

fn line_of(row: organisation::Model, okrugs: Vec<Okrug>) -> Result<OrganisationLine, Error> {
    Ok(OrganisationLine {
        id: row.id,
        parent_id: row.parent_id,
        slug: row.slug,
        kind: row.kind,
        short_name: row.short_name,
        full_name: row.full_name,
        about: row.about,
        industry: row.industry,
        website: row.website,
        address: row.address,
        phone: row.phone,
        email: row.email,
        hours: row.hours,
        join_url: row.join_url,
        host: row.host,
        primary_color: row.primary_color,
        logo_id: row.logo_id,
        socials: serde_json::from_value(row.socials)?,
        okrugs,
        requires_review: row.requires_review,
        is_demo: row.is_demo,
        created_at: row.created_at.into(),
        updated_at: row.updated_at.into(),
    })
}

fn row_of(line: &OrganisationLine) -> Result<organisation::Model, Error> {
    let line = line.clone();
    Ok(organisation::Model {
        id: line.id,
        parent_id: line.parent_id,
        slug: line.slug,
        kind: line.kind,
        sort_key: sort_key(&line.short_name),
        short_name: line.short_name,
        full_name: line.full_name,
        about: line.about,
        industry: line.industry,
        website: line.website,
        address: line.address,
        phone: line.phone,
        email: line.email,
        hours: line.hours,
        join_url: line.join_url,
        host: line.host,
        primary_color: line.primary_color,
        logo_id: line.logo_id,
        socials: serde_json::to_value(line.socials)?,
        requires_review: line.requires_review,
        is_demo: line.is_demo,
        created_at: line.created_at.instant(),
        updated_at: line.updated_at.instant(),
    })
}
