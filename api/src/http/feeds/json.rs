//! `/feed/news.json`: JSON Feed 1.1 (jsonfeed.org).

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Query},
};
use serde_json::json;

use super::news::{FeedArticle, FeedQuery, NewsFeed};
use crate::{
    domain::news::NewsArticle,
    http::{headers, representation::Representation, server::HttpServices},
};

/// Serves the feed.
pub async fn feed(
    request: HttpRequest,
    query: Query<FeedQuery>,
    services: Data<HttpServices>,
) -> HttpResponse {
    match NewsFeed::read(&services, &query, "news.json").await {
        Ok(feed) => write(&feed).answer(&request),
        Err(failure) => failure.answer(),
    }
}

fn write(feed: &NewsFeed) -> Representation {
    let document = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.address,
        "language": "ru",
        "items": feed.articles.iter().map(item).collect::<Vec<_>>(),
    });
    Representation {
        content_type: "application/feed+json; charset=utf-8",
        body: document.to_string().into_bytes(),
        keep: headers::KEEP_BRIEFLY,
    }
}

fn item(article: &FeedArticle) -> serde_json::Value {
    let row = &article.summary.row;
    let mut item = json!({
        "id": NewsArticle::NODE.id(row.id).as_str(),
        "url": article.url,
        "title": row.headline,
        "summary": row.lead,
        "content_html": article.html,
        "date_published": row.published_at,
        "date_modified": row.updated_at,
        "tags": article.summary.category.iter().map(|category| &category.name).collect::<Vec<_>>(),
        "authors": article.summary.organisation.iter()
            .map(|organisation| json!({ "name": organisation.short_name })).collect::<Vec<_>>(),
    });
    if let (Some(item), Some(image)) = (item.as_object_mut(), &article.image) {
        item.insert("image".into(), image.url.as_str().into());
    }
    item
}
