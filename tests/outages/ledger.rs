//! Clients that write down what was acknowledged, while the server is killed and PostgreSQL crashes: all of it
//! is there afterwards, and once.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use api::infra::config::DatabaseUrl;
use entities::content_draft;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{assert_sound, beside};
use crate::{
    editing::{publisher, whole},
    support::{App, Backend, Person, Postgres, Served, TestDatabase},
};

const CREATE: &str =
    "mutation($input: NewsArticleCreateInput!) { newsArticleCreate(input: $input) {
    draft { id } userErrors { code } } }";
const CLIENTS: usize = 3;
/// From one misfortune to the next.
const A_WHILE: Duration = Duration::from_millis(400);

/// The clients, and what they know.
struct Ledger {
    publisher: Person,
    /// A draft that lacks nothing.
    model: Value,
    /// Where the server is now.
    base: RefCell<String>,
    next: Cell<u32>,
    acknowledged: RefCell<BTreeSet<u32>>,
    /// Questions that went without an answer, or were told to come again.
    tried_again: Cell<u32>,
    is_over: Cell<bool>,
}

impl Ledger {
    /// Before there is another server: its worker would send to nobody what invites the publisher.
    async fn open(app: &App) -> Rc<Self> {
        Rc::new(Self {
            publisher: publisher(app).await,
            model: whole(app).await,
            base: RefCell::default(),
            next: Cell::new(0),
            acknowledged: RefCell::default(),
            tried_again: Cell::new(0),
            is_over: Cell::new(false),
        })
    }

    /// Writes numbered drafts one after another, each until it is acknowledged.
    async fn keep_writing(self: Rc<Self>) {
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(10))
            .build()
            .expect("a client");
        while !self.is_over.get() {
            let number = self.next.get();
            self.next.set(number + 1);
            let mut input = self.model.clone();
            input["headline"] = json!(title(number));
            input["clientMutationKey"] = json!(Uuid::new_v4());
            while !self.is_acknowledged(&client, &input).await {
                self.tried_again.set(self.tried_again.get() + 1);
                tokio::time::sleep(Duration::from_millis(30)).await;
            }
            self.acknowledged.borrow_mut().insert(number);
        }
    }

    /// Writes a draft; whether the server says that it stands.
    async fn is_acknowledged(&self, client: &reqwest::Client, input: &Value) -> bool {
        let address = format!("{}/graphql", self.base.borrow());
        let request = client
            .post(address)
            .header("accept", "application/graphql-response+json")
            .header(
                "authorization",
                format!("Bearer {}", self.publisher.access_token),
            )
            .json(&json!({ "query": CREATE, "variables": { "input": input } }));
        let Ok(response) = request.send().await else {
            return false;
        };
        let status = response.status().as_u16();
        if matches!(status, 503 | 504) {
            return false;
        }
        let Ok(body) = response.json::<Value>().await else {
            return false;
        };
        let payload = &body["data"]["newsArticleCreate"];
        assert_eq!(payload["userErrors"], json!([]), "{status}: {body:#}");
        assert!(payload["draft"]["id"].is_string(), "{body:#}");
        true
    }

    /// Each number that was acknowledged stands there once, and so does no other.
    async fn assert_kept(&self, app: &App) {
        let found = drafts(app).await;
        let mut found: Vec<String> = found.into_iter().map(|draft| draft.title).collect();
        let acknowledged = self.acknowledged.borrow();
        let mut expected: Vec<String> = acknowledged.iter().map(|number| title(*number)).collect();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected);
        assert!(expected.len() > 20, "only {} were written", expected.len());
        assert!(self.tried_again.get() > 0, "nothing was in the way");
    }
}

async fn drafts(app: &App) -> Vec<content_draft::Model> {
    let ours = content_draft::Column::Title.starts_with("Запись ");
    for _ in 0..20 {
        let found = content_draft::Entity::find().filter(ours.clone());
        if let Ok(found) = found.all(app.database.reader()).await {
            return found;
        }
        // Connections to a database that has crashed since are told from others by using them.
    }
    panic!("the database does not answer");
}

fn title(number: u32) -> String {
    format!("Запись {number:06}")
}

/// Lets clients write while that happens again and again; `befall` leaves a server that runs.
async fn is_survived(
    app: &App,
    (ledger, mut server): (Rc<Ledger>, Served),
    times: usize,
    befall: impl AsyncFn(usize, Served) -> Served,
) {
    *ledger.base.borrow_mut() = server.base.clone();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| actix_web::rt::spawn(Rc::clone(&ledger).keep_writing()))
        .collect();
    for time in 0..times {
        // Another moment of a write each time.
        let moment = Duration::from_millis(u64::try_from(time).expect("a number") * 7);
        tokio::time::sleep(A_WHILE + moment).await;
        server = befall(time, server).await;
        *ledger.base.borrow_mut() = server.base.clone();
    }
    tokio::time::sleep(A_WHILE).await;
    ledger.is_over.set(true);
    for client in clients {
        client.await.expect("a client");
    }
    server.kill();
    ledger.assert_kept(app).await;
    assert_sound(app).await;
}

async fn killed_again_and_again(backend: Backend) {
    let media = tempfile::tempdir().expect("a temporary folder");
    let app = super::server_of_several(backend, media.path()).await;
    let ending = app.ending();
    let ledger = Ledger::open(&app).await;
    let server = beside(&app).await;
    is_survived(&app, (ledger, server), 5, async |_, mut server: Served| {
        server.kill();
        beside(&app).await
    })
    .await;
    ending.await;
}

#[actix_web::test]
async fn a_killed_server_loses_nothing_that_it_acknowledged_to_sqlite() {
    killed_again_and_again(Backend::Sqlite).await;
}

#[actix_web::test]
async fn a_killed_server_loses_nothing_that_it_acknowledged_to_postgres() {
    killed_again_and_again(Backend::Postgres).await;
}

#[actix_web::test]
async fn a_database_that_crashes_loses_nothing_that_was_acknowledged() {
    let copied = TestDatabase::seeded(Backend::Postgres).await;
    let url = copied.url();
    let private = tokio::task::spawn_blocking(move || Postgres::with_copy_of(&url));
    let private = Arc::new(private.await.expect("a server"));
    let app = App::start_with(Backend::Postgres, |settings| {
        let address = json!("http://mfp.example");
        settings.public_url = serde_json::from_value(address).expect("an address");
        let url = DatabaseUrl::parse(&private.url()).expect("an address");
        settings.database_url = Some(url);
    })
    .await;
    let ending = app.ending();
    let ledger = Ledger::open(&app).await;
    let server = beside(&app).await;
    // The server goes on: it finds the database again by itself.
    is_survived(&app, (ledger, server), 3, async |_, server: Served| {
        let private = Arc::clone(&private);
        let crashing = tokio::task::spawn_blocking(move || {
            private.crash();
            std::thread::sleep(Duration::from_millis(300));
            private.start();
        });
        crashing.await.expect("a start");
        server
    })
    .await;
    ending.await;
}
