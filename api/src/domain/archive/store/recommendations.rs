//! Recommendations.

use entities::recommendation;
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{Batch, Table, Told};
use crate::{
    domain::{
        archive::format::{Moment, RecommendationLine},
        guide_watch::render_advice,
    },
    infra::{db::upsert_rows, error::Error},
};

/// Recommendations.
pub struct Recommendations;

impl Table for Recommendations {
    type Entity = recommendation::Entity;
    type Line = RecommendationLine;

    fn id() -> recommendation::Column {
        recommendation::Column::Id
    }

    async fn find(
        connection: &DatabaseTransaction,
        ids: &[Uuid],
    ) -> Result<Vec<RecommendationLine>, Error> {
        let rows = recommendation::Entity::find()
            .filter(recommendation::Column::Id.is_in(ids.iter().copied()))
            .order_by_asc(recommendation::Column::Id)
            .all(connection)
            .await?;
        Ok(rows.into_iter().map(line_of).collect())
    }

    async fn list_taken(
        _connection: &DatabaseTransaction,
        _lines: &[RecommendationLine],
        _replaces: bool,
    ) -> Result<Vec<(Uuid, String)>, DbErr> {
        Ok(Vec::new())
    }

    async fn write(
        transaction: &DatabaseTransaction,
        batch: &Batch<RecommendationLine>,
    ) -> Result<Told, Error> {
        let rows: Result<Vec<recommendation::Model>, Error> =
            batch.lines.iter().map(row_of).collect();
        // How a creation would be told from its repetition is no content, and stays.
        let kept = [recommendation::Column::CreationDigest];
        upsert_rows::<recommendation::Entity>(transaction, rows?, &kept).await?;
        Ok(told_of(batch))
    }
}

/// Phones keep none, and lists of them go with guides; what nobody has seen changes nothing for readers.
fn told_of(batch: &Batch<RecommendationLine>) -> Told {
    let mut told = Told::default();
    let mut lines = batch.lines.iter().chain(batch.before.values());
    if lines.any(|line| line.published_at.is_some()) {
        told.tags.push("guides".into());
    }
    told
}

fn line_of(row: recommendation::Model) -> RecommendationLine {
    RecommendationLine {
        id: row.id,
        organisation_id: row.organisation_id,
        guide_id: row.guide_id,
        metric: row.metric,
        audience: row.audience,
        title: row.title,
        source: row.source,
        published_at: row.published_at.map(Moment::from),
        withdrawn_at: row.withdrawn_at.map(Moment::from),
        created_at: row.created_at.into(),
        updated_at: row.updated_at.into(),
    }
}

fn row_of(line: &RecommendationLine) -> Result<recommendation::Model, Error> {
    let line = line.clone();
    let text = render_advice(&line.source);
    Ok(recommendation::Model {
        id: line.id,
        organisation_id: line.organisation_id,
        guide_id: line.guide_id,
        metric: line.metric,
        audience: line.audience,
        title: line.title,
        source: line.source,
        body: text.stored_blocks()?,
        body_html: text.html,
        plain_text: text.plain,
        // No creation has this digest: one under the same key is told that the key is taken.
        creation_digest: String::new(),
        published_at: line.published_at.map(Moment::instant),
        withdrawn_at: line.withdrawn_at.map(Moment::instant),
        created_at: line.created_at.instant(),
        updated_at: line.updated_at.instant(),
    })
}
