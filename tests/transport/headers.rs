//! What browsers, caches and operators read beside the body.

use serde_json::json;

use crate::support::{Answer, App, Backend};

#[actix_web::test]
async fn only_listed_origins_may_read_answers() {
    let app = App::start(Backend::Sqlite).await;
    for (origin, allowed) in [
        ("https://mtuf.ru", true),
        ("https://app.mtuf.ru", true),
        ("https://evil.example", false),
        ("null", false),
    ] {
        let preflight = app
            .client
            .request(reqwest::Method::OPTIONS, app.url("/graphql"))
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type")
            .send()
            .await
            .expect("an answer");
        let granted = preflight.headers().get("access-control-allow-origin");
        assert_eq!(granted.is_some(), allowed, "{origin}");
        assert!(
            preflight
                .headers()
                .get("access-control-allow-credentials")
                .is_none()
        );
    }
}

#[actix_web::test]
async fn answers_carry_security_headers_and_a_request_id() {
    let app = App::start(Backend::Sqlite).await;
    let answer = app.ask("{ newsCategories { slug } }").await;
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert!(
        answer
            .header("content-security-policy")
            .contains("default-src 'none'")
    );
    assert!(!answer.header("x-request-id").is_empty());
    assert!(answer.header("server").is_empty());

    let sent = app
        .client
        .post(app.url("/graphql"))
        .header("x-request-id", "from-the-app-1")
        .json(&json!({ "query": "{ noSuchField }" }));
    let answer = Answer::of(sent.send().await.expect("an answer")).await;
    assert_eq!(answer.header("x-request-id"), "from-the-app-1");
    assert_eq!(
        answer.body["errors"][0]["extensions"]["requestId"],
        "from-the-app-1"
    );
}

#[actix_web::test]
async fn caches_may_keep_good_anonymous_answers_and_nothing_else() {
    let app = App::start(Backend::Sqlite).await;
    let good = app.ask("{ newsCategories { slug } }").await;
    assert_eq!(
        good.header("cache-control"),
        "public, max-age=30, stale-while-revalidate=30"
    );
    assert!(good.header("vary").contains("Authorization"));
    let bad = app.ask("{ news(first: 0) { nodes { id } } }").await;
    assert_eq!(bad.header("cache-control"), "private, no-store");
    let worse = app.ask("{ noSuchField }").await;
    assert_eq!(worse.header("cache-control"), "private, no-store");
}

#[actix_web::test]
async fn the_same_question_gets_the_same_bytes_in_the_order_of_its_fields() {
    let app = App::start(Backend::Postgres).await;
    let query = json!({ "query": "{ news(first: 2) { nodes { tags headline organisation { about slug } } } guides(first: 1) { nodes { steps { title } slug } } lifeEvents { slug } benefits(first: 1) { nodes { termsHtml title } } }" });
    let mut bodies = std::collections::BTreeSet::new();
    for _ in 0..10 {
        let request = app.client.post(app.url("/graphql")).json(&query);
        bodies.insert(
            request
                .send()
                .await
                .expect("an answer")
                .text()
                .await
                .expect("a body"),
        );
    }
    assert_eq!(bodies.len(), 1);
    let body = bodies.pop_first().expect("a body");
    let places = [
        "news",
        "tags",
        "headline",
        "organisation",
        "about",
        "slug",
        "guides",
        "steps",
        "lifeEvents",
        "benefits",
        "termsHtml",
    ]
    .map(|name| body.find(&format!("\"{name}\"")).expect("a field"));
    assert!(places.is_sorted(), "{body}");
}

#[actix_web::test]
async fn operators_see_health_metrics_and_the_schema() {
    let app = App::start(Backend::Sqlite).await;
    app.ask("{ newsCategories { slug } }").await.data();
    for (path, part) in [
        ("/livez", "ok"),
        ("/readyz", "ready"),
        ("/metrics", "graphql_request_duration_seconds_bucket"),
        ("/schema.graphql", "type Query"),
        ("/graphiql", "graphiql"),
    ] {
        let response = app
            .client
            .get(app.url(path))
            .send()
            .await
            .expect("an answer");
        assert_eq!(response.status(), 200, "{path}");
        let body = response.text().await.expect("a body");
        assert!(body.to_lowercase().contains(&part.to_lowercase()), "{path}");
    }
}

#[actix_web::test]
async fn answers_are_compressed_for_those_who_ask() {
    let app = App::start(Backend::Sqlite).await;
    for encoding in ["br", "gzip"] {
        let response = app
            .client
            .post(app.url("/graphql"))
            .header("accept-encoding", encoding)
            .json(&json!({ "query": "{ news { nodes { headline lead } } }" }))
            .send()
            .await
            .expect("an answer");
        assert_eq!(response.headers()["content-encoding"], encoding);
    }
}

#[actix_web::test]
async fn pictures_are_kept_for_ever_and_lead_nowhere_else() {
    let app = App::start(Backend::Sqlite).await;
    let answer = app
        .ask("{ news(first: 1) { nodes { cover { variants { url width height format } } } } }")
        .await;
    let cover = &answer.data()["news"]["nodes"][0]["cover"]["variants"][0];
    assert_eq!(
        (cover["width"].as_i64(), cover["height"].as_i64()),
        (Some(160), Some(90))
    );
    let url = cover["url"].as_str().expect("an address");
    let path = url.split_once("/media/").expect("a media address").1;
    let picture = app
        .client
        .get(app.url(&format!("/media/{path}")))
        .send()
        .await
        .expect("an answer");
    assert_eq!(picture.headers()["content-type"], "image/png");
    assert!(
        picture.headers()["cache-control"]
            .to_str()
            .expect("text")
            .contains("immutable")
    );

    for path in [
        "/media/../mfp.sqlite",
        "/media/%2e%2e/mfp.sqlite",
        "/media/x/..%2f..%2fmfp.sqlite",
        "/media/.hidden/1.png",
    ] {
        let response = app
            .client
            .get(app.url(path))
            .send()
            .await
            .expect("an answer");
        assert_eq!(response.status(), 404, "{path}");
    }
}
