//! The product, running inside the test on a free port, and what an anonymous person asks of it.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use actix_web::dev::ServerHandle;
use api::{
    app::{Application, Identity, postman, resolvers, worker},
    infra::{
        auth::Viewer,
        cache::Generations,
        clock::Clock,
        config::Settings,
        db::Database,
        graphql::{Caller, Standing},
        telemetry,
    },
    schema::{self, Asker, CACHE_TAGS, RequestData, Schema, Services},
};
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::{Value, json};
use tokio::{sync::watch, task::AbortHandle};

use super::{Answer, Backend, Outbox, Person, TestDatabase};

/// A running product.
pub struct App {
    pub database: Database,
    pub client: reqwest::Client,
    pub address: SocketAddr,
    pub settings: Settings,
    pub outbox: Outbox,
    pub(super) identity: Identity,
    clock: Clock,
    pub(super) admins: std::sync::atomic::AtomicU32,
    statements: Arc<Mutex<Vec<String>>>,
    serving: ServerHandle,
    working: AbortHandle,
    ringing: AbortHandle,
    stop_ringing: watch::Sender<bool>,
    _database: Option<TestDatabase>,
}

fn metrics() -> PrometheusHandle {
    static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();
    METRICS
        .get_or_init(|| telemetry::start_metrics().expect("metrics"))
        .clone()
}

impl App {
    /// With the demo content.
    pub async fn start(backend: Backend) -> Self {
        Self::start_with(backend, |_| {}).await
    }

    /// With the demo content and settings of the test's own.
    pub async fn start_with(backend: Backend, change: impl FnOnce(&mut Settings)) -> Self {
        let test_database = TestDatabase::seeded(backend).await;
        let mut settings = test_database.settings.clone();
        let outbox = Outbox::default();
        let sms_url = json!(outbox.listen_for_sms());
        let smtp_url = json!(outbox.listen_for_mail().await);
        settings.sms_url = serde_json::from_value(sms_url).expect("an address");
        settings.smtp_url = serde_json::from_value(smtp_url).expect("an address");
        change(&mut settings);
        Self::launch(settings, outbox, Some(test_database)).await
    }

    /// Another instance beside this one: the same settings and database, the same outbox.
    pub async fn beside(&self) -> Self {
        let mut settings = self.settings.clone();
        let public_url = format!("http://{}", self.address);
        settings.public_url = Some(public_url.parse().expect("an address"));
        Self::launch(settings, self.outbox.clone(), None).await
    }

    async fn launch(
        settings: Settings,
        outbox: Outbox,
        test_database: Option<TestDatabase>,
    ) -> Self {
        let database = Database::connect(&settings).await.expect("a database");
        let statements = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&statements);
        let observed = database.observed(move |sql| {
            seen.lock().expect("a lock").push(sql.to_owned());
        });
        let clock = Clock::system();
        let identity = Identity::load(&settings, &database, &clock)
            .await
            .expect("an identity");
        let worker = worker(&settings, &database, &identity, &clock).expect("a worker");
        let working = actix_web::rt::spawn(worker.run());
        let application = Application::build(
            &settings,
            observed,
            identity.clone(),
            clock.clone(),
            metrics(),
        )
        .expect("an application");
        let gateways = application.gateways();
        let postman = postman(&settings, &database, &identity, &clock, &gateways);
        let (stop_ringing, stopping) = watch::channel(false);
        let ringing = actix_web::rt::spawn(postman.run(stopping));
        let address = application.addresses()[0];
        let (server, serving, _) = application.into_running().into_parts();
        actix_web::rt::spawn(server);
        Self {
            database,
            client: reqwest::Client::builder()
                .timeout(Duration::from_secs(20))
                .build()
                .expect("a client"),
            address,
            settings,
            outbox,
            identity,
            clock,
            admins: std::sync::atomic::AtomicU32::new(0),
            statements,
            serving,
            working: working.abort_handle(),
            ringing: ringing.abort_handle(),
            stop_ringing,
            _database: test_database,
        }
    }

    /// What ends it, while its connections can still be given back: a connection that is dropped after
    /// the test's runtime aborts the whole program.
    pub fn ending(&self) -> impl Future<Output = ()> + 'static {
        let (serving, working) = (self.serving.clone(), self.working.clone());
        let (ringing, stop_ringing) = (self.ringing.clone(), self.stop_ringing.clone());
        let database = self.database.clone();
        async move {
            working.abort();
            stop_ringing.send_replace(true);
            for _ in 0..200 {
                if ringing.is_finished() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            ringing.abort();
            serving.stop(false).await;
            database.close().await;
        }
    }

    /// The product's clock, for whoever must agree with it.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// What the product's clock says.
    pub fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.clock.now()
    }

    /// Moves the product's clock.
    pub fn wait(&self, time: chrono::TimeDelta) {
        self.clock.follow(self.clock.now() + time);
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Asks as somebody who has not signed in.
    pub async fn ask(&self, query: &str) -> Answer {
        self.ask_with(query, json!({})).await
    }

    /// The same with variables.
    pub async fn ask_with(&self, query: &str, variables: Value) -> Answer {
        let response = self
            .client
            .post(self.url("/graphql"))
            .header("accept", "application/graphql-response+json")
            .json(&json!({ "query": query, "variables": variables }))
            .send()
            .await
            .expect("an answer");
        Answer::of(response).await
    }

    /// Asks as a client that takes only that type.
    pub async fn ask_accepting(&self, accept: &str, query: &str) -> Answer {
        let response = self
            .client
            .post(self.url("/graphql"))
            .header("accept", accept)
            .json(&json!({ "query": query }))
            .send()
            .await
            .expect("an answer");
        Answer::of(response).await
    }

    /// Asks as that viewer, past HTTP.
    pub async fn ask_as(&self, viewer: Viewer, query: &str, variables: Value) -> Answer {
        self.indoors().ask_as(viewer, query, variables).await
    }

    /// What answers past HTTP, put together once for many who ask.
    pub fn indoors(&self) -> Indoors {
        let services = resolvers(
            &self.settings,
            self.address,
            self.database.clone(),
            self.identity.clone(),
            self.clock.clone(),
            Generations::new(&CACHE_TAGS, None),
        )
        .expect("what resolvers share");
        Indoors {
            schema: schema::build(true),
            services,
        }
    }

    /// The statements sent so far that read this table.
    pub fn reads_of(&self, table: &str) -> usize {
        let statements = self.statements.lock().expect("a lock");
        let reads = |sql: &&String| sql.contains(&format!("FROM \"{table}\""));
        statements.iter().filter(reads).count()
    }

    /// The SELECTs that the query sent.
    pub async fn statements_of(&self, query: &str) -> Vec<String> {
        self.statements.lock().expect("a lock").clear();
        self.ask(query).await.data();
        self.statements.lock().expect("a lock").clone()
    }

    /// The same of a query by somebody who has signed in.
    pub async fn statements_of_by(&self, person: &Person, query: &str) -> Vec<String> {
        self.statements.lock().expect("a lock").clear();
        self.ask_by(person, query, json!({})).await.data();
        self.statements.lock().expect("a lock").clone()
    }
}

/// The product behind its door.
pub struct Indoors {
    schema: Schema,
    services: Services,
}

impl Indoors {
    /// Asks as that viewer.
    pub async fn ask_as(&self, viewer: Viewer, query: &str, variables: Value) -> Answer {
        let services = &self.services;
        let asker = Asker {
            audience: services.audience_of(&viewer).await.expect("an audience"),
            viewer,
            caller: Caller::default(),
            standing: Standing::default(),
            changes: false,
        };
        let request = async_graphql::Request::new(query)
            .variables(async_graphql::Variables::from_json(variables))
            .asked_by(asker, services);
        let response = self.schema.execute(request).await;
        Answer::executed(serde_json::to_value(&response).expect("an answer"))
    }
}
