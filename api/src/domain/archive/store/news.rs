//! Articles as readers see them.

use std::collections::HashMap;

use entities::{enums::Okrug, news_article, news_article_okrug, news_article_tag};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::ShownTable;
use crate::{
    domain::{
        archive::format::{Moment, ShownArticle},
        content::{Address, RenderedText},
        news::NewArticle,
    },
    infra::{db::insert_rows, error::Error},
};

/// The reading tables of news.
pub struct NewsTexts;

impl ShownTable for NewsTexts {
    type Shown = ShownArticle;

    const TAG: &'static str = "news";

    async fn find(
        connection: &DatabaseTransaction,
        ids: &[Uuid],
    ) -> Result<HashMap<Uuid, ShownArticle>, Error> {
        let rows = news_article::Entity::find()
            .filter(news_article::Column::Id.is_in(ids.iter().copied()))
            .all(connection)
            .await?;
        let mut okrugs = list_okrugs(connection, ids).await?;
        let mut tags = list_tags(connection, ids).await?;
        let mut shown = HashMap::new();
        for row in rows {
            let id = row.id;
            let okrugs = okrugs.remove(&id).unwrap_or_default();
            let tags = tags.remove(&id).unwrap_or_default();
            shown.insert(id, shown_of(row, okrugs, tags)?);
        }
        Ok(shown)
    }

    async fn show(
        transaction: &DatabaseTransaction,
        shown: Vec<(Address, ShownArticle)>,
    ) -> Result<(), Error> {
        let mut rows = Vec::new();
        let mut okrugs = Vec::new();
        let mut tags = Vec::new();
        for (address, article) in shown {
            let article_id = address.id;
            okrugs.extend(
                article
                    .okrugs
                    .iter()
                    .map(|okrug| news_article_okrug::Model {
                        article_id,
                        okrug: *okrug,
                    }),
            );
            tags.extend(article.tags.iter().map(|tag| news_article_tag::Model {
                article_id,
                tag: tag.clone(),
            }));
            rows.push(row_of(&address, article)?);
        }
        insert_rows::<news_article::Entity>(transaction, rows).await?;
        insert_rows::<news_article_okrug::Entity>(transaction, okrugs).await?;
        insert_rows::<news_article_tag::Entity>(transaction, tags).await?;
        Ok(())
    }

    async fn hide(transaction: &DatabaseTransaction, ids: &[Uuid]) -> Result<(), DbErr> {
        news_article::Entity::delete_many()
            .filter(news_article::Column::Id.is_in(ids.iter().copied()))
            .exec(transaction)
            .await
            .map(|_| ())
    }
}

async fn list_okrugs(
    connection: &DatabaseTransaction,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Okrug>>, DbErr> {
    let mut rows = news_article_okrug::Entity::find()
        .filter(news_article_okrug::Column::ArticleId.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    rows.sort_by_key(|row| row.okrug);
    let mut okrugs: HashMap<Uuid, Vec<Okrug>> = HashMap::new();
    for row in rows {
        okrugs.entry(row.article_id).or_default().push(row.okrug);
    }
    Ok(okrugs)
}

async fn list_tags(
    connection: &DatabaseTransaction,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<String>>, DbErr> {
    let mut rows = news_article_tag::Entity::find()
        .filter(news_article_tag::Column::ArticleId.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    // Here and not in SQL: databases sort texts as whoever created them chose.
    rows.sort_by(|one, other| one.tag.cmp(&other.tag));
    let mut tags: HashMap<Uuid, Vec<String>> = HashMap::new();
    for row in rows {
        tags.entry(row.article_id).or_default().push(row.tag);
    }
    Ok(tags)
}

fn shown_of(
    row: news_article::Model,
    okrugs: Vec<Okrug>,
    tags: Vec<String>,
) -> Result<ShownArticle, Error> {
    let video = match row.video {
        Some(stored) => Some(serde_json::from_value(stored)?),
        None => None,
    };
    Ok(ShownArticle {
        revision: row.revision,
        category_id: row.category_id,
        kind: row.kind,
        headline: row.headline,
        lead: row.lead,
        body: row.body,
        cover_id: row.cover_id,
        video,
        source_name: row.source_name,
        source_url: row.source_url,
        share_text: row.share_text,
        correction_text: row.correction_text,
        corrected_at: row.corrected_at.map(Moment::from),
        pinned_until_at: row.pinned_until_at.map(Moment::from),
        is_urgent: row.is_urgent,
        okrugs,
        tags,
        published_at: row.published_at.into(),
        updated_at: row.updated_at.into(),
    })
}

fn row_of(address: &Address, shown: ShownArticle) -> Result<news_article::Model, Error> {
    let text = RenderedText::from_blocks(&shown.body)?;
    let article = NewArticle {
        category_id: shown.category_id,
        kind: shown.kind,
        headline: shown.headline,
        lead: shown.lead,
        text,
        cover_id: shown.cover_id,
        video: shown.video,
        source_name: shown.source_name,
        source_url: shown.source_url,
        share_text: shown.share_text,
        correction: shown.correction_text,
        pinned_until_at: shown.pinned_until_at.map(Moment::instant),
        is_urgent: shown.is_urgent,
        okrugs: shown.okrugs,
        tags: shown.tags,
    };
    let row = article.reading_row(address, shown.revision)?;
    Ok(news_article::Model {
        // An older correction keeps its date.
        corrected_at: shown.corrected_at.map(Moment::instant),
        body: shown.body,
        ..row
    })
}
