//! The program itself, as a process.

use std::{
    path::PathBuf,
    process::{Command, Output},
};

use super::{App, TestDatabase};

/// The secret that the tests' servers run with.
const SECRET: &str = "dGVzdHMgb25seTogMzIgYnl0ZXMgYW5kIG1vcmUsIG5vIHNlY3JldA==";

/// `mfp-api` as this build made it, in a working directory and an environment of its own.
pub fn mfp_api(folder: &std::path::Path) -> Command {
    let mut command = Command::new(path());
    command
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .env("MFP_LOG", "warn");
    command
}

fn path() -> PathBuf {
    let mut path = std::env::current_exe().expect("this program's path");
    while path.file_name().is_some_and(|name| name != "deps") {
        path.pop();
    }
    path.pop();
    let path = path.join("mfp-api");
    assert!(
        path.exists(),
        "{} is missing: start the tests with tests/run",
        path.display()
    );
    path
}

/// Standard error as text.
pub fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The program in production with a database that no server needs to run on.
pub fn mfp_api_with(database: &TestDatabase) -> Command {
    let mut command = mfp_api(database.folder());
    command
        .env("DATABASE_URL", database.url())
        .env("MEDIA_URL", database.settings.media_url.to_string())
        .env("MFP_ENV", "production")
        .env("MFP_SECRET", SECRET);
    command
}

/// The program beside the running server, as an operator starts it: whether it succeeded, what it said
/// and what it complained of.
pub async fn run(app: &App, arguments: &[&str]) -> (bool, String, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = mfp_api(folder.path());
    command
        .args(arguments)
        .env("DATABASE_URL", app.settings.database_url().reveal())
        .env("MEDIA_URL", app.settings.media_url.to_string())
        .env("MFP_ENV", "production")
        .env("MFP_SECRET", SECRET);
    // The server's own work goes on meanwhile.
    let output = tokio::task::spawn_blocking(move || command.output().expect("a process"));
    let output = output.await.expect("a run");
    drop(folder);
    (
        output.status.success(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        complaint(&output),
    )
}
