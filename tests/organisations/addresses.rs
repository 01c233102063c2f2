//! `route`: addresses of the portal, today's and yesterday's.

use api::domain::content::AudienceDefinition;
use entities::{enums::ContentKind, redirect, slug_history};
use sea_orm::{EntityTrait, Set};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    on_both_databases,
    support::{App, builders},
};

const ROUTE: &str = "query($host: String!, $path: String!) { route(host: $host, path: $path) {
    __typename ... on NewsArticle { slug } ... on Benefit { slug } ... on ServiceGuide { slug }
    ... on Organisation { slug } ... on OrganisationPage { slug } ... on Moved { to permanent }
    ... on Withdrawn { explanation replacement { ... on NewsArticle { slug } } } } }";

async fn route(app: &App, host: &str, path: &str) -> Value {
    let answer = app
        .ask_with(ROUTE, json!({ "host": host, "path": path }))
        .await;
    answer.data()["route"].clone()
}

on_both_databases! {
    async fn content_stands_at_its_address(app) {
        let known = app.ask("{ news(first: 1) { nodes { slug path category { slug } } } benefits(first: 1) { nodes { slug path } } organisation(slug: \"mgo-obrazovaniya\") { host } }").await;
        let known = known.data();
        let article = &known["news"]["nodes"][0];
        let slug = article["slug"].as_str().expect("a slug");
        assert_eq!(route(&app, "mtuf.ru", article["path"].as_str().expect("a path")).await, json!({ "__typename": "NewsArticle", "slug": slug }));
        assert_eq!(route(&app, "MTUF.ru", known["benefits"]["nodes"][0]["path"].as_str().expect("a path")).await["__typename"], "Benefit");
        assert_eq!(route(&app, "mtuf.ru", "/guides/zagranpasport/").await["__typename"], "ServiceGuide");
        assert_eq!(route(&app, "mtuf.ru", "/organisations/mfp").await["__typename"], "Organisation");

        let old = format!("/news/{}/{slug}/", article["category"]["slug"].as_str().expect("a slug"));
        assert_eq!(route(&app, "mtuf.ru", &old).await, json!({ "__typename": "Moved", "to": format!("/news/{slug}"), "permanent": true }));

        let host = known["organisation"]["host"].as_str().expect("a host");
        assert_eq!(route(&app, host, "/").await, json!({ "__typename": "Organisation", "slug": "mgo-obrazovaniya" }));
        assert_eq!(route(&app, host, &format!("/news/{slug}")).await["__typename"], "NewsArticle");
    }

    async fn nothing_stands_elsewhere(app) {
        for (host, path) in [("mtuf.ru", "/"), ("mtuf.ru", "/news/no-such"), ("mtuf.ru", "/secret"), ("evil.example", "/news/x"), ("", "")] {
            assert_eq!(route(&app, host, path).await, json!(null), "{host}{path}");
        }
    }

    async fn old_addresses_lead_on(app) {
        let public = AudienceDefinition::default();
        let id = builders::article(&app.database, "novoe-imya", &public).await;
        slug_history::Entity::insert(slug_history::ActiveModel {
            kind: Set(ContentKind::NewsArticle),
            slug: Set("staroe-imya".into()),
            content_id: Set(id),
            retired_at: Set("2026-11-01T00:00:00Z".parse().expect("an instant")),
        }).exec_without_returning(app.database.writer()).await.expect("inserted");
        redirect::Entity::insert(redirect::ActiveModel {
            id: Set(Uuid::now_v7()),
            host: Set("mtuf.ru".into()),
            path: Set("/about/history".into()),
            target: Set("/pages/o-federacii".into()),
            is_permanent: Set(false),
            created_at: Set("2026-11-01T00:00:00Z".parse().expect("an instant")),
        }).exec_without_returning(app.database.writer()).await.expect("inserted");
        assert_eq!(route(&app, "mtuf.ru", "/news/staroe-imya").await, json!({ "__typename": "Moved", "to": "/news/novoe-imya", "permanent": true }));
        assert_eq!(route(&app, "mtuf.ru", "/about/history/").await, json!({ "__typename": "Moved", "to": "/pages/o-federacii", "permanent": false }));
    }

    async fn what_was_taken_back_says_why_and_what_instead(app) {
        let public = AudienceDefinition::default();
        let instead = builders::article(&app.database, "instead", &public).await;
        let wrong = builders::article(&app.database, "wrong", &public).await;
        builders::withdraw(&app.database, wrong, "В тексте была ошибка", Some(instead)).await;
        assert_eq!(
            route(&app, "mtuf.ru", "/news/wrong").await,
            json!({ "__typename": "Withdrawn", "explanation": "В тексте была ошибка", "replacement": { "slug": "instead" } })
        );
    }
}
