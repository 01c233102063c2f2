use sea_orm::{ConnectionTrait, TransactionTrait};

use crate::{
    on_both_databases,
    support::{App, Backend},
};

/// Words that would tell a stranger how the house is built.
const INSIDE: [&str; 8] = [
    "select",
    "news_article",
    "sql",
    "table",
    "relation",
    "sea_orm",
    "postgres",
    "no such",
];

async fn assert_nothing_leaks(app: &App, query: &str, code: &str) {
    let answer = app.ask(query).await;
    let text = answer.body.to_string().to_lowercase();
    for word in INSIDE {
        assert!(!text.contains(word), "{word} in {text}");
    }
    assert_eq!(answer.code(), code);
    assert_eq!(answer.header("cache-control"), "private, no-store");
}

on_both_databases! {
    async fn a_broken_table_leaks_no_word_of_sql(app) {
        app.database.writer().execute_unprepared("ALTER TABLE news_article RENAME TO broken").await.expect("broken");
        assert_nothing_leaks(&app, "{ news { nodes { id } } }", "INTERNAL_SERVER_ERROR").await;
        assert_nothing_leaks(&app, "{ newsArticle(slug: \"x\") { id } }", "INTERNAL_SERVER_ERROR").await;

        let answer = app.ask("{ news { nodes { id } } guides(first: 1) { nodes { slug } } }").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.code(), "INTERNAL_SERVER_ERROR");
        assert!(answer.body["data"]["guides"]["nodes"][0]["slug"].is_string(), "one failing section must not blank the screen");
    }

    async fn an_unreachable_database_is_an_outage(app) {
        app.database.reader().clone().close().await.expect("closed");
        let answer = app.ask("{ news { nodes { id } } }").await;
        assert_eq!(answer.status, 503);
        assert_eq!(answer.header("retry-after"), "2");
        assert_eq!(answer.body["errors"][0]["extensions"]["retryAfter"], 2);
        assert_nothing_leaks(&app, "{ news { nodes { id } } }", "UNAVAILABLE").await;
        let ready = app.client.get(app.url("/readyz")).send().await.expect("an answer");
        assert_eq!(ready.status(), 503);
        let live = app.client.get(app.url("/livez")).send().await.expect("an answer");
        assert_eq!(live.status(), 200);
    }
}

#[actix_web::test]
async fn a_request_that_waits_too_long_is_given_up() {
    let app = App::start_with(Backend::Postgres, |settings| {
        settings.request_deadline_ms = 400
    })
    .await;
    let lock = app.database.writer().begin().await.expect("a transaction");
    lock.execute_unprepared("LOCK TABLE news_article")
        .await
        .expect("locked");
    let answer = app.ask("{ news { nodes { id } } }").await;
    assert_eq!((answer.status.as_u16(), answer.code()), (504, "TIMEOUT"));
    assert_eq!(answer.body["data"], serde_json::Value::Null);
    assert!(
        answer
            .body
            .as_object()
            .expect("an object")
            .contains_key("data")
    );
    let older = app
        .ask_accepting("application/json", "{ news { nodes { id } } }")
        .await;
    assert_eq!((older.status.as_u16(), older.code()), (200, "TIMEOUT"));
    lock.rollback().await.expect("unlocked");
    app.ask("{ news { nodes { id } } }").await.data();
}

#[actix_web::test]
async fn cut_connections_are_an_outage_and_then_forgotten() {
    let app = App::start(Backend::Postgres).await;
    app.ask("{ news { nodes { id } } }").await.data();
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    app.database
        .writer()
        .execute_unprepared(cut)
        .await
        .expect("cut");
    for _ in 0..20 {
        let answer = app.ask("{ news { nodes { id } } }").await;
        if answer.body.get("errors").is_none() {
            return;
        }
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (503, "UNAVAILABLE")
        );
    }
    panic!("the pool never forgot its dead connections");
}
