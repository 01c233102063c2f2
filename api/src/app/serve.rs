//! `mfp-api serve`: everything put together, running until it is told to stop.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use actix_web::dev::ServerHandle;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{
    Identity,
    command_line::say,
    demonstration,
    prepare::{self, Opened},
    upkeep, work,
};
use crate::{
    domain::{
        accounts::Accounts,
        app_config::AppSettings,
        content::{Audiences, PortalHost},
        guide_watch::Prober,
        guides::SeenPassports,
        media::{MediaBase, MediaLibrary},
        privacy::CoolingOff,
        push::{PushGateways, gateway::Gateways},
        service_reports::ReportLimits,
    },
    http::{
        self, Budgets, Callers, HttpServices, PersistedQueries, Readiness, RequestGate,
        ResponseCache, Running,
    },
    infra::{
        cache::{Generations, RowCache},
        clock::Clock,
        config::Settings,
        db::Database,
        outbound::Outbound,
        redis::Redis,
        telemetry,
    },
    schema::{self, CACHE_TAGS, Services},
};

/// How often samples are folded up.
const UPKEEP: Duration = Duration::from_secs(5);

/// The product, put together and listening.
pub struct Application {
    running: Running,
    push_gateways: PushGateways,
}

impl Application {
    /// Puts everything together around a database that is fit for serving, and starts listening.
    ///
    /// # Errors
    /// One line that says what is missing.
    pub fn build(
        settings: &Settings,
        database: Database,
        identity: Identity,
        clock: Clock,
        metrics: PrometheusHandle,
    ) -> Result<Self, String> {
        let listener = http::bind(settings)?;
        let address = listener
            .local_addr()
            .map_err(|cause| format!("listening: {cause}"))?;
        let sdl = schema::sdl();
        let redis = settings.redis_url()?.as_ref().map(Redis::open);
        let gate = RequestGate::new(&sdl)?;
        let vault = Arc::clone(&identity.vault);
        let generations = Generations::new(&CACHE_TAGS, redis.clone());
        let resolvers = resolvers(settings, address, database, identity, clock, generations)?;
        let push_gateways = resolvers.push_gateways.clone();
        let services = HttpServices {
            schema: schema::build(!settings.is_production()),
            callers: Callers::new(settings),
            budgets: Budgets::new(settings, redis.clone(), vault),
            persisted_queries: PersistedQueries::open(settings, &gate, redis.clone())?,
            response_cache: ResponseCache::open(settings, &sdl, &resolvers, redis),
            resolvers,
            gate,
            sdl,
            minimum_versions: settings.client_minimum_versions.clone(),
            request_deadline: settings.request_deadline(),
            body_deadline: settings.body_deadline(),
        };
        Ok(Self {
            running: http::listen(settings, listener, services, metrics)?,
            push_gateways,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        self.running.addresses()
    }

    /// The process's gateways, for whoever sends beside it: connections and tokens are shared.
    #[must_use]
    pub fn gateways(&self) -> Arc<Gateways> {
        Arc::clone(&self.push_gateways.0)
    }

    /// Serves until it is stopped by the handle.
    #[must_use]
    pub fn into_running(self) -> Running {
        self.running
    }
}

/// What resolvers share.
///
/// # Errors
/// One line naming the setting of a media store or of a provider of notifications that can't be used,
/// or of destinations.
pub fn resolvers(
    settings: &Settings,
    address: SocketAddr,
    database: Database,
    identity: Identity,
    clock: Clock,
    generations: Generations,
) -> Result<Services, String> {
    let public_url = public_url(settings, address);
    let gateways = Gateways::new(settings, &clock)?;
    Ok(Services {
        accounts: Accounts::new(identity.vault, identity.keys, &public_url)
            .with_sms_limits(settings.sms_per_hour, settings.sms_per_day),
        database,
        clock,
        media_base: MediaBase(public_url),
        app_settings: AppSettings {
            minimum_versions: settings.client_minimum_versions.clone(),
            maintenance_notice: settings.maintenance_notice.clone(),
            flags: settings.flags.clone(),
        },
        portal_host: PortalHost(settings.portal_host.to_ascii_lowercase()),
        cooling_off: CoolingOff(settings.erasure_cooling_off()),
        media_library: MediaLibrary::open(settings)?,
        audiences: Audiences::default(),
        rows: row_cache(settings, &generations),
        generations,
        outbound: Outbound::new(settings)?,
        push_gateways: PushGateways(Arc::new(gateways)),
        report_limits: ReportLimits {
            per_address: settings.reports_per_address,
        },
        seen_passports: SeenPassports::default(),
    })
}

fn row_cache(settings: &Settings, generations: &Generations) -> Option<RowCache> {
    let bytes = settings.row_cache_bytes();
    (bytes > 0).then(|| RowCache::new(bytes, generations.clone()))
}

fn public_url(settings: &Settings, mut address: SocketAddr) -> String {
    if let Some(url) = &settings.public_url {
        return url.as_str().trim_end_matches('/').to_owned();
    }
    if address.ip().is_unspecified() {
        address.set_ip(Ipv4Addr::LOCALHOST.into());
    }
    format!("http://{address}")
}

/// Starts, prints the addresses, and serves until SIGTERM or SIGINT.
pub(super) async fn until_stopped(settings: &Settings, has_worker: bool) -> Result<(), String> {
    let Opened {
        database,
        clock,
        identity,
    } = prepare::open(settings).await?;
    let metrics = telemetry::start_metrics().map_err(|cause| format!("metrics: {cause}"))?;
    tokio::spawn(keep_tidy(metrics.clone()));
    let mut background = upkeep::start(&database, &identity, &clock);
    if has_worker {
        let worker = work::worker(settings, &database, &identity, &clock)?;
        background.spawn(worker.run());
        if let Some(prober) = Prober::of(settings, &database, &clock)? {
            background.spawn(prober.run());
        }
    }
    let signals = Signals::listen().map_err(|cause| format!("signals: {cause}"))?;
    demonstration::introduce(settings, &database, &identity, &clock).await?;
    let application = Application::build(
        settings,
        database.clone(),
        identity.clone(),
        clock.clone(),
        metrics,
    )?;
    let gateways = application.gateways();
    let postman = has_worker.then(|| {
        let postman = work::postman(settings, &database, &identity, &clock, &gateways);
        work::AtWork::begin(postman)
    });
    greet(settings, application.addresses());
    let (server, handle, readiness) = application.into_running().into_parts();
    let drain = Duration::from_secs(settings.drain_seconds);
    tokio::spawn(stop_when_told(signals, handle, readiness, drain));
    let served = server.await.map_err(|cause| format!("serving: {cause}"));
    if let Some(postman) = postman {
        postman.end().await;
    }
    // It would only complain of a database that is closed; a job that is cut off is leased again.
    background.shutdown().await;
    database.close().await;
    served
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

/// Samples of histograms gather until somebody folds them up; nobody may be scraping.
async fn keep_tidy(metrics: PrometheusHandle) {
    let mut interval = tokio::time::interval(UPKEEP);
    loop {
        interval.tick().await;
        metrics.run_upkeep();
    }
}

/// Heard from before the first address is printed, so that an early stop is a clean one.
pub(super) struct Signals {
    pub(super) terminate: Signal,
    pub(super) interrupt: Signal,
}

impl Signals {
    pub(super) fn listen() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }
}

/// Says "not ready" first, so that balancers turn away before the socket closes.
async fn stop_when_told(
    mut signals: Signals,
    handle: ServerHandle,
    readiness: Readiness,
    drain: Duration,
) {
    tokio::select! {
        _ = signals.terminate.recv() => {
            readiness.drain();
            tracing::info!(drain_seconds = drain.as_secs(), "stopping");
            tokio::time::sleep(drain).await;
        }
        // At a terminal nobody balances: stop at once.
        _ = signals.interrupt.recv() => readiness.drain(),
    }
    handle.stop(true).await;
    tracing::info!("stopped");
}
