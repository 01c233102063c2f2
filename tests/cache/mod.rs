//! Answers that are kept: found without the database, gone with what they were made of, and never
//! anybody else's.

mod documents;
mod keeping;
mod outages;
mod personal;
mod poison;
mod redis_fails;
mod rows;
mod together;

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Answer, App, Backend};

pub const NEWS: &str = "{ news(first: 5) { nodes { headline } } }";
/// What a news list reads.
const TABLE: &str = "news_article";

/// A server that keeps answers.
async fn keeping(backend: Backend) -> App {
    App::start_with(backend, |settings| settings.cache_megabytes = 16).await
}

/// Waits until the server has looked for changes once, and keeps what it makes.
pub async fn until_kept(app: &App) {
    for _ in 0..100 {
        app.ask(NEWS).await.data();
        let before = app.reads_of(TABLE);
        app.ask(NEWS).await.data();
        if app.reads_of(TABLE) == before {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("nothing is kept");
}

/// A POST with headers of the test's own.
async fn post(app: &App, body: &Value, headers: &[(&str, &str)]) -> Answer {
    let request = app.client.post(app.url("/graphql")).json(body);
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    Answer::of(request.send().await.expect("an answer")).await
}

async fn post_query(app: &App, query: &str, headers: &[(&str, &str)]) -> Answer {
    post(app, &json!({ "query": query }), headers).await
}
