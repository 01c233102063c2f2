//! `mfp-api work`, and the worker inside `serve`: which handler does which jobs.

use std::{collections::HashMap, sync::Arc};

use super::{
    Identity,
    prepare::{self, Opened},
};
use crate::{
    domain::{
        accounts::sending::{self, Couriers},
        privacy,
    },
    infra::{clock::Clock, config::Settings, db::Database, jobs::Worker},
};

/// A worker for every kind of job.
///
/// # Errors
/// One line naming the setting of a provider that can't be used.
pub fn worker(
    settings: &Settings,
    database: &Database,
    identity: &Identity,
    clock: &Clock,
) -> Result<Worker, String> {
    let accounts = identity.accounts();
    let couriers = Arc::new(Couriers::new(settings)?);
    let own = || (database.clone(), clock.clone());
    let (of, at) = own();
    let exporting = privacy::export_handler(accounts.clone(), of, at);
    let (of, at) = own();
    let erasing = privacy::erase_handler(of, at);
    let (of, at) = own();
    let sending = sending::handler(accounts, of, at, couriers);
    let handlers = HashMap::from([
        (privacy::EXPORT_JOB, exporting),
        (privacy::ERASE_JOB, erasing),
        (sending::JOB, sending),
    ]);
    Ok(Worker::new(database.clone(), clock.clone(), handlers))
}

/// Works until the process is stopped; a job that is cut off is leased again by another worker.
pub(super) async fn until_stopped(settings: &Settings) -> Result<(), String> {
    let Opened {
        database,
        clock,
        identity,
    } = prepare::open(settings).await?;
    let worker = worker(settings, &database, &identity, &clock)?;
    tracing::info!("working");
    tokio::select! {
        () = worker.run() => Ok(()),
        stopped = tokio::signal::ctrl_c() => stopped.map_err(|cause| format!("signals: {cause}")),
    }
}
