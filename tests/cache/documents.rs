//! Documents that are named by their SHA-256: Apollo's two protocols.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{NEWS, keeping, post};
use crate::support::{Answer, App, Backend, Redis};

fn digest(text: &str) -> String {
    let digest = Sha256::digest(text);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn named(text: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": digest(text) } })
}

pub(super) async fn get_named(app: &App, text: &str) -> Answer {
    let request = app
        .client
        .get(app.url("/graphql"))
        .header("accept", "application/graphql-response+json")
        .query(&[("extensions", named(text).to_string())]);
    Answer::of(request.send().await.expect("an answer")).await
}

#[actix_web::test]
async fn a_document_is_registered_by_its_text_and_then_asked_by_its_name() {
    let app = keeping(Backend::Sqlite).await;
    let unknown = get_named(&app, NEWS).await;
    assert_eq!(
        (unknown.status.as_u16(), unknown.code()),
        (200, "PERSISTED_QUERY_NOT_FOUND")
    );
    assert_eq!(
        unknown.body["errors"][0]["message"],
        "PersistedQueryNotFound"
    );
    assert_eq!(unknown.header("cache-control"), "private, no-store");

    let wrong = json!({ "query": "{ newsCategories { slug } }", "extensions": named(NEWS) });
    let wrong = post(
        &app,
        &wrong,
        &[("accept", "application/graphql-response+json")],
    )
    .await;
    assert_eq!(
        (wrong.status.as_u16(), wrong.code()),
        (400, "BAD_USER_INPUT")
    );
    assert_eq!(
        get_named(&app, NEWS).await.code(),
        "PERSISTED_QUERY_NOT_FOUND"
    );

    let whole = json!({ "query": NEWS, "extensions": named(NEWS) });
    let registered = post(&app, &whole, &[]).await;
    let by_name = get_named(&app, NEWS).await;
    assert_eq!(by_name.data(), registered.data());
    assert!(by_name.header("cache-control").starts_with("public"));
    let tag = by_name.header("etag");
    let again = app
        .client
        .get(app.url("/graphql"))
        .query(&[("extensions", named(NEWS).to_string())])
        .header("if-none-match", tag);
    assert_eq!(again.send().await.expect("an answer").status(), 304);
    app.ending().await;
}

#[actix_web::test]
async fn what_can_not_run_is_not_registered() {
    let app = keeping(Backend::Sqlite).await;
    let bomb = format!("{{ {} }}", "newsCategories { slug } ".repeat(40));
    let body = json!({ "query": bomb, "extensions": named(&bomb) });
    assert_eq!(post(&app, &body, &[]).await.code(), "QUERY_TOO_COMPLEX");
    assert_eq!(
        get_named(&app, &bomb).await.code(),
        "PERSISTED_QUERY_NOT_FOUND"
    );
    // Nothing is changed by the other method than POST, however it is named.
    let mutation = "mutation { sessionEnd { userErrors { code } } }";
    let body = json!({ "query": mutation, "extensions": named(mutation) });
    post(&app, &body, &[]).await;
    let refused = get_named(&app, mutation).await;
    assert_eq!(
        (refused.status.as_u16(), refused.code()),
        (405, "METHOD_NOT_ALLOWED")
    );
    app.ending().await;
}

#[actix_web::test]
async fn malformed_names_are_refused() {
    let app = keeping(Backend::Sqlite).await;
    for extension in [
        json!({ "version": 2, "sha256Hash": digest(NEWS) }),
        json!({ "version": 1 }),
        json!({ "version": 1, "sha256Hash": "abc" }),
        json!({ "version": 1, "sha256Hash": "я".repeat(32) }),
        json!("x"),
    ] {
        let body = json!({ "extensions": { "persistedQuery": extension } });
        let answer = post(
            &app,
            &body,
            &[("accept", "application/graphql-response+json")],
        )
        .await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (400, "BAD_USER_INPUT")
        );
    }
    app.ending().await;
}

#[actix_web::test]
async fn instances_know_each_others_documents() {
    let redis = Redis::start();
    let app = App::start_with(Backend::Postgres, |settings| {
        settings.redis_url = Some(redis.url());
    })
    .await;
    let other = app.beside().await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let whole = json!({ "query": NEWS, "extensions": named(NEWS) });
    post(&app, &whole, &[]).await.data();
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    get_named(&other, NEWS).await.data();
    // A name means one text, whatever stands in Redis.
    let lie = "{ newsCategories { slug } }";
    redis.set(&format!("mfp:document:{}", digest(lie)), NEWS.as_bytes());
    assert_eq!(
        get_named(&other, lie).await.code(),
        "PERSISTED_QUERY_NOT_FOUND"
    );
    other.ending().await;
    app.ending().await;
}

/// Two versions of an app, as Apollo's tools write them.
fn manifests(folder: &std::path::Path) -> String {
    let manifest = |name: &str, texts: &[&str]| {
        let operations: Vec<Value> = texts
            .iter()
            .enumerate()
            .map(|(number, text)| json!({ "id": digest(text), "name": format!("Q{number}"), "type": "query", "body": text }))
            .collect();
        let path = folder.join(name);
        let manifest = json!({ "format": "apollo-persisted-query-manifest", "version": 1, "operations": operations });
        std::fs::write(&path, manifest.to_string()).expect("written");
        path.display().to_string()
    };
    let (old, new) = (
        manifest("1.json", &[NEWS]),
        manifest("2.json", &["{ guideCategories { slug } }"]),
    );
    format!("{old},{new}")
}

async fn trusting(mode: &str, folder: &std::path::Path) -> App {
    let files = manifests(folder);
    App::start_with(Backend::Sqlite, |settings| {
        settings.trusted_documents = serde_json::from_value(json!(mode)).expect("a mode");
        settings.trusted_documents_files = files;
    })
    .await
}

#[actix_web::test]
async fn only_documents_of_a_build_run_where_that_is_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = trusting("enforce", folder.path()).await;
    get_named(&app, NEWS).await.data();
    get_named(&app, "{ guideCategories { slug } }").await.data();
    // The text of a trusted document is that document.
    app.ask(NEWS).await.data();
    let other = app.ask("{ newsCategories { slug } }").await;
    assert_eq!(
        (other.status.as_u16(), other.code()),
        (400, "BAD_USER_INPUT")
    );
    assert_eq!(
        get_named(&app, "{ newsCategories { slug } }").await.code(),
        "BAD_USER_INPUT"
    );
    app.ending().await;

    let app = trusting("log", folder.path()).await;
    app.ask("{ newsCategories { slug } }").await.data();
    app.ending().await;
}
