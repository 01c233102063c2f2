//! Others are told of what has changed: signed, until they take it, and nothing that only members see.

/// Runs each test once on SQLite and once on PostgreSQL, against a server with the demo content that may
/// tell a receiver of the test's own, and waits for it hardly at all.
macro_rules! with_a_receiver {
    ($($(#[doc = $doc:literal])* async fn $name:ident($app:ident, $receiver:ident) $body:block)*) => {
        mod sqlite {
            use super::*;
            $(#[actix_web::test]
            async fn $name() {
                let ($app, $receiver) = $crate::webhooks::start($crate::support::Backend::Sqlite).await;
                let ending = $app.ending();
                async { $body }.await;
                ending.await;
            })*
        }
        mod postgres {
            use super::*;
            $(#[actix_web::test]
            async fn $name() {
                let ($app, $receiver) = $crate::webhooks::start($crate::support::Backend::Postgres).await;
                let ending = $app.ending();
                async { $body }.await;
                ending.await;
            })*
        }
    };
}

mod delivering;
mod keeping;
mod telling;

use std::time::Duration;

use api::domain::webhooks;
use aws_lc_rs::hmac;
use base64::{Engine, prelude::BASE64_STANDARD};
use entities::audit_entry;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    App, Backend, Person,
    receiver::{Received, Receiver},
};

const SCHOOL: &str = "ppo-primer-shkola";
const WEBHOOK: &str = "webhook { id url description isActive goneAt secretChangedAt }";
const DELIVERY: &str = "id event state attempts lastStatus lastFailure fromSeq toSeq nextAttemptAt finishedAt webhook { id }";

async fn start(backend: Backend) -> (App, Receiver) {
    let receiver = Receiver::listen();
    let app = App::start_with(backend, |settings| {
        settings.outbound_allowed = receiver.destination();
        settings.webhook_backoff_ms = 1;
    })
    .await;
    (app, receiver)
}

fn key() -> String {
    Uuid::new_v4().to_string()
}

/// Sends a mutation of that name, asking for those fields; returns its payload.
async fn send(app: &App, person: &Person, name: &str, fields: &str, input: Value) -> Value {
    let input_type = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
    let query = format!(
        "mutation($input: {input_type}!) {{ {name}(input: $input) {{ {fields} userErrors {{ code field message }} }} }}"
    );
    let answer = app.ask_by(person, &query, json!({ "input": input })).await;
    answer.data()[name].clone()
}

/// The same, when nothing stands against it.
async fn done(app: &App, person: &Person, name: &str, fields: &str, input: Value) -> Value {
    let payload = send(app, person, name, fields, input).await;
    assert_eq!(payload["userErrors"], json!([]), "{name}: {payload:#}");
    payload
}

/// The codes of a payload's user errors with the fields that they are about.
fn problems(payload: &Value) -> Vec<(String, String)> {
    let errors = payload["userErrors"].as_array().expect("user errors");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    errors
        .iter()
        .map(|error| (text(&error["field"][0]), text(&error["code"])))
        .collect()
}

fn pair(field: &str, code: &str) -> (String, String) {
    (field.to_owned(), code.to_owned())
}

/// A webhook that leads to the receiver, and its secret.
async fn listening(app: &App, person: &Person, receiver: &Receiver) -> (String, String) {
    let input = json!({ "clientMutationKey": key(), "url": receiver.url("/hook"), "description": "Портал" });
    let fields = format!("secret {WEBHOOK}");
    let made = done(app, person, "webhookCreate", &fields, input).await;
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    (text(&made["webhook"]["id"]), text(&made["secret"]))
}

/// Lets the server look for changes once, as it does twice a second; returns how many messages it began.
async fn tell(app: &App) -> usize {
    webhooks::tell_of_changes(&app.database, app.now())
        .await
        .expect("told")
}

/// The messages that staff see, the newest first.
async fn deliveries(app: &App, person: &Person, filter: Value) -> Vec<Value> {
    let query = format!(
        "query($filter: WebhookDeliveryFilter) {{ webhookDeliveries(filter: $filter) {{ totalCount nodes {{ {DELIVERY} }} }} }}"
    );
    let answer = app
        .ask_by(person, &query, json!({ "filter": filter }))
        .await;
    let list = &answer.data()["webhookDeliveries"];
    let nodes = list["nodes"].as_array().expect("nodes").clone();
    assert_eq!(list["totalCount"], nodes.len());
    nodes
}

/// Waits until the newest message is in that state, and returns it.
async fn until(app: &App, person: &Person, state: &str) -> Value {
    for _ in 0..800 {
        let newest = deliveries(app, person, json!({})).await.into_iter().next();
        if let Some(newest) = newest.filter(|newest| newest["state"] == state) {
            return newest;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let all = deliveries(app, person, json!({})).await;
    panic!("the newest message is not {state}: {all:#?}");
}

/// Publishes an article of the school's for whom it says, and returns its draft.
async fn publish(app: &App, person: &Person, headline: &str, audience: &str) -> Value {
    let categories = app.ask("{ newsCategories { id } }").await;
    let draft = done(
        app,
        person,
        "newsArticleCreate",
        "draft { id version }",
        json!({
            "organisation": app.organisation_node(SCHOOL).await,
            "clientMutationKey": key(),
            "kind": "NEWS",
            "category": categories.data()["newsCategories"][0]["id"],
            "headline": headline,
            "lead": "Коротко.",
            "body": "Подробно.",
            "audience": { "scope": audience },
        }),
    )
    .await["draft"]
        .clone();
    step(app, person, "Publish", &draft, json!({})).await
}

/// Takes a step of an article's, in the version that was seen; returns its draft.
async fn step(app: &App, person: &Person, step: &str, draft: &Value, more: Value) -> Value {
    let query = format!(
        "mutation($input: Content{step}Input!) {{ newsArticle{step}(input: $input) {{ draft {{ id version slug }} userErrors {{ code field }} }} }}"
    );
    let mut input = json!({ "id": draft["id"], "version": draft["version"] });
    for (name, value) in more.as_object().expect("fields") {
        input[name] = value.clone();
    }
    let answer = app.ask_by(person, &query, json!({ "input": input })).await;
    let payload = answer.data()[format!("newsArticle{step}")].clone();
    assert_eq!(payload["userErrors"], json!([]), "{step}: {payload:#}");
    payload["draft"].clone()
}

/// Whether a message is signed by that secret, reckoned here from the specification alone.
fn is_signed_by(message: &Received, secret: &str) -> bool {
    let key = secret.strip_prefix("whsec_").expect("a secret");
    let key = BASE64_STANDARD.decode(key).expect("base64");
    let signed = format!(
        "{}.{}.{}",
        message.header("webhook-id"),
        message.header("webhook-timestamp"),
        message.body
    );
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), signed.as_bytes());
    let expected = format!("v1,{}", BASE64_STANDARD.encode(tag.as_ref()));
    let signatures = message.header("webhook-signature");
    signatures.split(' ').any(|signature| signature == expected)
}

/// How many entries of the audit log say so.
async fn audited(app: &App, action: &str) -> u64 {
    audit_entry::Entity::find()
        .filter(audit_entry::Column::Action.eq(action))
        .count(app.database.reader())
        .await
        .expect("a count")
}
