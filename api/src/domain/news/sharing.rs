//! An article as networks and search engines want it.

use entities::enums::ContentKind;
use serde_json::{Value, json};

use super::store::{ArticleSummary, ArticleText};
use crate::{
    domain::{
        content::{FEDERATION, OpenGraph, PortalHost, portal_path, schema_org},
        media::{Image, MediaBase},
    },
    infra::graphql::DateTime,
};

/// Where the portal shows an article.
#[must_use]
pub fn path(slug: &str) -> String {
    portal_path(ContentKind::NewsArticle, slug)
}

/// Open Graph of an article.
pub fn open_graph(article: &ArticleSummary, text: &ArticleText, portal: &PortalHost) -> OpenGraph {
    let row = &article.row;
    let description = text.share_text.as_ref().unwrap_or(&row.lead);
    OpenGraph {
        kind: "article",
        image: article.cover.clone().map(Image),
        published_time: Some(DateTime(row.published_at)),
        modified_time: Some(DateTime(row.updated_at)),
        section: article
            .category
            .as_ref()
            .map(|category| category.name.clone()),
        ..OpenGraph::page(&row.headline, description, portal.url(&path(&row.slug)))
    }
}

/// `NewsArticle` of schema.org.
pub fn news_article(
    article: &ArticleSummary,
    text: &ArticleText,
    portal: &PortalHost,
    media: &MediaBase,
) -> Value {
    let row = &article.row;
    let url = portal.url(&path(&row.slug));
    let organisation = article.organisation.as_ref();
    let author = organisation.map_or(FEDERATION, |organisation| &organisation.full_name);
    let video = text.video.as_ref().map(|video| {
        schema_org(
            "VideoObject",
            json!({
                "name": row.headline,
                "description": row.lead,
                "embedUrl": video["url"],
                "thumbnailUrl": video["poster_url"],
                "transcript": video["transcript"],
                "uploadDate": row.published_at,
            }),
        )
    });
    schema_org(
        "NewsArticle",
        json!({
            "headline": row.headline,
            "abstract": row.lead,
            "articleBody": text.plain_text,
            "articleSection": article.category.as_ref().map(|category| &category.name),
            "datePublished": row.published_at,
            "dateModified": row.updated_at,
            "author": schema_org("Organization", json!({ "name": author })),
            "publisher": schema_org("Organization", json!({ "name": FEDERATION, "url": portal.url("/") })),
            "image": article.cover.as_ref().map(|cover| cover.url(media, cover.width)),
            "video": video,
            "isBasedOn": text.source_url,
            "correction": text.correction_text,
            "inLanguage": "ru",
            "url": url,
            "mainEntityOfPage": url,
        }),
    )
}
