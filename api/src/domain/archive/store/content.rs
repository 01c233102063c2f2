//! Content of every kind: its own row, and by what steps it comes to readers.

use std::{
    collections::{HashMap, HashSet},
    marker::PhantomData,
};

use entities::{content, enums::ContentState};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use uuid::Uuid;

use super::{
    Batch, Table, Told,
    around::{Surroundings, clear, write_surroundings},
    audiences::Audiences,
    names::{list_of_other_kinds, list_retired_of_others, list_slugs_of_others},
};
use crate::{
    domain::{
        archive::format::{ContentLine, Moment, Shown},
        content::{Address, object_type},
        editing::plan_arrived,
    },
    infra::{
        auth::PUBLIC_AUDIENCE_ID,
        db::{Change, insert_rows, upsert_rows},
        error::Error,
    },
};

/// The version of content of which an import has so far written that it is there. What follows would
/// otherwise have nothing to refer to.
const BEGUN: i64 = 0;

/// The reading tables of a kind.
pub trait ShownTable {
    type Shown: Shown;

    /// The cache tag of everything that shows it.
    const TAG: &'static str;

    /// What readers see of these, by id.
    async fn find(
        connection: &DatabaseTransaction,
        ids: &[Uuid],
    ) -> Result<HashMap<Uuid, Self::Shown>, Error>;

    /// Shows what is not shown.
    async fn show(
        transaction: &DatabaseTransaction,
        shown: Vec<(Address, Self::Shown)>,
    ) -> Result<(), Error>;

    /// Takes these away from readers.
    async fn hide(transaction: &DatabaseTransaction, ids: &[Uuid]) -> Result<(), DbErr>;
}

/// Content of a kind.
pub struct Contents<K>(PhantomData<K>);

impl<K: ShownTable> Table for Contents<K> {
    type Entity = content::Entity;
    type Line = ContentLine<K::Shown>;

    fn id() -> content::Column {
        content::Column::Id
    }

    fn rows() -> Select<content::Entity> {
        content::Entity::find().filter(content::Column::Kind.eq(K::Shown::KIND))
    }

    async fn find(
        connection: &DatabaseTransaction,
        ids: &[Uuid],
    ) -> Result<Vec<Self::Line>, Error> {
        let rows = Self::rows()
            .filter(content::Column::Id.is_in(ids.iter().copied()))
            .filter(content::Column::Version.gt(BEGUN))
            .order_by_asc(content::Column::Id)
            .all(connection)
            .await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let mut around = Surroundings::of(connection, &rows, &ids).await?;
        let mut shown = K::find(connection, &ids).await?;
        rows.into_iter()
            .map(|row| {
                let shown = shown.remove(&row.id);
                around.line(row, shown)
            })
            .collect()
    }

    async fn list_taken(
        connection: &DatabaseTransaction,
        lines: &[Self::Line],
        _replaces: bool,
    ) -> Result<Vec<(Uuid, String)>, DbErr> {
        let mut taken = list_of_other_kinds(connection, lines).await?;
        taken.extend(list_slugs_of_others(connection, lines).await?);
        taken.extend(list_retired_of_others(connection, lines).await?);
        Ok(taken)
    }

    async fn write(
        transaction: &DatabaseTransaction,
        batch: &Batch<Self::Line>,
    ) -> Result<Told, Error> {
        let replaced = batch.replaced();
        if !replaced.is_empty() {
            K::hide(transaction, &replaced).await?;
            clear(transaction, &replaced).await?;
        }
        let definitions = batch.lines.iter().chain(batch.before.values());
        let definitions = definitions.map(|line| &line.audience);
        let audiences = Audiences::intern(transaction, definitions).await?;
        let mut told = Told::default();
        let mut rows = Vec::new();
        let mut shown = Vec::new();
        for line in &batch.lines {
            let audience_id = audiences.id_of(&line.audience)?;
            let before = batch.before.get(&line.id);
            told.changes.extend(change_of(line, before, &audiences)?);
            told.tags.push(K::TAG.into());
            for one in [Some(line), before].into_iter().flatten() {
                told.tags
                    .push(format!("organisation:{}", one.organisation_id));
            }
            rows.push(row_of(line, audience_id));
            if let Some(one) = &line.shown {
                shown.push((address_of(line, one, audience_id), one.clone()));
            }
        }
        // How a creation would be told from its repetition is no content, and stays.
        let kept = [content::Column::CreationDigest];
        upsert_rows::<content::Entity>(transaction, rows, &kept).await?;
        write_surroundings(transaction, &batch.lines).await?;
        K::show(transaction, shown).await?;
        for line in batch.lines.iter().filter(|line| line.shown.is_some()) {
            let ends_at = line.unpublish_at.map(Moment::instant);
            plan_arrived(transaction, line.id, (None, ends_at), batch.now).await?;
        }
        Ok(told)
    }
}

/// How much content has been begun to be imported and not brought to an end.
pub async fn count_unfinished(connection: &DatabaseTransaction) -> Result<u64, DbErr> {
    content::Entity::find()
        .filter(content::Column::Version.eq(BEGUN))
        .count(connection)
        .await
}

/// Writes that content is there, for what is not, and returns how much that was. Nobody sees it yet.
pub async fn write_heads<S: Shown>(
    transaction: &DatabaseTransaction,
    lines: &[ContentLine<S>],
) -> Result<u64, DbErr> {
    let present: Vec<Uuid> = content::Entity::find()
        .select_only()
        .column(content::Column::Id)
        .filter(content::Column::Id.is_in(lines.iter().map(|line| line.id)))
        .into_tuple()
        .all(transaction)
        .await?;
    let present: HashSet<Uuid> = present.into_iter().collect();
    let missing = lines.iter().filter(|line| !present.contains(&line.id));
    let rows = missing
        .map(|line| content::Model {
            state: ContentState::Draft,
            version: BEGUN,
            published_revision_id: None,
            publish_at: None,
            unpublish_at: None,
            first_published_at: None,
            withdrawal_explanation: None,
            withdrawal_replacement_id: None,
            ..row_of(line, PUBLIC_AUDIENCE_ID)
        })
        .collect();
    insert_rows::<content::Entity>(transaction, rows).await
}

/// What copies are told: who saw it, who sees it now. Nothing, where nobody did or does.
fn change_of<S: Shown>(
    line: &ContentLine<S>,
    before: Option<&ContentLine<S>>,
    audiences: &Audiences,
) -> Result<Option<Change>, Error> {
    let audience_before = match before {
        Some(before) if before.shown.is_some() => Some(audiences.id_of(&before.audience)?),
        _ => None,
    };
    let audience_after = match &line.shown {
        Some(_) => Some(audiences.id_of(&line.audience)?),
        None => None,
    };
    let change = Change {
        object_type: object_type(S::KIND),
        object_id: line.id,
        audience_before,
        audience_after,
    };
    let is_seen = audience_before.is_some() || audience_after.is_some();
    Ok(is_seen.then_some(change))
}

fn row_of<S: Shown>(line: &ContentLine<S>, audience_id: Uuid) -> content::Model {
    let withdrawal = line.withdrawal.as_ref();
    content::Model {
        id: line.id,
        kind: S::KIND,
        slug: line.slug.clone(),
        organisation_id: line.organisation_id,
        audience_id,
        state: line.state,
        version: line.version,
        published_revision_id: line.published_revision_id,
        publish_at: line.publish_at.map(Moment::instant),
        unpublish_at: line.unpublish_at.map(Moment::instant),
        first_published_at: line.first_published_at.map(Moment::instant),
        withdrawal_explanation: withdrawal.and_then(|withdrawal| withdrawal.explanation.clone()),
        withdrawal_replacement_id: withdrawal.and_then(|withdrawal| withdrawal.replacement_id),
        creation_digest: None,
        is_demo: line.is_demo,
        created_at: line.created_at.instant(),
        updated_at: line.updated_at.instant(),
    }
}

fn address_of<S: Shown>(line: &ContentLine<S>, shown: &S, audience_id: Uuid) -> Address {
    let (published_at, updated_at) = shown.times();
    Address {
        id: line.id,
        kind: S::KIND,
        slug: line.slug.clone(),
        organisation_id: line.organisation_id,
        audience_id,
        is_demo: line.is_demo,
        published_at: published_at.instant(),
        updated_at: updated_at.instant(),
        unpublish_at: line.unpublish_at.map(Moment::instant),
    }
}
