//! Two servers are replaced one after the other while readers and a writer ask: no request fails.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use serde_json::{Value, json};
use uuid::Uuid;

use super::server_of_several;
use crate::support::{App, Backend, Served};

const READ: &str = "{ news(first: 5) { nodes { id headline } } }";
const RECORD: &str = "mutation($input: ContentEventsRecordInput!) {
    contentEventsRecord(input: $input) { accepted userErrors { code } } }";
const READERS: usize = 4;
/// How often a balancer asks a server for its health.
const LOOKS_EVERY: Duration = Duration::from_millis(50);

/// A balancer, as small as one can be: it sends requests in turn to the servers that say they are ready, and
/// a request again only if it could not be handed over.
#[derive(Default)]
struct Balancer {
    /// Addresses of servers that run, and whether they want requests.
    servers: RefCell<Vec<(String, bool)>>,
    turn: Cell<usize>,
    answered: Cell<usize>,
    is_over: Cell<bool>,
}

impl Balancer {
    async fn keep_looking(self: Rc<Self>) {
        let client = reqwest::Client::new();
        while !self.is_over.get() {
            self.look(&client).await;
            tokio::time::sleep(LOOKS_EVERY).await;
        }
    }

    async fn look(&self, client: &reqwest::Client) {
        let bases: Vec<String> = self.bases(|_| true);
        for base in bases {
            let answer = client.get(format!("{base}/readyz")).send().await;
            let is_ready = answer.is_ok_and(|answer| answer.status() == 200);
            let mut servers = self.servers.borrow_mut();
            if let Some(server) = servers.iter_mut().find(|(known, _)| *known == base) {
                server.1 = is_ready;
            }
        }
    }

    fn bases(&self, wanted: impl Fn(bool) -> bool) -> Vec<String> {
        let servers = self.servers.borrow();
        let wanted = servers.iter().filter(|(_, is_ready)| wanted(*is_ready));
        wanted.map(|(base, _)| base.clone()).collect()
    }

    /// The answer's data, whichever server gives it.
    async fn ask(&self, client: &reqwest::Client, body: &Value) -> Value {
        for _ in 0..100 {
            let ready = self.bases(|is_ready| is_ready);
            if ready.is_empty() {
                // A machine that runs many tests at once may not get to say it.
                tokio::time::sleep(LOOKS_EVERY).await;
                continue;
            }
            self.turn.set(self.turn.get() + 1);
            let base = &ready[self.turn.get() % ready.len()];
            let request = client
                .post(format!("{base}/graphql"))
                .header("accept", "application/graphql-response+json")
                .json(body);
            match request.send().await {
                Ok(response) => {
                    assert_eq!(response.status(), 200);
                    let answer: Value = response.json().await.expect("a whole answer");
                    assert!(answer.get("errors").is_none(), "{answer:#}");
                    self.answered.set(self.answered.get() + 1);
                    return answer["data"].clone();
                }
                Err(cause) => assert!(cause.is_connect(), "{cause:?}"),
            }
        }
        panic!("no server takes it");
    }

    async fn keep_reading(self: Rc<Self>) {
        let client = reqwest::Client::new();
        while !self.is_over.get() {
            let data = self.ask(&client, &json!({ "query": READ })).await;
            assert_eq!(data["news"]["nodes"].as_array().expect("nodes").len(), 5);
        }
    }

    async fn keep_writing(self: Rc<Self>, article: Value) {
        let client = reqwest::Client::new();
        while !self.is_over.get() {
            let events = json!([{ "content": article, "kind": "READ" }]);
            let input = json!({ "batchKey": Uuid::new_v4(), "events": events });
            let body = json!({ "query": RECORD, "variables": { "input": input } });
            let data = self.ask(&client, &body).await;
            assert_eq!(data["contentEventsRecord"]["accepted"], 1);
        }
    }

    /// Takes another server in, once it wants requests.
    async fn take_in(&self, server: &Served) {
        let base = server.base.clone();
        self.servers.borrow_mut().push((base.clone(), false));
        for _ in 0..200 {
            if self.bases(|is_ready| is_ready).contains(&base) {
                return;
            }
            tokio::time::sleep(LOOKS_EVERY).await;
        }
        panic!("{base} is never ready");
    }

    fn leave(&self, server: &Served) {
        let mut servers = self.servers.borrow_mut();
        servers.retain(|(base, _)| *base != server.base);
    }
}

async fn start(app: &App) -> Served {
    // Twenty looks of the balancer: it turns away long before the socket closes.
    let settings = [
        ("MFP_DRAIN_SECONDS", "1"),
        ("MFP_ADDRESS_POINTS", "1000000000"),
    ];
    let url = app.settings.database_url();
    Served::start_with(app, url.reveal(), &settings).await
}

#[actix_web::test]
async fn a_rolling_restart_fails_no_request() {
    let media = tempfile::tempdir().expect("a temporary folder");
    let app = server_of_several(Backend::Postgres, media.path()).await;
    let ending = app.ending();
    let first = app.ask(READ).await;
    let article = first.data()["news"]["nodes"][0]["id"].clone();
    let balancer = Rc::new(Balancer::default());
    let mut tasks = vec![actix_web::rt::spawn(Rc::clone(&balancer).keep_looking())];
    let mut servers = [start(&app).await, start(&app).await];
    for server in &servers {
        balancer.take_in(server).await;
    }
    for _ in 0..READERS {
        tasks.push(actix_web::rt::spawn(Rc::clone(&balancer).keep_reading()));
    }
    let writing = Rc::clone(&balancer).keep_writing(article);
    tasks.push(actix_web::rt::spawn(writing));

    for server in &mut servers {
        let before = balancer.answered.get();
        server.terminate();
        assert!(server.ends_well().await, "it did not end cleanly");
        balancer.leave(server);
        *server = start(&app).await;
        balancer.take_in(server).await;
        assert!(balancer.answered.get() > before + 10, "nobody was served");
    }
    balancer.is_over.set(true);
    for task in tasks {
        task.await.expect("no request fails");
    }
    ending.await;
}
