//! `/feed/news.rss` and `/feed/news.json`.

use api::domain::content::AudienceDefinition;
use feed_rs::model::{Feed, FeedType};
use reqwest::{Response, StatusCode};
use rss::{Channel, validation::Validate};

use crate::{
    on_both_databases,
    support::{App, builders},
};

pub async fn get(app: &App, path: &str) -> Response {
    app.client
        .get(app.url(path))
        .send()
        .await
        .expect("an answer")
}

fn header(response: &Response, name: &str) -> String {
    let value = response.headers().get(name);
    value.map_or(String::new(), |value| {
        value.to_str().expect("text").to_owned()
    })
}

async fn parsed(app: &App, path: &str) -> Feed {
    let response = get(app, path).await;
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    let bytes = response.bytes().await.expect("a body");
    feed_rs::parser::parse(bytes.as_ref()).expect("a feed")
}

on_both_databases! {
    async fn a_feed_of_nobody_is_not_found(app) {
        for path in ["/feed/news.rss?organisation=nobody",
            "/feed/news.rss?organisation=%00", "/feed/news.json?category=nothing", "/sitemap/7.xml", "/sitemap/x.xml", "/sitemap/-1.xml", "/sitemap/9223372036854775807.xml"] {
            assert_eq!(get(&app, path).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }

    async fn the_rss_is_valid_and_whole(app) {
        let response = get(&app, "/feed/news.rss").await;
        assert_eq!(header(&response, "content-type"), "application/rss+xml; charset=utf-8");
        let text = response.text().await.expect("text");
        let channel = Channel::read_from(text.as_bytes()).expect("a channel");
        channel.validate().expect("a valid channel");
        assert_eq!(channel.items.len(), 50);
        let first = &channel.items[0];
        assert!(first.link.as_ref().is_some_and(|link| link.starts_with("https://mtuf.ru/news/")));
        assert!(first.content.as_ref().is_some_and(|html| html.starts_with('<')));
        assert!(text.contains("<atom:link href=\"http://127.0.0.1"), "a feed names itself");
        let feed = parsed(&app, "/feed/news.rss").await;
        assert_eq!(feed.feed_type, FeedType::RSS2);
        assert!(feed.entries.iter().all(|entry| entry.published.is_some() && entry.content.is_some()));
        assert!(feed.entries.iter().any(|entry| !entry.media.is_empty()), "covers");
    }

    async fn the_json_feed_says_the_same(app) {
        let response = get(&app, "/feed/news.json").await;
        assert_eq!(header(&response, "content-type"), "application/feed+json; charset=utf-8");
        let (rss, json) = (parsed(&app, "/feed/news.rss").await, parsed(&app, "/feed/news.json").await);
        assert_eq!(json.feed_type, FeedType::JSON);
        let titles = |feed: &Feed| feed.entries.iter().map(|entry| entry.title.as_ref().expect("a title").content.clone()).collect::<Vec<_>>();
        assert_eq!(titles(&rss), titles(&json));
        let ids = |feed: &Feed| feed.entries.iter().map(|entry| entry.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&rss), ids(&json));
    }

    async fn a_feed_is_narrowed_by_organisation_and_category(app) {
        let union = parsed(&app, "/feed/news.json?organisation=mfp").await;
        assert!(!union.entries.is_empty());
        assert!(union.entries.iter().all(|entry| entry.authors[0].name.as_deref() == Some("МФП")), "{:?}", union.entries[0].authors);
        let text = get(&app, "/feed/news.json?category=sport").await.text().await.expect("text");
        let sport: serde_json::Value = serde_json::from_str(&text).expect("a feed");
        let items = sport["items"].as_array().expect("items");
        assert!(!items.is_empty() && items.len() < 50);
        assert!(items.iter().all(|item| item["tags"] == serde_json::json!(["Спорт"])));
        assert!(sport["title"].as_str().is_some_and(|title| title.contains("Спорт")));
        assert!(sport["feed_url"].as_str().is_some_and(|address| address.ends_with("?category=sport")));
    }

    async fn whoever_has_the_bytes_gets_none(app) {
        for path in ["/feed/news.rss", "/feed/news.json", "/sitemap.xml", "/schema.graphql"] {
            let first = get(&app, path).await;
            let tag = header(&first, "etag");
            assert!(tag.starts_with('"'), "{path}: a strong tag");
            assert!(header(&first, "cache-control").contains("max-age=30"));
            let again = |tag: &str| app.client.get(app.url(path)).header("if-none-match", tag).send();
            let known = again(&tag).await.expect("an answer");
            assert_eq!((known.status(), header(&known, "etag")), (StatusCode::NOT_MODIFIED, tag.clone()));
            assert_eq!(known.bytes().await.expect("a body").len(), 0);
            assert_eq!(again("\"another\"").await.expect("an answer").status(), StatusCode::OK);
            assert_eq!(again(&format!("\"x\", W/{tag}")).await.expect("an answer").status(), StatusCode::NOT_MODIFIED);
            let compressed = app.client.get(app.url(path)).header("accept-encoding", "br").send().await.expect("an answer");
            assert_eq!(header(&compressed, "content-encoding"), "br");
            assert_ne!(header(&compressed, "etag"), tag, "other bytes, another tag");
            let deflated = app.client.get(app.url(path)).header("accept-encoding", "deflate").send().await.expect("an answer");
            assert!(["", "identity"].contains(&header(&deflated, "content-encoding").as_str()), "the same tag, the same bytes");
        }
        let tag = header(&get(&app, "/feed/news.rss").await, "etag");
        builders::article(&app.database, "fresh-news", &AudienceDefinition::default()).await;
        assert_ne!(header(&get(&app, "/feed/news.rss").await, "etag"), tag);
    }

    async fn what_is_for_members_is_in_no_feed(app) {
        builders::article(&app.database, "secret-news", &builders::members()).await;
        builders::guide(&app.database, "secret-guide", &builders::members()).await;
        for path in ["/feed/news.rss", "/feed/news.json", "/feed/news.rss?organisation=mfp", "/sitemap.xml"] {
            let text = get(&app, path).await.text().await.expect("text");
            assert!(!text.contains("secret-"), "{path}");
        }
    }
}
