//! The server: routes, cross-origin rules, listening, and stopping without failing anybody.

use std::{
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use actix_cors::Cors;
use actix_web::{
    App, HttpServer,
    dev::{Server, ServerHandle},
    http::{Method, header},
    middleware::Compress,
    web::{self, Data},
};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::time::Instant;

use super::{
    Budgets, Callers, PersistedQueries, RequestGate, ResponseCache, exports, feeds, graphiql,
    graphql, headers, health, media, preview, service_quality, training, uploads, verify,
    well_known,
};
use crate::{
    infra::{
        config::{MinimumVersions, Settings},
        error::Error,
    },
    schema::{Schema, Services},
};

/// Requests in flight get this long after the listening socket has closed.
const FINISH_SECONDS: u64 = 25;
/// The head of a request must come within this time.
const HEAD_DEADLINE: Duration = Duration::from_secs(5);
/// An answer to a request whose body was left unread is followed by so much listening, as long as whoever
/// sends it may take to look at the answer; then the connection is closed.
const LISTENS_ON: Duration = Duration::from_secs(5);
/// How long browsers may remember a preflight.
const PREFLIGHT_SECONDS: usize = 600;

/// What handlers share.
pub struct HttpServices {
    pub schema: Schema,
    pub sdl: String,
    pub gate: RequestGate,
    pub callers: Callers,
    pub budgets: Budgets,
    pub persisted_queries: PersistedQueries,
    /// None where the settings leave no place for one.
    pub response_cache: Option<ResponseCache>,
    pub resolvers: Services,
    pub minimum_versions: MinimumVersions,
    pub request_deadline: Duration,
    pub body_deadline: Duration,
}

impl HttpServices {
    /// When somebody who asks now must have an answer.
    #[must_use]
    pub fn deadline(&self) -> Instant {
        Instant::now() + self.request_deadline
    }

    /// Waits until that instant for something that asks the database.
    ///
    /// # Errors
    /// Why it is late.
    pub async fn answer_by<T>(
        &self,
        deadline: Instant,
        asking: impl Future<Output = T>,
    ) -> Result<T, Error> {
        let answer = self.resolvers.database.answers_by(deadline, asking).await;
        answer.ok_or_else(|| self.why_late())
    }

    /// What somebody is told who has waited too long: the database does not answer anybody, or it does and
    /// this takes longer.
    #[must_use]
    pub fn why_late(&self) -> Error {
        let is_followed = self.response_cache.is_some();
        if is_followed && !self.resolvers.generations.known().is_verified {
            Error::Unavailable
        } else {
            Error::Timeout
        }
    }

    /// Looks for changes of content now, after one was made here, and tells the other instances.
    pub async fn look_for_changes(&self) {
        let Services {
            generations,
            database,
            ..
        } = &self.resolvers;
        // Without a cache nobody follows the generations, and nothing may go by them.
        if self.response_cache.is_some() {
            // Whoever can't look now looks again within a third of a second.
            drop(generations.changed_here(database).await);
        }
    }
}

/// Whether the server still wants requests.
#[derive(Clone, Debug, Default)]
pub struct Readiness {
    draining: Arc<AtomicBool>,
}

impl Readiness {
    /// From now on `/readyz` says no, and requests are still served.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Whether a stop was asked for.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}

/// A server that listens.
pub struct Running {
    server: Server,
    addresses: Vec<SocketAddr>,
    readiness: Readiness,
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Takes it apart into what runs, what stops it, and its readiness.
    pub fn into_parts(self) -> (Server, ServerHandle, Readiness) {
        let handle = self.server.handle();
        (self.server, handle, self.readiness)
    }
}

/// Takes the address of the settings.
///
/// # Errors
/// Names the address that can't be had.
pub fn bind(settings: &Settings) -> Result<TcpListener, String> {
    let address = SocketAddr::new(settings.host, settings.port);
    TcpListener::bind(address).map_err(|cause| format!("address {address}: {cause}"))
}

/// Starts serving on an address that was taken.
///
/// # Errors
/// When the listener can't be used.
pub fn listen(
    settings: &Settings,
    listener: TcpListener,
    services: HttpServices,
    metrics: PrometheusHandle,
) -> Result<Running, String> {
    let readiness = Readiness::default();
    let services = Data::new(services);
    let metrics = Data::new(metrics);
    let readiness_data = Data::new(readiness.clone());
    let is_production = settings.is_production();
    let origins: Vec<String> = settings.cors_origins().map(str::to_owned).collect();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(services.clone())
            .app_data(metrics.clone())
            .app_data(readiness_data.clone())
            .wrap(Compress::default())
            .wrap(cors(&origins))
            .wrap(headers::security(is_production))
            .configure(|routes| configure(routes, is_production))
    })
    .client_request_timeout(HEAD_DEADLINE)
    .client_disconnect_timeout(LISTENS_ON)
    // Without it, answers that are compressed on the fly wait 40 ms for an acknowledgement.
    .tcp_nodelay(true)
    .disable_signals()
    .shutdown_timeout(FINISH_SECONDS);
    let server = match settings.workers {
        Some(workers) => server.workers(workers.get()),
        None => server,
    };
    let server = server
        .listen(listener)
        .map_err(|cause| format!("listening: {cause}"))?;
    let addresses = server.addrs();
    Ok(Running {
        server: server.run(),
        addresses,
        readiness,
    })
}

fn configure(routes: &mut web::ServiceConfig, is_production: bool) {
    routes
        .route("/graphql", web::route().to(graphql::answer))
        .route("/exports/{id}", web::get().to(exports::archive))
        .route("/uploads", web::post().to(uploads::take))
        .route("/livez", web::get().to(health::live))
        .route("/readyz", web::get().to(health::ready))
        .route("/metrics", web::get().to(health::metrics))
        .route("/schema.graphql", web::get().to(health::schema))
        .route(
            "/.well-known/jwks.json",
            web::get().to(well_known::access_keys),
        )
        .route(
            "/.well-known/card-keys.json",
            web::get().to(well_known::card_keys),
        )
        .configure(verify::configure)
        .configure(preview::configure)
        .route(
            "/training/sessions/{file}",
            web::get().to(training::session_calendar),
        )
        .configure(service_quality::configure)
        .route("/feed/news.rss", web::get().to(feeds::news_rss))
        .route("/feed/news.rss", web::head().to(feeds::news_rss))
        .route("/feed/news.json", web::get().to(feeds::news_json))
        .route("/feed/news.json", web::head().to(feeds::news_json))
        .route("/sitemap.xml", web::get().to(feeds::sitemap))
        .route("/sitemap.xml", web::head().to(feeds::sitemap))
        .route("/sitemap/{part}", web::get().to(feeds::sitemap_part))
        .route("/sitemap/{part}", web::head().to(feeds::sitemap_part))
        .route("/media/{folder}/{file}", web::get().to(media::variant))
        .route("/media/{folder}/{file}", web::head().to(media::variant));
    if !is_production {
        routes.route("/graphiql", web::get().to(graphiql::page));
    }
}

fn cors(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allowed_methods([Method::GET, Method::POST])
        .allowed_headers([
            header::ACCEPT,
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::HeaderName::from_static("x-client"),
            header::HeaderName::from_static("x-client-key"),
            header::HeaderName::from_static("x-cost"),
            header::HeaderName::from_static("x-request-id"),
        ])
        .expose_headers([
            header::ETAG,
            header::RETRY_AFTER,
            header::HeaderName::from_static("x-request-id"),
        ])
        // A request from elsewhere is answered; its page just may not read the answer.
        .block_on_origin_mismatch(false)
        .max_age(PREFLIGHT_SECONDS);
    origins
        .iter()
        .fold(cors, |cors, origin| cors.allowed_origin(origin))
}
