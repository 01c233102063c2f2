use sea_orm::ConnectionTrait;

use crate::{on_both_databases, support::App};

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
