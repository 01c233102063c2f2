//! The articles of a feed, and what the feed is called.

use serde::Deserialize;

use super::Failure;
use crate::{
    domain::{
        content::FEDERATION,
        news::{self, ArticleSummary, FeedScope, find_category, list_feed},
        organisations::find_card,
    },
    http::{control_signs::control_sign_in, server::HttpServices},
    infra::{auth::Audience, graphql::slug_length},
};

/// As many as feed readers keep.
const ARTICLES: u64 = 50;

/// Which feed is asked for, by slugs.
#[derive(Debug, Default, Deserialize)]
pub struct FeedQuery {
    pub organisation: Option<String>,
    pub category: Option<String>,
}

/// A feed before it is written down.
pub struct NewsFeed {
    pub title: String,
    /// Where the feed itself is.
    pub address: String,
    /// The portal.
    pub home: String,
    pub articles: Vec<FeedArticle>,
}

/// An article of a feed.
pub struct FeedArticle {
    pub summary: ArticleSummary,
    pub html: String,
    pub url: String,
    pub image: Option<FeedImage>,
}

/// A cover by its address.
pub struct FeedImage {
    pub url: String,
    pub mime_type: &'static str,
    pub width: i32,
    pub height: i32,
}

impl NewsFeed {
    /// Reads the feed that is asked for. A slug that nobody has is not found.
    pub async fn read(
        services: &HttpServices,
        query: &FeedQuery,
        file: &str,
    ) -> Result<Self, Failure> {
        let gathering = Self::gather(services, query, file);
        services.answer_by(services.deadline(), gathering).await?
    }

    async fn gather(
        services: &HttpServices,
        query: &FeedQuery,
        file: &str,
    ) -> Result<Self, Failure> {
        let resolvers = &services.resolvers;
        let connection = resolvers.database.reader();
        let mut names = vec!["Новости".to_owned()];
        let mut scope = FeedScope::default();
        let mut parameters = Vec::new();
        for slug in [&query.organisation, &query.category].into_iter().flatten() {
            if control_sign_in(slug).is_some() || slug_length(slug).is_err() {
                return Err(Failure::NotFound);
            }
        }
        if let Some(slug) = &query.organisation {
            let found = find_card(connection, slug)
                .await?
                .ok_or(Failure::NotFound)?;
            scope.organisation_id = Some(found.id);
            parameters.push(format!("organisation={}", found.slug));
            names.push(found.short_name);
        } else {
            names.push(FEDERATION.into());
        }
        if let Some(slug) = &query.category {
            let found = find_category(connection, slug)
                .await?
                .ok_or(Failure::NotFound)?;
            scope.category_id = Some(found.id);
            parameters.push(format!("category={}", found.slug));
            names.push(found.name);
        }
        let articles = list_feed(connection, &scope, &Audience::public(), ARTICLES).await?;
        let media = &resolvers.media_base;
        let articles = articles.into_iter().map(|(summary, text)| FeedArticle {
            url: resolvers.portal_host.url(&news::path(&summary.row.slug)),
            html: text.body_html,
            image: summary.cover.as_ref().map(|cover| FeedImage {
                url: cover.url(media, cover.width),
                mime_type: cover.mime_type(),
                width: cover.width,
                height: cover.height,
            }),
            summary,
        });
        let mut address = format!("{}/feed/{file}", media.0);
        if !parameters.is_empty() {
            address = format!("{address}?{}", parameters.join("&"));
        }
        Ok(Self {
            title: names.join(" — "),
            address,
            home: resolvers.portal_host.url("/"),
            articles: articles.collect(),
        })
    }
}
