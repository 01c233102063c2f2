//! The demo member and administrator: made on a development server's first start, told on every one.

use std::{fs, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use super::{Identity, command_line::say};
use crate::{
    domain::demo::{DemoPeople, seed_people},
    infra::{clock::Clock, config::Settings, db::Database},
};

/// Beside the embedded database, which is the only one that has them.
const NOTE: &str = "data/demo-people.txt";

/// Makes them if need be and says how to sign in as them. Never in production, and never in a
/// database that somebody chose.
pub async fn introduce(
    settings: &Settings,
    database: &Database,
    identity: &Identity,
    clock: &Clock,
) -> Result<(), String> {
    if settings.is_production() || !settings.loads_demo_content() {
        return Ok(());
    }
    let accounts = identity.accounts();
    let made = seed_people(&accounts, database, clock.now())
        .await
        .map_err(|_| "the demo people could not be made; the log says why".to_owned())?;
    let note = Path::new(NOTE);
    if let Some(people) = made {
        keep(note, &describe(&people)).map_err(|cause| format!("{NOTE}: {cause}"))?;
    }
    if let Ok(text) = fs::read_to_string(note) {
        say(text.trim_end());
    }
    Ok(())
}

fn describe(people: &DemoPeople) -> String {
    format!(
        "demo member         phone {} (its codes come in this log)\n\
         demo administrator  {}  password {}  TOTP secret {}\n",
        people.member_phone,
        people.administrator_email,
        people.administrator_password,
        people.administrator_totp
    )
}

fn keep(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())
}
