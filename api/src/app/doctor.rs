//! `mfp-api doctor`: what works and what does not, in plain words.

use chrono::TimeDelta;

use super::{Identity, command_line::say, prepare::plain};
use crate::infra::{
    auth::KeyPurpose,
    clock::Clock,
    config::Settings,
    db::{Database, pending_migrations},
};

/// Tokens and cursors are compared with the database's clock; more than this deserves a look.
const LARGEST_SKEW: TimeDelta = TimeDelta::seconds(2);

/// Examines everything and fails when something needs mending.
pub async fn examine(settings: &Settings) -> Result<(), String> {
    say("settings   read and well-formed");
    let mut findings = 0;
    let mut report = |what: &str, outcome: Result<String, String>| match outcome {
        Ok(fine) => say(&format!("{what:<10} {fine}")),
        Err(wrong) => {
            findings += 1;
            say(&format!("{what:<10} PROBLEM: {wrong}"));
        }
    };
    let is_missing = settings
        .database_url()
        .sqlite_path()
        .filter(|path| !path.exists());
    if let Some(path) = is_missing {
        report(
            "database",
            Err(format!(
                "{} does not exist yet: run `mfp-api migrate`",
                path.display()
            )),
        );
    } else {
        match Database::connect(settings).await {
            Ok(database) => {
                report(
                    "database",
                    Ok(format!("{} answers", settings.database_url())),
                );
                report("schema", schema_is_current(&database).await);
                report("clock", clock_agrees(&database).await);
                report("keys", keys_sign(settings, &database).await);
            }
            Err(failure) => report("database", Err(plain(failure))),
        }
    }
    report("media", media_is_writable(settings));
    match findings {
        0 => Ok(()),
        1 => Err("1 problem found".into()),
        several => Err(format!("{several} problems found")),
    }
}

async fn schema_is_current(database: &Database) -> Result<String, String> {
    let pending = pending_migrations(database).await.map_err(plain)?;
    if pending.is_empty() {
        Ok("up to date".into())
    } else {
        Err(format!(
            "{} migrations pending: run `mfp-api migrate`",
            pending.len()
        ))
    }
}

async fn clock_agrees(database: &Database) -> Result<String, String> {
    let database_now = database.now().await.map_err(|cause| cause.to_string())?;
    let skew = (database_now - Clock::system().now()).abs();
    let milliseconds = skew.num_milliseconds();
    if skew > LARGEST_SKEW {
        Err(format!(
            "{milliseconds} ms away from the database's: set up NTP on both machines"
        ))
    } else {
        Ok(format!("within {milliseconds} ms of the database's"))
    }
}

async fn keys_sign(settings: &Settings, database: &Database) -> Result<String, String> {
    let identity = Identity::load(settings, database, &Clock::system()).await?;
    let now = Clock::system().now();
    let published = identity.keys.published(KeyPurpose::Access, now).len();
    Ok(format!("sign; {published} for access tokens are published"))
}

fn media_is_writable(settings: &Settings) -> Result<String, String> {
    let folder = &settings.media_url;
    let probe = folder.join(format!(".doctor.{}", std::process::id()));
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&probe, b""))
        .and_then(|()| std::fs::remove_file(&probe))
        .map(|()| format!("{} is writable", folder.display()))
        .map_err(|cause| format!("{}: {cause}", folder.display()))
}
