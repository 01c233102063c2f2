//! A disk that takes nothing more: what would be written is refused, what is there stays sound, and once
//! there is room again the same server goes on.

use serde_json::{Value, json};

use super::{assert_sound, beside, server_of_several};
use crate::{
    editing::{SCHOOL, codes, drafted, publisher, seen},
    media::{files::jpeg, reason},
    support::{Answer, App, Backend, Person, Served},
};

const PUBLISH: &str = "mutation($input: ContentPublishInput!) { newsArticlePublish(input: $input) {
    draft { state version } userErrors { code } } }";
const NEWS: &str = "{ news(first: 1) { nodes { slug } } }";

async fn upload(server: &Served, person: &Person) -> Answer {
    let request = server
        .client
        .post(format!("{}/uploads", server.base))
        .query(&[("purpose", "image"), ("organisation", SCHOOL)])
        .header("content-type", "image/jpeg")
        .header("authorization", format!("Bearer {}", person.access_token))
        .body(jpeg(600, 400));
    Answer::of(request.send().await.expect("an answer")).await
}

async fn publish(server: &Served, person: &Person, draft: &Value) -> Answer {
    let input = json!({ "input": seen(draft) });
    let answer = server.ask(Some(person), PUBLISH, input).await;
    answer.expect("an answer")
}

/// Whether the article is there for another process.
async fn is_read(app: &App, draft: &Value) -> bool {
    let query = "query($slug: String!) { newsArticle(slug: $slug) { slug } }";
    let answer = app.ask_with(query, json!({ "slug": draft["slug"] })).await;
    !answer.data()["newsArticle"].is_null()
}

/// What a full disk does to the database itself, which on PostgreSQL is on another one.
async fn assert_nothing_is_written(app: &App, server: &Served, publisher: &Person, draft: &Value) {
    let refused = publish(server, publisher, draft).await;
    assert_eq!(
        (refused.status.as_u16(), refused.code()),
        (503, "UNAVAILABLE")
    );
    assert!(!refused.header("retry-after").is_empty());
    assert!(!is_read(app, draft).await);
}

/// What was acknowledged is there for others, and not in a transaction that never ends: the one that
/// broke on the full disk must not be gone on with, and a refusal after it rolls back only itself.
async fn assert_acknowledged_is_kept(
    app: &App,
    server: &Served,
    publisher: &Person,
    draft: &Value,
) {
    let mut stale = draft.clone();
    stale["version"] = json!(99);
    let refused = publish(server, publisher, &stale).await;
    assert_eq!(codes(&refused.data()["newsArticlePublish"]), ["CONFLICT"]);
    let answer = publish(server, publisher, draft).await;
    let payload = &answer.data()["newsArticlePublish"];
    assert_eq!(payload["draft"]["state"], "PUBLISHED", "{payload:#}");
    assert!(is_read(app, draft).await, "acknowledged, and lost");
}

async fn a_full_disk_is_survived(backend: Backend) {
    let media = tempfile::tempdir().expect("a temporary folder");
    let kept = || std::fs::read_dir(media.path()).expect("the folder").count();
    let app = server_of_several(backend, media.path()).await;
    let ending = app.ending();
    let publisher = publisher(&app).await;
    let draft = drafted(&app, &publisher).await;
    let server = beside(&app).await;

    server.limit_files("0");
    let refused = upload(&server, &publisher).await;
    assert_eq!(
        (refused.status.as_u16(), refused.code()),
        (503, "UNAVAILABLE")
    );
    assert_eq!(kept(), 0, "what was begun is in the way");
    let read = server.ask(None, NEWS, json!({})).await;
    read.expect("an answer").data();
    if backend == Backend::Sqlite {
        assert_nothing_is_written(&app, &server, &publisher, &draft).await;
    } else {
        assert_eq!(reason(&refused), "STORAGE_FULL");
    }
    assert_sound(&app).await;

    server.limit_files("unlimited");
    assert_acknowledged_is_kept(&app, &server, &publisher, &draft).await;
    let taken = upload(&server, &publisher).await;
    assert_eq!(taken.status, 201, "{:#}", taken.body);
    let url = taken.body["mediaAsset"]["url"].as_str().expect("a url");
    let path = url.split_once("/media/").expect("a media address").1;
    let address = format!("{}/media/{path}", server.base);
    let shown = server.client.get(address).send().await.expect("an answer");
    assert_eq!(shown.status(), 200);
    assert_eq!(kept(), 1);
    assert_sound(&app).await;
    ending.await;
}

mod sqlite {
    use super::*;

    #[actix_web::test]
    async fn a_full_disk_refuses_and_is_forgotten_when_there_is_room() {
        a_full_disk_is_survived(Backend::Sqlite).await;
    }
}

mod postgres {
    use super::*;

    #[actix_web::test]
    async fn a_full_disk_refuses_and_is_forgotten_when_there_is_room() {
        a_full_disk_is_survived(Backend::Postgres).await;
    }
}
