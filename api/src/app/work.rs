//! `mfp-api work`, and the worker inside `serve`: which handler does which jobs.

use std::{collections::HashMap, sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    task::{JoinHandle, JoinSet},
};

use super::{
    Identity,
    prepare::{self, Opened},
    serve::Signals,
};
use crate::{
    domain::{
        accounts::sending::{self, Couriers},
        benefit_use, editing,
        guide_watch::Prober,
        media::MediaLibrary,
        media_desk, membership, privacy,
        push::{Postman, Terms, gateway::Gateways},
        webhooks::{self, Sender},
    },
    infra::{clock::Clock, config::Settings, db::Database, jobs::Worker, outbound::Outbound},
};

/// A worker for every kind of job.
///
/// # Errors
/// One line naming a setting that can't be used.
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
    let erasing = privacy::erase_handler(accounts.clone(), of, at);
    let (of, at) = own();
    let warning = benefit_use::warning_handler(accounts.clone(), of, at);
    let (of, at) = own();
    let importing = membership::apply_handler(of, at);
    let (of, at) = own();
    let publishing = editing::publish_handler(of, at);
    let (of, at) = own();
    let unpublishing = editing::unpublish_handler(of, at);
    let (of, at) = own();
    let reminding = editing::remind_handler(accounts.clone(), of, at);
    let sweeping = media_desk::sweep_handler(database.clone(), MediaLibrary::open(settings)?);
    let (of, at) = own();
    let telling = webhooks::deliver_handler(Sender {
        database: of,
        clock: at,
        vault: Arc::clone(&identity.vault),
        outbound: Outbound::new(settings)?,
        backoff: settings.webhook_backoff(),
    });
    let (of, at) = own();
    let sending = sending::handler(accounts, of, at, couriers);
    let handlers = HashMap::from([
        (privacy::EXPORT_JOB, exporting),
        (privacy::ERASE_JOB, erasing),
        (benefit_use::WARNING_JOB, warning),
        (membership::APPLY_JOB, importing),
        (editing::PUBLISH_JOB, publishing),
        (editing::UNPUBLISH_JOB, unpublishing),
        (editing::REMIND_JOB, reminding),
        (media_desk::SWEEP_JOB, sweeping),
        (webhooks::DELIVER_JOB, telling),
        (sending::JOB, sending),
    ]);
    let worker = Worker::new(database.clone(), clock.clone(), handlers);
    Ok(worker
        .beside_others(membership::APPLY_JOB)
        .at_once_beside_others(webhooks::DELIVER_JOB))
}

/// So long what is on its way to a provider may take when the process is told to stop.
const LAST_ANSWERS: Duration = Duration::from_secs(10);

/// Whoever plans and sends campaigns.
#[must_use]
pub fn postman(
    settings: &Settings,
    database: &Database,
    identity: &Identity,
    clock: &Clock,
    gateways: &Gateways,
) -> Postman {
    Postman::new(
        database.clone(),
        clock.clone(),
        Arc::clone(&identity.vault),
        gateways,
        Terms::of(settings),
    )
}

/// A postman at work.
pub(super) struct AtWork {
    stop: watch::Sender<bool>,
    working: JoinHandle<()>,
}

impl AtWork {
    /// Lets one work beside everything else.
    pub(super) fn begin(postman: Postman) -> Self {
        let (stop, stopping) = watch::channel(false);
        Self {
            stop,
            working: tokio::spawn(postman.run(stopping)),
        }
    }

    /// Lets it finish what is on its way and give its leases back.
    pub(super) async fn end(self) {
        self.stop.send_replace(true);
        if tokio::time::timeout(LAST_ANSWERS, self.working)
            .await
            .is_err()
        {
            tracing::warn!("answers of providers were not waited for");
        }
    }
}

/// Works until the process is stopped; a job that is cut off is leased again by another worker, and a
/// campaign is gone on with from the last answer.
pub(super) async fn until_stopped(settings: &Settings) -> Result<(), String> {
    let Opened {
        database,
        clock,
        identity,
    } = prepare::open(settings).await?;
    let worker = worker(settings, &database, &identity, &clock)?;
    let mut signals = Signals::listen().map_err(|cause| format!("signals: {cause}"))?;
    let gateways = Gateways::new(settings, &clock)?;
    let postman = AtWork::begin(postman(settings, &database, &identity, &clock, &gateways));
    // Ends with the process: a turn that is cut off is free again after a minute.
    let mut looking = JoinSet::new();
    if let Some(prober) = Prober::of(settings, &database, &clock)? {
        looking.spawn(prober.run());
    }
    tracing::info!("working");
    tokio::select! {
        () = worker.run() => {}
        _ = signals.terminate.recv() => {}
        _ = signals.interrupt.recv() => {}
    }
    postman.end().await;
    looking.shutdown().await;
    database.close().await;
    Ok(())
}
