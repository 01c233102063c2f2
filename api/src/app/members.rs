//! `mfp-api members import`: a roster from a file.

use std::{path::Path, time::Duration};

use entities::member_import;

use super::{
    command_line::say,
    prepare::{self, Opened},
};
use crate::{
    domain::membership::{self, NewImport},
    infra::{
        audit::{self, Entry, Program},
        clock::Clock,
        config::Settings,
        db::{Database, begin_long},
        error::Error,
        graphql::UserErrorCode,
    },
};

const TELL_EVERY: Duration = Duration::from_secs(2);

/// Reads a roster, says what is wrong with it, and applies it if asked to.
pub async fn import(
    settings: &Settings,
    file: &Path,
    organisation: &str,
    applies: bool,
) -> Result<(), String> {
    let bytes = std::fs::read(file).map_err(|cause| format!("{}: {cause}", file.display()))?;
    let Opened {
        database,
        clock,
        identity,
    } = prepare::open(settings).await?;
    let accounts = identity.accounts();
    let issuer_id = membership::find_union(database.reader(), organisation)
        .await
        .map_err(failed)?
        .ok_or_else(|| format!("{organisation:?} is not the slug of a union that issues cards"))?;
    let new = NewImport {
        issuer_id,
        created_by_id: None,
    };
    let begun = membership::begin(&database, new, &bytes, clock.now())
        .await
        .map_err(failed)?;
    let staging = membership::stage(&accounts, &database, begun.clone(), &bytes);
    let staged = tokio::select! {
        staged = staging => staged.map_err(failed)?,
        () = tell_progress(&database, begun.id) => begun,
    };
    report(&staged);
    if staged.good == 0 {
        return Err("no line can be applied".into());
    }
    if !applies {
        say("nothing was changed; apply it with --apply");
        return Ok(());
    }
    apply(&database, &clock, staged).await
}

fn failed(error: Error) -> String {
    format!("the roster: {}; the log says why", error.code().as_str())
}

/// Never ends: the reading does.
async fn tell_progress(database: &Database, id: uuid::Uuid) {
    loop {
        tokio::time::sleep(TELL_EVERY).await;
        if let Ok(Some(import)) = membership::find_import(database.reader(), id).await {
            say(&format!("{} lines read", import.lines));
        }
    }
}

fn report(import: &member_import::Model) {
    for problem in import.report.as_array().into_iter().flatten() {
        say(&format!(
            "line {}, {}: {} {}",
            problem["line"],
            problem["column"].as_str().unwrap_or("-"),
            problem["code"].as_str().unwrap_or_default(),
            problem["message"].as_str().unwrap_or_default(),
        ));
    }
    say(&format!(
        "{} lines: {} good ({} new, {} changed, {} as they are), {} bad",
        import.lines, import.good, import.added, import.updated, import.unchanged, import.bad
    ));
}

async fn apply(
    database: &Database,
    clock: &Clock,
    staged: member_import::Model,
) -> Result<(), String> {
    let now = clock.now();
    let applying = async {
        let transaction = begin_long(database).await?;
        let Some(locked) = membership::lock_import(&transaction, staged.id).await? else {
            return Err(Error::internal("an import is gone at once", staged.id));
        };
        let applied = match membership::apply(&transaction, locked, now).await? {
            Ok(applied) => applied,
            Err(code) => return Ok(Err(code)),
        };
        let entry = Entry::by(
            Program::CommandLine,
            "member_import.apply",
            Some(applied.issuer_id),
            ("member_import", applied.id),
            serde_json::json!({ "added": applied.added, "updated": applied.updated }),
        );
        audit::record(&transaction, entry, now).await?;
        transaction.commit().await?;
        Ok(Ok(applied))
    };
    match applying.await.map_err(failed)? {
        Ok(applied) => {
            say(&format!(
                "applied: {} added, {} changed",
                applied.added, applied.updated
            ));
            Ok(())
        }
        Err(code) => Err(code.message()),
    }
}
