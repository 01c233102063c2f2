//! `mfp-api serve`: everything put together, running until it is told to stop.

use std::{net::SocketAddr, time::Duration};

use actix_web::dev::ServerHandle;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::signal::unix::{SignalKind, signal};

use super::{command_line::say, prepare};
use crate::{
    domain::{app_config::AppSettings, media::MediaBase},
    http::{self, HttpServices, Readiness, RequestGate, Running},
    infra::{clock::Clock, config::Settings, db::Database, telemetry},
    schema::{self, PortalHost, Services},
};

/// The product, put together and listening.
pub struct Application {
    running: Running,
}

impl Application {
    /// Puts everything together around a database that is fit for serving, and starts listening.
    ///
    /// # Errors
    /// One line that says what is missing.
    pub fn build(
        settings: &Settings,
        database: Database,
        clock: Clock,
        metrics: PrometheusHandle,
    ) -> Result<Self, String> {
        let sdl = schema::sdl();
        let services = HttpServices {
            schema: schema::build(!settings.is_production()),
            gate: RequestGate::new(&sdl)?,
            sdl,
            resolvers: resolvers(settings, database, clock),
            minimum_versions: settings.client_minimum_versions.clone(),
            request_deadline: settings.request_deadline(),
            body_deadline: settings.body_deadline(),
            media_root: settings.media_url.clone(),
        };
        Ok(Self {
            running: http::listen(settings, services, metrics)?,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        self.running.addresses()
    }

    /// Serves until it is stopped by the handle.
    #[must_use]
    pub fn into_running(self) -> Running {
        self.running
    }
}

/// What resolvers share.
#[must_use]
pub fn resolvers(settings: &Settings, database: Database, clock: Clock) -> Services {
    Services {
        database,
        clock,
        media_base: MediaBase(public_url(settings)),
        app_settings: AppSettings {
            minimum_versions: settings.client_minimum_versions.clone(),
            maintenance_notice: settings.maintenance_notice.clone(),
            flags: settings.flags.clone(),
        },
        portal_host: PortalHost(settings.portal_host.to_ascii_lowercase()),
    }
}

fn public_url(settings: &Settings) -> String {
    match &settings.public_url {
        Some(url) => url.as_str().trim_end_matches('/').to_owned(),
        None => format!("http://{}", SocketAddr::new(settings.host, settings.port)),
    }
}

/// Starts, prints the addresses, and serves until SIGTERM or SIGINT.
pub(super) async fn until_stopped(settings: &Settings) -> Result<(), String> {
    let database = prepare::database(settings).await?;
    let clock = Clock::system();
    let database_now = database
        .now()
        .await
        .map_err(|cause| format!("database {}: {cause}", settings.database_url()))?;
    let ahead = clock.follow(database_now);
    tracing::info!(
        ahead_ms = ahead.num_milliseconds(),
        "following the database's clock"
    );
    let metrics = telemetry::start_metrics().map_err(|cause| format!("metrics: {cause}"))?;
    let application = Application::build(settings, database, clock, metrics)?;
    greet(settings, application.addresses());
    let (server, handle, readiness) = application.into_running().into_parts();
    tokio::spawn(stop_when_told(
        handle,
        readiness,
        Duration::from_secs(settings.drain_seconds),
    ));
    server.await.map_err(|cause| format!("serving: {cause}"))
}

fn greet(settings: &Settings, addresses: &[SocketAddr]) {
    for address in addresses {
        say(&format!("GraphQL   http://{address}/graphql"));
        if !settings.is_production() {
            say(&format!("GraphiQL  http://{address}/graphiql"));
        }
        say(&format!("health    http://{address}/readyz"));
    }
}

/// Says "not ready" first, so that balancers turn away before the socket closes.
async fn stop_when_told(handle: ServerHandle, readiness: Readiness, drain: Duration) {
    let (Ok(mut terminate), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        tracing::error!("signals can't be heard; stop the process by force");
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {
            readiness.drain();
            tracing::info!(drain_seconds = drain.as_secs(), "stopping");
            tokio::time::sleep(drain).await;
        }
        // At a terminal nobody balances: stop at once.
        _ = interrupt.recv() => readiness.drain(),
    }
    handle.stop(true).await;
    tracing::info!("stopped");
}
