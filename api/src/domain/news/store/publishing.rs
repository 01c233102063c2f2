//! What publishing an article writes.

use chrono::{DateTime, Utc};
use entities::{
    enums::{NewsKind, Okrug},
    news_article, news_article_okrug, news_article_tag,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter,
};
use uuid::Uuid;

use crate::domain::news::rules::Video;
use crate::{
    domain::content::{Address, Published, RenderedText},
    infra::{
        db::{delete_row, overwrite_row},
        error::Error,
    },
};

/// The reading row of an article to be published.
#[derive(Clone, Debug)]
pub struct NewArticle {
    pub category_id: Uuid,
    pub kind: NewsKind,
    pub headline: String,
    pub lead: String,
    pub text: RenderedText,
    pub cover_id: Option<Uuid>,
    pub video: Option<Video>,
    pub source_name: Option<String>,
    pub source_url: Option<String>,
    pub share_text: Option<String>,
    pub correction: Option<String>,
    pub pinned_until_at: Option<DateTime<Utc>>,
    pub is_urgent: bool,
    pub okrugs: Vec<Okrug>,
    pub tags: Vec<String>,
}

/// Writes the reading rows of a published article.
///
/// # Errors
/// Whatever the driver reports.
pub async fn insert_article(
    transaction: &impl ConnectionTrait,
    published: &Published,
    article: NewArticle,
) -> Result<(), Error> {
    let id = published.address.id;
    let (okrugs, tags) = (article.okrugs.clone(), article.tags.clone());
    let row = article.reading_row(&published.address, published.revision)?;
    news_article::Entity::insert(row.into_active_model())
        .exec_without_returning(transaction)
        .await?;
    insert_okrugs(transaction, id, okrugs).await?;
    insert_tags(transaction, id, tags).await?;
    Ok(())
}

/// Writes the reading rows of an article that is published again, or for the first time.
///
/// A correction that readers have seen keeps its date.
///
/// # Errors
/// Whatever the driver reports.
pub async fn replace_article(
    transaction: &impl ConnectionTrait,
    published: &Published,
    article: NewArticle,
) -> Result<(), Error> {
    let id = published.address.id;
    let Some(shown) = news_article::Entity::find_by_id(id)
        .one(transaction)
        .await?
    else {
        return insert_article(transaction, published, article).await;
    };
    let (okrugs, tags) = (article.okrugs.clone(), article.tags.clone());
    let mut row = article.reading_row(&published.address, published.revision)?;
    if row.correction_text == shown.correction_text {
        row.corrected_at = shown.corrected_at;
    }
    overwrite_row(transaction, row).await?;
    news_article_okrug::Entity::delete_many()
        .filter(news_article_okrug::Column::ArticleId.eq(id))
        .exec(transaction)
        .await?;
    news_article_tag::Entity::delete_many()
        .filter(news_article_tag::Column::ArticleId.eq(id))
        .exec(transaction)
        .await?;
    insert_okrugs(transaction, id, okrugs).await?;
    insert_tags(transaction, id, tags).await?;
    Ok(())
}

/// Takes an article away from readers.
///
/// # Errors
/// Whatever the driver reports.
pub async fn delete_article(transaction: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    delete_row::<news_article::Entity>(transaction, id).await
}

impl NewArticle {
    /// The row that readers get, without its okrugs and tags.
    ///
    /// # Errors
    /// Never for texts that this program rendered.
    pub fn reading_row(
        self,
        address: &Address,
        revision: i32,
    ) -> Result<news_article::Model, Error> {
        let video = match &self.video {
            Some(video) => Some(serde_json::to_value(video)?),
            None => None,
        };
        Ok(news_article::Model {
            id: address.id,
            slug: address.slug.clone(),
            organisation_id: address.organisation_id,
            category_id: self.category_id,
            audience_id: address.audience_id,
            revision,
            kind: self.kind,
            headline: self.headline,
            lead: self.lead,
            reading_time_seconds: self.text.reading_time_seconds(),
            body: self.text.stored_blocks()?,
            body_html: self.text.html,
            plain_text: self.text.plain,
            cover_id: self.cover_id,
            has_video: video.is_some(),
            video,
            source_name: self.source_name,
            source_url: self.source_url,
            share_text: self.share_text,
            corrected_at: self.correction.as_ref().map(|_| address.updated_at),
            correction_text: self.correction,
            pinned_until_at: self.pinned_until_at,
            is_urgent: self.is_urgent,
            is_demo: address.is_demo,
            published_at: address.published_at,
            updated_at: address.updated_at,
            unpublish_at: address.unpublish_at,
        })
    }
}

async fn insert_okrugs(
    transaction: &impl ConnectionTrait,
    article_id: Uuid,
    okrugs: Vec<Okrug>,
) -> Result<(), DbErr> {
    if okrugs.is_empty() {
        return Ok(());
    }
    let rows = okrugs
        .into_iter()
        .map(|okrug| news_article_okrug::ActiveModel {
            article_id: Set(article_id),
            okrug: Set(okrug),
        });
    news_article_okrug::Entity::insert_many(rows)
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

async fn insert_tags(
    transaction: &impl ConnectionTrait,
    article_id: Uuid,
    tags: Vec<String>,
) -> Result<(), DbErr> {
    if tags.is_empty() {
        return Ok(());
    }
    let rows = tags.into_iter().map(|tag| news_article_tag::ActiveModel {
        article_id: Set(article_id),
        tag: Set(tag.to_lowercase()),
    });
    news_article_tag::Entity::insert_many(rows)
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}
