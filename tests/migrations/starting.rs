use std::{
    io::{BufRead, BufReader},
    process::{Child, Stdio},
};

use crate::support::{
    Backend, TestDatabase,
    binary::{complaint, mfp_api},
};

/// Serves on a free port and waits until it says so.
fn serve(database: &TestDatabase) -> Child {
    mfp_api(database.folder())
        .env("DATABASE_URL", database.url())
        .env("PORT", "0")
        .env("MFP_WORKERS", "1")
        .env("MFP_DRAIN_SECONDS", "0")
        .env("MFP_DATABASE_CONNECTIONS", "2")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a process")
}

fn greeting(child: &mut Child) -> String {
    let mut line = String::new();
    let output = child.stdout.as_mut().expect("standard output");
    BufReader::new(output).read_line(&mut line).expect("a line");
    line
}

fn stop(mut child: Child) -> (bool, String) {
    let stopped = std::process::Command::new("kill")
        .arg(child.id().to_string())
        .status();
    stopped.expect("kill");
    let status = child.wait().expect("an exit");
    let mut complaint = String::new();
    std::io::Read::read_to_string(
        child.stderr.as_mut().expect("standard error"),
        &mut complaint,
    )
    .expect("text");
    (status.success(), complaint)
}

async fn eight_at_once(backend: Backend) {
    let database = TestDatabase::empty(backend).await;
    let outcome = tokio::task::spawn_blocking(move || {
        let mut children: Vec<Child> = (0..8).map(|_| serve(&database)).collect();
        let greetings: Vec<String> = children.iter_mut().map(greeting).collect();
        let ends: Vec<(bool, String)> = children.into_iter().map(stop).collect();
        (greetings, ends, database)
    });
    let (greetings, ends, _database) = outcome.await.expect("a run");
    for (greeting, (success, complaint)) in greetings.iter().zip(ends) {
        assert!(greeting.contains("/graphql"), "{greeting}{complaint}");
        assert!(success, "{complaint}");
        // That the database let it wait, eight at once on two cores, it may say.
        let is_patience = |line: &str| line.contains("the database does not answer");
        assert!(complaint.lines().all(is_patience), "{complaint}");
    }
}

#[actix_web::test]
async fn eight_processes_migrate_an_empty_sqlite_once() {
    eight_at_once(Backend::Sqlite).await;
}

#[actix_web::test]
async fn eight_processes_migrate_an_empty_postgres_once() {
    eight_at_once(Backend::Postgres).await;
}

/// Nobody's, but long and irregular enough to be taken.
const PRODUCTION_SECRET: &str = "dGVzdHMgb25seTogMzIgYnl0ZXMgYW5kIG1vcmUsIG5vIHNlY3JldA==";

async fn production_waits_for_migrate(backend: Backend) {
    let database = TestDatabase::empty(backend).await;
    let production = |command: &str| {
        mfp_api(database.folder())
            .args(command.split(' '))
            .env("DATABASE_URL", database.url())
            .env("MFP_ENV", "production")
            .env("MFP_SECRET", PRODUCTION_SECRET)
            .env("PORT", "0")
            .output()
            .expect("a process")
    };
    let refused = production("serve");
    assert!(!refused.status.success());
    assert!(
        complaint(&refused).contains("mfp-api migrate"),
        "{}",
        complaint(&refused)
    );
    assert_eq!(
        complaint(&refused).lines().count(),
        1,
        "{}",
        complaint(&refused)
    );

    let migrated = production("migrate");
    assert!(migrated.status.success(), "{}", complaint(&migrated));
    assert!(String::from_utf8_lossy(&migrated.stdout).contains(&format!(
        "{} migrations applied",
        <migration::Migrator as migration::MigratorTrait>::migrations().len()
    )));
    let again = production("migrate");
    assert!(String::from_utf8_lossy(&again.stdout).contains("0 migrations applied"));
    let refused = production("serve");
    assert!(
        complaint(&refused).contains("mfp-api keys rotate"),
        "{}",
        complaint(&refused)
    );
    assert!(!production("doctor").status.success());
    assert!(production("keys rotate").status.success());
    let report =
        |output: &std::process::Output| String::from_utf8_lossy(&output.stdout).into_owned();
    let mute = production("doctor");
    assert!(!mute.status.success());
    assert!(
        report(&mute).contains("codes go nowhere: set MFP_SMS_URL and MFP_SMTP_URL"),
        "{}",
        report(&mute)
    );
    let doctor = mfp_api(database.folder())
        .arg("doctor")
        .env("DATABASE_URL", database.url())
        .env("MFP_ENV", "production")
        .env("MFP_SECRET", PRODUCTION_SECRET)
        .env(
            "MFP_SMS_URL",
            "https://sms.example.ru/send?to={phone}&text={text}",
        )
        .env(
            "MFP_SMTP_URL",
            "smtps://smtp.example.ru?from=mfp@example.ru",
        )
        .output()
        .expect("a process");
    assert!(doctor.status.success(), "{}", report(&doctor));
}

#[actix_web::test]
async fn production_refuses_pending_migrations_on_sqlite() {
    production_waits_for_migrate(Backend::Sqlite).await;
}

#[actix_web::test]
async fn production_refuses_pending_migrations_on_postgres() {
    production_waits_for_migrate(Backend::Postgres).await;
}

#[actix_web::test]
async fn loading_the_demo_content_twice_changes_nothing() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::seeded(backend).await;
        let output = mfp_api(database.folder())
            .args(["seed", "--demo"])
            .env("DATABASE_URL", database.url())
            .env("MEDIA_URL", database.settings.media_url.to_string())
            .output()
            .expect("a process");
        assert_eq!(
            String::from_utf8_lossy(&output.stdout).trim(),
            "demo content: 0 organisations, 0 pages, 0 guides, 0 benefits, 0 courses, 0 articles added",
            "{}",
            complaint(&output)
        );
    }
}
