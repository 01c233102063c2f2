//! `mfp-api news import-feed`: an organisation's old news as drafts, from a file.

use std::path::Path;

use super::{
    command_line::say,
    prepare::{self, Opened},
};
use crate::{
    domain::{
        content::PortalHost,
        editing::{NewsImport, import_news},
    },
    infra::{config::Settings, error::Error},
};

/// Imports a feed or an export, and tells what became of its entries.
pub async fn import(settings: &Settings, file: &Path, organisation: &str) -> Result<(), String> {
    let bytes = std::fs::read(file).map_err(|cause| format!("{}: {cause}", file.display()))?;
    let Opened {
        database, clock, ..
    } = prepare::open(settings).await?;
    let portal = PortalHost(settings.portal_host.to_ascii_lowercase());
    let tell_progress = |done: usize, of: usize| say(&format!("{done} of {of} entries"));
    let report = import_news(
        &database,
        &portal,
        organisation,
        bytes.into(),
        clock.now(),
        &tell_progress,
    )
    .await
    .map_err(failed)?
    .map_err(|problem| {
        let line = problem.line().map(|line| format!(", line {line}"));
        let place = format!("{}{}", file.display(), line.unwrap_or_default());
        format!("{place}: {}: {}", problem.code(), problem.message())
    })?;
    tell(&report);
    Ok(())
}

fn failed(error: Error) -> String {
    format!(
        "the news: {}; the log says why, and the same file goes on from there",
        error.code().as_str()
    )
}

fn tell(report: &NewsImport) {
    for problem in &report.problems {
        let line = problem.line.map(|line| format!(", line {line}"));
        let field = problem.field.map(|field| format!(", {field}"));
        say(&format!(
            "entry {}{}{}: {} {}",
            problem.entry,
            line.unwrap_or_default(),
            field.unwrap_or_default(),
            problem.code,
            problem.message
        ));
    }
    say(&format!(
        "{} drafts begun, {} known already, {} no news, {} problems",
        report.created, report.unchanged, report.skipped, report.problems_total
    ));
}
