//! `mfp-api benefits import-codes`: a pool's codes from a file.

use std::path::Path;

use super::{
    command_line::say,
    prepare::{self, Opened},
};
use crate::{
    domain::benefit_use::{ImportReport, import_codes},
    infra::{config::Settings, error::Error},
};

/// Imports a file of codes, or names its faulty lines and imports nothing.
pub async fn import(settings: &Settings, file: &Path, benefit: &str) -> Result<(), String> {
    let bytes = std::fs::read(file).map_err(|cause| format!("{}: {cause}", file.display()))?;
    let Opened {
        database,
        clock,
        identity,
    } = prepare::open(settings).await?;
    let accounts = identity.accounts();
    let report = import_codes(&accounts, &database, benefit, &bytes, clock.now())
        .await
        .map_err(failed)?
        .map_err(|problem| format!("{benefit:?}: {}: {}", problem.code(), problem.message()))?;
    tell(&report);
    if report.refused_total > 0 {
        return Err(format!(
            "{} lines are no codes; nothing was imported",
            report.refused_total
        ));
    }
    Ok(())
}

fn failed(error: Error) -> String {
    format!("the codes: {}; the log says why", error.code().as_str())
}

fn tell(report: &ImportReport) {
    for refused in &report.refused {
        say(&format!(
            "line {}: {} {}",
            refused.line, refused.code, refused.message
        ));
    }
    say(&format!(
        "{} accepted, {} known already, {} refused; {} remain",
        report.accepted, report.already_known, report.refused_total, report.remaining
    ));
}
