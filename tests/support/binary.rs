//! The program itself, as a process.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Answer, App, Person, TestDatabase};

/// The secret that the tests' servers run with.
const SECRET: &str = "dGVzdHMgb25seTogMzIgYnl0ZXMgYW5kIG1vcmUsIG5vIHNlY3JldA==";

/// `mfp-api` as this build made it, in a working directory and an environment of its own.
pub fn mfp_api(folder: &std::path::Path) -> Command {
    let mut command = Command::new(path());
    command
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .env("MFP_LOG", "warn")
        // How full the disk of the machine is that runs the tests is no matter of theirs.
        .env("MFP_MEDIA_RESERVE_PERCENT", "0");
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

/// The program while it serves, as a process that can be killed: beside the test's own server, on the
/// same database. That server's people are its people where both have the same public address.
pub struct Served {
    process: Child,
    pub base: String,
    pub client: reqwest::Client,
    _folder: TempDir,
}

/// A write beyond a limit of the process fails then, instead of ending it.
const UNDER_LIMITS: &str = "trap '' XFSZ; exec \"$0\" serve";

impl Served {
    /// Starts it on a free port, with that address of the database.
    pub async fn start(app: &App, database_url: &str) -> Self {
        Self::start_with(app, database_url, &[]).await
    }

    /// The same with settings of the test's own.
    pub async fn start_with(app: &App, database_url: &str, more: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", UNDER_LIMITS])
            .arg(path())
            .current_dir(folder.path())
            .env_clear()
            .env("HOME", folder.path())
            .env("MFP_LOG", "warn")
            .env("MFP_SECRET", SECRET)
            .env("MFP_MEDIA_RESERVE_PERCENT", "0")
            .env("DATABASE_URL", database_url)
            .env("MEDIA_URL", app.settings.media_url.to_string())
            .env("PORT", "0")
            .envs(more.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if let Some(url) = &app.settings.public_url {
            command.env("MFP_PUBLIC_URL", url.as_str());
        }
        // Whatever stands between the process and the database works on this thread meanwhile.
        let starting = tokio::task::spawn_blocking(move || {
            let mut process = command.spawn().expect("a process");
            let mut greeting = String::new();
            BufReader::new(process.stdout.take().expect("output"))
                .read_line(&mut greeting)
                .expect("a line");
            (process, greeting)
        });
        let (process, greeting) = starting.await.expect("a start");
        let address = greeting
            .split_whitespace()
            .last()
            .expect("a start: its address");
        Self {
            process,
            base: address.trim_end_matches("/graphql").to_owned(),
            client: reqwest::Client::new(),
            _folder: folder,
        }
    }

    /// Asks as somebody, or as nobody; `None`: no answer came.
    pub fn ask(
        &self,
        person: Option<&Person>,
        query: &str,
        variables: Value,
    ) -> impl Future<Output = Option<Answer>> + use<> {
        let mut request = self
            .client
            .post(format!("{}/graphql", self.base))
            .header("accept", "application/graphql-response+json")
            .json(&json!({ "query": query, "variables": variables }));
        if let Some(person) = person {
            request = request.header("authorization", format!("Bearer {}", person.access_token));
        }
        async move {
            let response = request.send().await.ok()?;
            Some(Answer::of(response).await)
        }
    }

    /// Lets its files grow to so many bytes, or to what they like: `unlimited`. With 0 its disk is full.
    pub fn limit_files(&self, bytes: &str) {
        let process = self.process.id().to_string();
        let limit = format!("--fsize={bytes}:");
        let limited = Command::new("prlimit")
            .args(["--pid", &process, &limit])
            .status();
        assert!(limited.expect("prlimit").success());
    }

    /// Asks it to stop, as whoever deploys does; it goes on meanwhile.
    pub fn terminate(&self) {
        let process = self.process.id().to_string();
        let told = Command::new("kill").args(["-TERM", &process]).status();
        assert!(told.expect("kill").success());
    }

    /// Waits until it has ended; whether it says that all went well.
    pub async fn ends_well(&mut self) -> bool {
        loop {
            if let Some(status) = self.process.try_wait().expect("a process") {
                return status.success();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Ends it in the middle of whatever it does.
    pub fn kill(&mut self) {
        self.process.kill().expect("a kill");
        self.process.wait().expect("an end");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may be over already.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
