//! `mfp-api doctor`: what works and what does not, in plain words.

use chrono::TimeDelta;

use super::{Identity, command_line::say, prepare::plain};
use crate::{
    domain::media::MediaLibrary,
    infra::{
        auth::KeyPurpose,
        clock::Clock,
        config::Settings,
        db::{Database, pending_migrations},
    },
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
    match settings.redis_url() {
        Ok(None) => {}
        Ok(Some(url)) => {
            let answers = url.check().await;
            report("redis", answers.map(|()| "answers and takes writes".into()));
        }
        Err(refusal) => report("redis", Err(refusal)),
    }
    report("messages", messages_go_somewhere(settings));
    report("media", media_is_writable(settings).await);
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

/// In production a message that no provider takes is refused, and its code with it.
fn messages_go_somewhere(settings: &Settings) -> Result<String, String> {
    let ways = [
        ("MFP_SMS_URL", settings.sms_url.is_some()),
        ("MFP_SMTP_URL", settings.smtp_url.is_some()),
    ];
    let unset: Vec<&str> = ways
        .iter()
        .filter(|(_, is_set)| !is_set)
        .map(|(name, _)| *name)
        .collect();
    if unset.is_empty() {
        Ok("SMS and e-mail are set up".into())
    } else if settings.is_production() {
        Err(format!(
            "codes go nowhere: set {} to the provider's address",
            unset.join(" and ")
        ))
    } else {
        Ok(format!(
            "written to the log where {} is not set (development only)",
            unset.join(" or ")
        ))
    }
}

async fn media_is_writable(settings: &Settings) -> Result<String, String> {
    MediaLibrary::open(settings)?.check().await
}
