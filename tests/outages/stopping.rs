use std::{
    io::{BufRead, BufReader},
    process::{Child, Stdio},
    time::Duration,
};

use serde_json::{Value, json};

use crate::support::{Backend, TestDatabase, binary::mfp_api};

/// Serves on a free port; returns where.
fn serve(database: &TestDatabase, drain_seconds: &str) -> (Child, String) {
    let mut server = mfp_api(database.folder())
        .env("DATABASE_URL", database.url())
        .env("MEDIA_URL", database.settings.media_url.to_string())
        .env("PORT", "0")
        .env("MFP_DRAIN_SECONDS", drain_seconds)
        .env("MFP_LOG", "info")
        .env("MFP_LOG_FORMAT", "json")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a process");
    let mut greeting = String::new();
    BufReader::new(server.stdout.take().expect("output"))
        .read_line(&mut greeting)
        .expect("a line");
    let base = greeting
        .split_whitespace()
        .last()
        .expect("an address")
        .trim_end_matches("/graphql")
        .to_owned();
    (server, base)
}

fn terminate(server: &Child) {
    std::process::Command::new("kill")
        .arg(server.id().to_string())
        .status()
        .expect("kill");
}

#[actix_web::test]
async fn sigterm_says_not_ready_then_finishes_and_exits_cleanly() {
    let database = TestDatabase::seeded(Backend::Postgres).await;
    let (server, base) = serve(&database, "2");
    let client = reqwest::Client::new();
    let ask = || async {
        let query = json!({ "query": "query Feed($secret: String) { news(filter: { tag: $secret }) { nodes { id } } }", "operationName": "Feed", "variables": { "secret": "canary" } });
        client
            .post(format!("{base}/graphql"))
            .header("user-agent", "canary")
            .json(&query)
            .send()
            .await
    };
    assert_eq!(ask().await.expect("an answer").status(), 200);

    terminate(&server);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let ready = client
        .get(format!("{base}/readyz"))
        .send()
        .await
        .expect("an answer");
    assert_eq!(ready.status(), 503, "balancers must be told first");
    assert_eq!(
        ask().await.expect("an answer").status(),
        200,
        "and requests still be served"
    );

    let output = tokio::task::spawn_blocking(move || server.wait_with_output().expect("an exit"))
        .await
        .expect("a run");
    assert!(output.status.success());

    let log = String::from_utf8(output.stderr).expect("text");
    assert!(
        !log.contains("canary"),
        "variables and headers are nobody's business: {log}"
    );
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).expect("one JSON object a line"))
        .collect();
    let answered = lines
        .iter()
        .find(|line| line["message"] == "answered")
        .expect("an access line");
    assert!(answered["span"]["request_id"].is_string());
    assert_eq!(answered["span"]["operation.name"], "Feed");
    assert_eq!(answered["http.status"], 200);
    assert!(answered["duration_ms"].is_number());
    assert!(
        !answered.to_string().contains("127.0.0.1"),
        "no addresses of people"
    );
}

#[actix_web::test]
async fn after_sigterm_a_sqlite_database_is_one_file() {
    let database = TestDatabase::seeded(Backend::Sqlite).await;
    let (server, base) = serve(&database, "0");
    let asked = json!({ "query": "mutation { signInCodeRequest(input: { identifier: \"+79161234567\" }) { challenge { id } } }" });
    let answer = reqwest::Client::new()
        .post(format!("{base}/graphql"))
        .json(&asked)
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 200);
    let file = database.settings.database_url().sqlite_path();
    let mut log = file.expect("a file").into_os_string();
    log.push("-wal");
    let length = || std::fs::metadata(&log).map_or(0, |log| log.len());
    assert!(length() > 0, "what was written stands in the log");

    terminate(&server);
    let output = tokio::task::spawn_blocking(move || server.wait_with_output().expect("an exit"));
    assert!(output.await.expect("a run").status.success());
    assert_eq!(length(), 0);
}
