//! An import that is killed goes on where it was.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::Stdio,
};

use api::{domain::demo, infra::clock::Clock};

use super::{Source, assert_same, exported, imported, migrated, rows, run};
use crate::support::{
    Backend, TestDatabase,
    binary::{complaint, mfp_api_with},
};

/// Enough for several batches.
const ARTICLES: u64 = 1_200;

/// Imports until the first batch of news is in place, and is killed then.
async fn be_killed(target: &TestDatabase, archive: &Path) {
    let mut command = mfp_api_with(target);
    command
        .args(["content", "import", archive.to_str().expect("text")])
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let killed = tokio::task::spawn_blocking(move || {
        let mut importing = command.spawn().expect("a process");
        let told = BufReader::new(importing.stdout.take().expect("output"));
        let mut told = told.lines().map(|line| line.expect("text"));
        let first = told.find(|line| is_written(line));
        importing.kill().expect("a kill");
        importing.wait().expect("an end");
        first
    });
    killed.await.expect("a run").expect("a batch of news");
}

/// Whether news were written, and not only looked at: `news 500 of 1 240`.
fn is_written(line: &str) -> bool {
    let counts = line.strip_prefix("news ");
    let is_count = |counts: &str| counts.starts_with(|sign: char| sign.is_ascii_digit());
    counts.is_some_and(is_count) && !line.contains(',')
}

async fn go_on(backend: Backend) {
    let source = Source::start(Backend::Postgres).await;
    let ending = source.app.ending();
    demo::seed_scale(&source.app.database, &Clock::system(), ARTICLES)
        .await
        .expect("generated");
    let folder = tempfile::tempdir().expect("a folder");
    let first = folder.path().join("first");
    source.export(&first, &[]).await;

    let target = migrated(backend).await;
    be_killed(&target, &first).await;
    // What is half there is no archive.
    let second = folder.path().join("second");
    let output = run(
        &target,
        &["content", "export", second.to_str().expect("text")],
    )
    .await;
    assert!(!output.status.success());
    assert!(
        complaint(&output).contains("broken off"),
        "{}",
        complaint(&output)
    );

    let [added, replaced, unchanged] = imported(&target, &first, &[]).await;
    assert!(added > 0 && unchanged > 0, "{added}, {unchanged}");
    assert_eq!(replaced, 0);
    exported(&target, &second).await;
    assert_same(&first, &second);
    assert!(rows(&target).await[0] as u64 > ARTICLES);
    ending.await;
}

#[actix_web::test]
async fn on_sqlite() {
    go_on(Backend::Sqlite).await;
}

#[actix_web::test]
async fn on_postgres() {
    go_on(Backend::Postgres).await;
}
