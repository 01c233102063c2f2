//! `/sitemap.xml`, whole and in parts.

use api::domain::content::AudienceDefinition;
use quick_xml::{Reader, events::Event};
use reqwest::StatusCode;
use sea_orm::{ConnectionTrait, DatabaseBackend};

use super::news::get;
use crate::{
    on_both_databases,
    support::{App, builders},
};

/// The root element and the addresses of a sitemap, which must be well-formed.
async fn addresses(app: &App, path: &str) -> (String, Vec<String>) {
    let response = get(app, path).await;
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    let text = response.text().await.expect("text");
    let (mut reader, mut root, mut found, mut within) =
        (Reader::from_str(&text), None, Vec::new(), String::new());
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(start) => {
                within = start.name().as_ref().to_owned();
                root.get_or_insert_with(|| within.clone());
            }
            Event::Text(text) if within == "loc" => found.push(text.to_string()),
            Event::Eof => break,
            _ => {}
        }
    }
    (root.expect("a root"), found)
}

on_both_databases! {
    async fn every_public_page_is_listed_once(app) {
        builders::article(&app.database, "listed", &AudienceDefinition::default()).await;
        let (root, found) = addresses(&app, "/sitemap.xml").await;
        assert_eq!(root, "urlset");
        for address in ["/news/listed", "/guides/zagranpasport", "/organisations/mfp", "/benefits/teatr-primer-30", "/pages/kak-vstupit"] {
            let whole = format!("https://mtuf.ru{address}");
            assert_eq!(found.iter().filter(|one| **one == whole).count(), 1, "{address}");
        }
        let mut distinct = found.clone();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), found.len());
    }

    async fn a_large_sitemap_is_split_and_loses_nothing(app) {
        let (_, before) = addresses(&app, "/sitemap.xml").await;
        let database = app.database.writer();
        let (id, blob) = match database.get_database_backend() {
            DatabaseBackend::Postgres => ("md5(n::text)::uuid", "n::bigint"),
            _ => ("unhex(printf('%032d', n))", "n"),
        };
        for statement in [
            format!("INSERT INTO content (id, kind, slug, organisation_id, audience_id, state, version, is_demo, created_at, updated_at)
                SELECT {id}, 'NEWS_ARTICLE', 'many-' || n, o.id, a.id, 'PUBLISHED', 1, false, o.created_at, o.created_at
                FROM (WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 50001) SELECT n FROM counted) AS numbers,
                organisation o, audience a WHERE o.slug = 'mfp' AND a.canonical_hash = 'public'"),
            format!("INSERT INTO published_object (object_id, object_type, audience_id, seq)
                SELECT {id}, 'NewsArticle', a.id, h.seq + {blob}
                FROM (WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 50001) SELECT n FROM counted) AS numbers,
                change_head h, audience a WHERE a.canonical_hash = 'public'"),
        ] {
            database.execute_unprepared(&statement).await.expect("rows");
        }
        let (root, parts) = addresses(&app, "/sitemap.xml").await;
        assert_eq!((root.as_str(), parts.len()), ("sitemapindex", 3), "{parts:?}");
        let mut found = Vec::new();
        for part in parts {
            let path = part.split_once("127.0.0.1").expect("an address").1;
            let path = &path[path.find('/').expect("a path")..];
            let (root, listed) = addresses(&app, path).await;
            assert_eq!(root, "urlset");
            assert!(!listed.is_empty() && listed.len() <= 50_000);
            found.extend(listed);
        }
        assert_eq!(found.len(), before.len() + 50_001);
        for address in before {
            assert!(found.contains(&address), "{address}");
        }
    }
}
