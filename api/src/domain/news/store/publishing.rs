//! What publishing an article writes.

use chrono::{DateTime, Utc};
use entities::{
    enums::{NewsKind, Okrug},
    news_article, news_article_okrug, news_article_tag,
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait};
use uuid::Uuid;

use crate::domain::news::rules::Video;
use crate::{
    domain::content::{Published, RenderedText},
    infra::error::Error,
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
    let address = &published.address;
    let video = match &article.video {
        Some(video) => Some(serde_json::to_value(video)?),
        None => None,
    };
    news_article::Entity::insert(news_article::ActiveModel {
        id: Set(address.id),
        slug: Set(address.slug.clone()),
        organisation_id: Set(address.organisation_id),
        category_id: Set(article.category_id),
        audience_id: Set(address.audience_id),
        revision: Set(published.revision),
        kind: Set(article.kind),
        headline: Set(article.headline),
        lead: Set(article.lead),
        reading_time_seconds: Set(article.text.reading_time_seconds()),
        body: Set(article.text.stored_blocks()?),
        body_html: Set(article.text.html),
        plain_text: Set(article.text.plain),
        cover_id: Set(article.cover_id),
        has_video: Set(video.is_some()),
        video: Set(video),
        source_name: Set(article.source_name),
        source_url: Set(article.source_url),
        share_text: Set(None),
        correction_text: Set(None),
        corrected_at: Set(None),
        pinned_until_at: Set(article.pinned_until_at),
        is_urgent: Set(article.is_urgent),
        is_demo: Set(address.is_demo),
        published_at: Set(address.published_at),
        updated_at: Set(address.published_at),
        unpublish_at: Set(None),
    })
    .exec_without_returning(transaction)
    .await?;
    insert_okrugs(transaction, address.id, article.okrugs).await?;
    insert_tags(transaction, address.id, article.tags).await?;
    Ok(())
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
