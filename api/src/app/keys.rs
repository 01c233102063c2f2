//! `mfp-api keys rotate` and `mfp-api audit verify`.

use super::{
    command_line::say,
    identity,
    prepare::{self, Opened},
};
use crate::infra::{
    audit::verify_chains,
    auth::{Rotation, rotate_keys},
    config::Settings,
};

/// Makes new signing keys.
pub async fn rotate(settings: &Settings, is_emergency: bool) -> Result<(), String> {
    let database = prepare::database(settings).await?;
    let clock = prepare::clock(settings, &database).await?;
    let rotation = if is_emergency {
        Rotation::Emergency
    } else {
        Rotation::Planned
    };
    let vault = identity::vault(settings)?;
    let made = rotate_keys(&database, &vault, rotation, clock.now())
        .await
        .map_err(|_| "the keys could not be made; the log says why".to_owned())?;
    say(&format!(
        "{made} keys made; running servers read them within half a minute"
    ));
    if is_emergency {
        say("what the old ones signed is refused from then on: members sign in again");
    }
    Ok(())
}

/// Checks the audit log and fails where it was changed.
pub async fn verify_audit(settings: &Settings) -> Result<(), String> {
    let Opened {
        database,
        clock,
        identity,
    } = prepare::open(settings).await?;
    let verdict = verify_chains(&database, &identity.keys, clock.now())
        .await
        .map_err(|_| "the audit log could not be read; the log says why".to_owned())?;
    say(&format!(
        "{} entries in {} chains, {} anchors",
        verdict.entries, verdict.chains, verdict.anchors
    ));
    for fault in &verdict.faults {
        say(fault);
    }
    if verdict.faults.is_empty() {
        say("nothing was changed");
        Ok(())
    } else {
        Err(format!(
            "the audit log was changed in {} chains",
            verdict.faults.len()
        ))
    }
}
