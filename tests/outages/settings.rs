use std::process::Output;

use crate::support::{
    Backend, TestDatabase,
    binary::{complaint, mfp_api},
};

fn start(folder: &std::path::Path, settings: &[(&str, &str)]) -> Output {
    mfp_api(folder)
        .env("PORT", "0")
        .envs(settings.iter().copied())
        .output()
        .expect("a process")
}

#[track_caller]
fn refused(output: &Output, words: &[&str]) {
    let complaint = complaint(output);
    assert!(!output.status.success());
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
    for word in words {
        assert!(complaint.contains(word), "{word} is not in {complaint}");
    }
}

#[test]
fn a_bad_setting_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    for (settings, words) in [
        (vec![("MFP_TYPO", "1")], vec!["MFP_TYPO", "no such setting"]),
        (vec![("PORT", "many")], vec!["PORT"]),
        (vec![("MFP_WORKERS", "0")], vec!["MFP_WORKERS"]),
        (vec![("MFP_ENV", "staging")], vec!["MFP_ENV"]),
        (vec![("MFP_GUIDE_PROBE", "maybe")], vec!["MFP_GUIDE_PROBE"]),
        (
            vec![("DATABASE_URL", "mysql://db/mfp")],
            vec!["DATABASE_URL", "sqlite://"],
        ),
        (vec![("MFP_ENV", "production")], vec!["DATABASE_URL"]),
        (
            vec![("MFP_APNS_TOPIC", "ru.mtuf.app")],
            vec!["MFP_APNS_KEY_FILE", "MFP_APNS_TOPIC"],
        ),
        (
            vec![("MFP_WEB_PUSH_ALLOWED_ORIGINS", "http://*.example")],
            vec!["MFP_WEB_PUSH_ALLOWED_ORIGINS", "origin"],
        ),
        (
            vec![("MFP_CORS_ORIGINS", "mtuf.ru")],
            vec!["MFP_CORS_ORIGINS", "mtuf.ru"],
        ),
        (
            vec![("MFP_CLIENT_MINIMUM_VERSIONS", "android")],
            vec!["MFP_CLIENT_MINIMUM_VERSIONS"],
        ),
        (
            vec![("MFP_OUTBOUND_ALLOWED", "10.0.0.1:443,portal")],
            vec!["MFP_OUTBOUND_ALLOWED", "\"portal\""],
        ),
        (vec![("MFP_LOG", "api=shouting")], vec!["MFP_LOG"]),
        (
            vec![
                ("REDIS_URL", "rediss://127.0.0.1"),
                ("MFP_REDIS_CA_FILE", "/nowhere/ca.pem"),
            ],
            vec!["MFP_REDIS_CA_FILE", "/nowhere/ca.pem"],
        ),
        (
            vec![("MFP_REDIS_CA_FILE", "/nowhere/ca.pem")],
            vec!["MFP_REDIS_CA_FILE", "REDIS_URL"],
        ),
    ] {
        refused(&start(folder.path(), &settings), &words);
        assert!(
            !folder.path().join("data").exists(),
            "{settings:?} left something behind"
        );
    }
    std::fs::write(folder.path().join("mfp.toml"), "prot = 80").expect("a file");
    refused(&start(folder.path(), &[]), &["prot", "mfp.toml"]);
}

#[test]
fn a_broken_database_file_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("broken.sqlite");
    std::fs::write(
        &file,
        "this is not a database, and it is long enough to be read as one",
    )
    .expect("a file");
    let before = std::fs::read(&file).expect("a file");
    let url = format!("sqlite://{}", file.display());
    refused(
        &start(folder.path(), &[("DATABASE_URL", &url)]),
        &["broken.sqlite", "not a database"],
    );
    assert_eq!(std::fs::read(&file).expect("a file"), before);
}

#[test]
fn an_unreachable_server_is_named_without_its_password() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = start(
        folder.path(),
        &[("DATABASE_URL", "postgres://mfp:secret@127.0.0.1:1/mfp")],
    );
    refused(&output, &["127.0.0.1:1", "refused"]);
    assert!(!complaint(&output).contains("secret"));
}

#[actix_web::test]
async fn a_port_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let database = TestDatabase::seeded(Backend::Sqlite).await;
    let output = mfp_api(database.folder())
        .env("DATABASE_URL", database.url())
        .env("PORT", &port)
        .output()
        .expect("a process");
    refused(&output, &[&port, "in use"]);
}

#[actix_web::test]
async fn the_doctor_says_what_to_do() {
    let database = TestDatabase::empty(Backend::Postgres).await;
    let output = mfp_api(database.folder())
        .arg("doctor")
        .env("DATABASE_URL", database.url())
        .output()
        .expect("a process");
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success());
    assert!(
        report.contains(" migrations pending: run `mfp-api migrate`"),
        "{report}"
    );
    assert!(report.contains("answers"), "{report}");
}
