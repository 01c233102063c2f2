//! Pictures. Who uploaded one, what its file was called and whether it is shown stay with the database.

use std::collections::HashMap;

use entities::{benefit, enums::ContentKind, media_asset, news_article};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::{Batch, Table, Told};
use crate::{
    domain::{
        archive::format::{MediaLine, Moment},
        content::object_type,
    },
    infra::{
        db::{Change, upsert_rows},
        error::Error,
    },
};

/// The cache tags of everything that shows pictures.
const SHOWING: [&str; 5] = ["benefits", "courses", "guides", "news", "organisations"];

/// Pictures.
pub struct Media;

impl Table for Media {
    type Entity = media_asset::Entity;
    type Line = MediaLine;

    fn id() -> media_asset::Column {
        media_asset::Column::Id
    }

    /// Without their files, of which the database knows nothing.
    async fn find(connection: &DatabaseTransaction, ids: &[Uuid]) -> Result<Vec<MediaLine>, Error> {
        let rows = media_asset::Entity::find()
            .filter(media_asset::Column::Id.is_in(ids.iter().copied()))
            .order_by_asc(media_asset::Column::Id)
            .all(connection)
            .await?;
        Ok(rows.into_iter().map(line_of).collect())
    }

    async fn list_taken(
        connection: &DatabaseTransaction,
        lines: &[MediaLine],
        _replaces: bool,
    ) -> Result<Vec<(Uuid, String)>, DbErr> {
        let sources: Vec<String> = lines
            .iter()
            .filter_map(|line| line.source_checksum.clone())
            .collect();
        let rows: Vec<(Option<Uuid>, Option<String>, Uuid)> = media_asset::Entity::find()
            .select_only()
            .column(media_asset::Column::OrganisationId)
            .column(media_asset::Column::SourceChecksum)
            .column(media_asset::Column::Id)
            .filter(media_asset::Column::SourceChecksum.is_in(sources))
            .filter(media_asset::Column::OrganisationId.is_not_null())
            .into_tuple()
            .all(connection)
            .await?;
        let holders: HashMap<(Option<Uuid>, Option<String>), Uuid> = rows
            .into_iter()
            .map(|(organisation_id, source, id)| ((organisation_id, source), id))
            .collect();
        let fault = |line: &MediaLine| {
            let key = (line.organisation_id, line.source_checksum.clone());
            let holder = holders.get(&key).filter(|holder| **holder != line.id)?;
            let what = format!("its organisation has made {holder} of the same file");
            Some((line.id, what))
        };
        Ok(lines.iter().filter_map(fault).collect())
    }

    async fn write(
        transaction: &DatabaseTransaction,
        batch: &Batch<MediaLine>,
    ) -> Result<Told, Error> {
        use media_asset::Column;
        let rows = batch.lines.iter().map(row_of).collect();
        let kept = [
            Column::UploadedBy,
            Column::OriginalName,
            Column::UnusedSinceAt,
        ];
        upsert_rows::<media_asset::Entity>(transaction, rows, &kept).await?;
        let replaced = batch.replaced();
        // What is new nothing shows yet.
        if replaced.is_empty() {
            return Ok(Told::default());
        }
        Ok(Told {
            changes: list_showing(transaction, &replaced).await?,
            tags: SHOWING.into_iter().map(str::to_owned).collect(),
        })
    }
}

/// What has one of these as its cover, for copies to hear of.
async fn list_showing(
    connection: &DatabaseTransaction,
    ids: &[Uuid],
) -> Result<Vec<Change>, DbErr> {
    let articles: Vec<(Uuid, Uuid)> = news_article::Entity::find()
        .select_only()
        .column(news_article::Column::Id)
        .column(news_article::Column::AudienceId)
        .filter(news_article::Column::CoverId.is_in(ids.iter().copied()))
        .into_tuple()
        .all(connection)
        .await?;
    let benefits: Vec<(Uuid, Uuid)> = benefit::Entity::find()
        .select_only()
        .column(benefit::Column::Id)
        .column(benefit::Column::AudienceId)
        .filter(benefit::Column::CoverId.is_in(ids.iter().copied()))
        .into_tuple()
        .all(connection)
        .await?;
    let change = |kind: ContentKind, (object_id, audience_id): (Uuid, Uuid)| Change {
        object_type: object_type(kind),
        object_id,
        audience_before: Some(audience_id),
        audience_after: Some(audience_id),
    };
    let articles = articles
        .into_iter()
        .map(|row| change(ContentKind::NewsArticle, row));
    let benefits = benefits
        .into_iter()
        .map(|row| change(ContentKind::Benefit, row));
    Ok(articles.chain(benefits).collect())
}

fn line_of(row: media_asset::Model) -> MediaLine {
    MediaLine {
        id: row.id,
        format: row.format,
        checksum: row.checksum,
        width: row.width,
        height: row.height,
        alt: row.alt,
        blur_hash: row.blur_hash,
        credit: row.credit,
        organisation_id: row.organisation_id,
        source_checksum: row.source_checksum,
        source_bytes: row.bytes,
        version: row.version,
        is_demo: row.is_demo,
        created_at: row.created_at.into(),
        updated_at: row.updated_at.map(Moment::from),
        files: Vec::new(),
    }
}

fn row_of(line: &MediaLine) -> media_asset::Model {
    let line = line.clone();
    media_asset::Model {
        id: line.id,
        format: line.format,
        checksum: line.checksum,
        width: line.width,
        height: line.height,
        alt: line.alt,
        blur_hash: line.blur_hash,
        credit: line.credit,
        is_demo: line.is_demo,
        created_at: line.created_at.instant(),
        organisation_id: line.organisation_id,
        uploaded_by: None,
        source_checksum: line.source_checksum,
        bytes: line.source_bytes,
        original_name: None,
        version: line.version,
        updated_at: line.updated_at.map(Moment::instant),
        unused_since_at: None,
    }
}
