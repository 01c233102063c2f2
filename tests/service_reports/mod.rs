//! Reports of state services: who may make them, what is kept of them, what moderators make of them, and
//! that nothing leads from one to its author.

pub mod moderating;
mod privacy;
mod submitting;

use api::{
    domain::{content::AudienceDefinition, guides::ServiceGuide},
    infra::clock::moscow_date,
};
use chrono::{Days, TimeDelta};
use entities::service_report;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    benefit_use::crowd,
    support::{App, Person, builders},
};

/// What is asked of a report.
const REPORT: &str = "id guide { slug } guideRevision channel submittedOn outcome finishedOn onlineFirstAttempt
    fullyOnline visits queueMinutes extraDocumentsAsked problems refusal { isExplained reason }
    ratings { overall information forms speed convenience result } guideMatched helpedBy isForAnother
    paidRub platform okrug comment officialTerm termUnit termTaken moderation
    escalation { addressee answerDueOn isOverdue answer resolution } createdAt updatedAt";

/// Sends a mutation as somebody; returns its payload.
async fn send(app: &App, person: &Person, name: &str, fields: &str, input: Value) -> Value {
    let input_type = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
    let query = format!(
        "mutation($input: {input_type}!) {{ {name}(input: $input) {{ {fields} userErrors {{ code field message }} }} }}"
    );
    let answer = app.ask_by(person, &query, json!({ "input": input })).await;
    answer.data()[name].clone()
}

/// Sends a report; returns the payload.
async fn submit(app: &App, person: &Person, input: Value) -> Value {
    let fields = format!("report {{ {REPORT} }} earlier {{ id }}");
    send(app, person, "serviceReportSubmit", &fields, input).await
}

/// Sends a report that nothing stands against, in a minute of its own, within which reports have no order;
/// returns it.
async fn submitted(app: &App, person: &Person, input: Value) -> Value {
    app.wait(TimeDelta::minutes(1));
    submitted_now(app, person, input).await
}

/// The same in this very minute.
pub async fn submitted_now(app: &App, person: &Person, input: Value) -> Value {
    let payload = submit(app, person, input).await;
    assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
    payload["report"].clone()
}

/// The codes of a payload's user errors with the fields that they are about, sorted.
fn problems(payload: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let errors = payload["userErrors"].as_array().expect("user errors");
    let mut found: Vec<(String, String)> = errors
        .iter()
        .map(|error| {
            let field = error["field"].as_array().cloned().unwrap_or_default();
            let path: Vec<String> = field.iter().map(text).collect();
            (path.join("."), text(&error["code"]))
        })
        .collect();
    found.sort();
    found
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let pair = |(field, code): &(&str, &str)| ((*field).to_owned(), (*code).to_owned());
    expected.iter().map(pair).collect()
}

fn key() -> String {
    Uuid::new_v4().to_string()
}

/// A guide for everybody.
async fn guide(app: &App, slug: &str) -> String {
    let everybody = AudienceDefinition::default();
    let id = builders::guide(&app.database, slug, &everybody).await;
    ServiceGuide::NODE.id(id).to_string()
}

/// The Moscow day so many days ago.
pub fn ago(app: &App, days: u64) -> String {
    let day = moscow_date(app.now()) - Days::new(days);
    day.to_string()
}

/// A report that nothing stands against, with something changed.
pub fn told(app: &App, guide: &str, more: Value) -> Value {
    let mut input = json!({
        "clientMutationKey": key(),
        "guide": guide,
        "channel": "ONLINE",
        "submittedOn": ago(app, 12),
        "outcome": "COMPLETED",
        "finishedOn": ago(app, 2),
        "fullyOnline": true,
    });
    for (name, value) in more.as_object().expect("fields") {
        input[name] = value.clone();
    }
    input
}

/// Gives the consent that reporting needs, or takes it back.
pub async fn consent(app: &App, person: &Person, is_granted: bool) {
    let purpose = "REPORT_ANALYTICS";
    let fields = "consent { isGranted }";
    let (name, input) = if is_granted {
        let query =
            "{ appConfig(platform: WEB, version: \"1\") { consents { purpose textHash } } }";
        let answer = app.ask(query).await;
        let texts = answer.data()["appConfig"]["consents"].as_array().cloned();
        let texts = texts.expect("texts");
        let text = texts.iter().find(|text| text["purpose"] == purpose);
        let hash = text.expect("a text of that purpose")["textHash"].clone();
        (
            "consentGrant",
            json!({ "purpose": purpose, "textHash": hash }),
        )
    } else {
        ("consentWithdraw", json!({ "purpose": purpose }))
    };
    let payload = send(app, person, name, fields, input).await;
    assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
}

/// So many members who have consented.
pub async fn members(app: &App, count: usize) -> Vec<Person> {
    let members = crowd(app, count).await.members;
    for member in &members {
        consent(app, member, true).await;
    }
    members
}

/// Somebody who moderates for the whole federation.
pub async fn moderator(app: &App) -> Person {
    let scope = json!({ "federation": true });
    app.staff("moderator@example.ru", "MODERATOR", scope)
        .await
        .person
}

/// Every report that is kept, oldest first.
async fn rows(app: &App) -> Vec<service_report::Model> {
    service_report::Entity::find()
        .order_by_asc(service_report::Column::CreatedAt)
        .order_by_asc(service_report::Column::Id)
        .all(app.database.reader())
        .await
        .expect("rows")
}

/// Somebody's own reports, as they read them.
pub async fn own(app: &App, person: &Person) -> Vec<Value> {
    let query = format!("{{ viewer {{ serviceReports {{ totalCount nodes {{ {REPORT} }} }} }} }}");
    let answer = app.ask_by(person, &query, json!({})).await;
    let list = &answer.data()["viewer"]["serviceReports"];
    let nodes = list["nodes"].as_array().cloned().expect("reports");
    assert_eq!(list["totalCount"], nodes.len());
    nodes
}

/// The queue, as somebody reads it.
pub async fn queue(app: &App, person: &Person, filter: Value) -> Vec<Value> {
    let query = format!(
        "query($filter: ServiceReportFilter) {{ serviceReports(filter: $filter, first: 100) {{
            totalCount nodes {{ version duplicateOf moderatedAt {REPORT} }} }} }}"
    );
    let answer = app
        .ask_by(person, &query, json!({ "filter": filter }))
        .await;
    let list = &answer.data()["serviceReports"];
    let nodes = list["nodes"].as_array().cloned().expect("reports");
    assert_eq!(list["totalCount"], nodes.len());
    nodes
}

/// What is in somebody's inbox, newest first.
async fn letters(app: &App, person: &Person) -> Vec<Value> {
    let query =
        "{ viewer { inbox { totalCount unreadCount nodes { id title body link kind readAt } } } }";
    let answer = app.ask_by(person, query, json!({})).await;
    let nodes = answer.data()["viewer"]["inbox"]["nodes"]
        .as_array()
        .cloned();
    nodes.expect("letters")
}

/// The titles of what is in somebody's inbox, oldest first.
pub async fn titles(app: &App, person: &Person) -> Vec<String> {
    let letters = letters(app, person).await;
    let titles = letters.iter().rev().map(|letter| letter["title"].as_str());
    titles
        .map(|title| title.expect("a title").to_owned())
        .collect()
}
