//! `mfp-api quality refresh`: reports of services counted now.

use std::time::Instant;

use super::{
    command_line::say,
    prepare::{self, Opened},
};
use crate::{
    domain::service_quality::{freeze, refresh},
    infra::{config::Settings, error::Error},
};

/// Counts what has changed, freezes months that are over, and tells how long it took.
pub async fn count(settings: &Settings) -> Result<(), String> {
    let Opened {
        database, clock, ..
    } = prepare::open(settings).await?;
    let began = Instant::now();
    let counted = refresh(&database, clock.now()).await.map_err(failed)?;
    say(&format!(
        "counted: {} months of guides looked at, {} cells written, {} guides to be looked at, in {:.2} s",
        counted.looked_at,
        counted.written,
        counted.concerns,
        began.elapsed().as_secs_f64()
    ));
    let frozen = freeze(&database, clock.now()).await.map_err(failed)?;
    say(&format!("frozen: {} months", frozen.len()));
    Ok(())
}

fn failed(error: Error) -> String {
    format!(
        "reports of services: {}; the log says why, and nothing was changed by halves",
        error.code().as_str()
    )
}
