//! The whole of npm `graphql-http`'s audit suite: MUST, SHOULD and MAY.

use std::process::Command;

use serde_json::Value;

use crate::support::{App, Backend};

#[actix_web::test]
async fn the_graphql_over_http_suite_passes_whole() {
    let app = App::start(Backend::Sqlite).await;
    let url = app.url("/graphql");
    let output = tokio::task::spawn_blocking(move || {
        Command::new("node")
            .args([
                concat!(env!("CARGO_MANIFEST_DIR"), "/audit/audit.mjs"),
                &url,
            ])
            .output()
            .expect("node")
    })
    .await
    .expect("a run");
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    println!("GraphQL over HTTP: {report}");
    assert_eq!(report["failed"], serde_json::json!([]));
    let levels = ["must", "should", "may"].map(|level| report[level].as_u64().expect("a count"));
    assert!(levels.iter().sum::<u64>() >= 60, "{report}");
}
