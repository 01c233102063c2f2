//! Staff keep what all content refers to; readers and their copies see it change.

mod categories;
mod organisations;
mod partners;
mod redirects;

use entities::audit_entry;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, App, Person};

const SCHOOL: &str = "ppo-primer-shkola";
/// Of another union.
const HOSPITAL: &str = "ppo-primer-bolnica";
/// The union of the school.
const TEACHERS: &str = "mgo-obrazovaniya";

/// Sends a mutation of that name, asking for those fields of the object; returns its payload.
async fn send(app: &App, person: &Person, name: &str, fields: &str, input: Value) -> Value {
    let input_type = match name.strip_suffix("Delete") {
        Some(_) => "ReferenceDeleteInput".to_owned(),
        None => input_type(name),
    };
    let query = format!(
        "mutation($input: {input_type}!) {{ {name}(input: $input) {{ {fields} userErrors {{ code field message }} }} }}"
    );
    let answer = app.ask_by(person, &query, json!({ "input": input })).await;
    answer.data()[name].clone()
}

/// Categories of all kinds are sent alike.
fn input_type(name: &str) -> String {
    for kind in ["newsCategory", "benefitCategory", "guideCategory"] {
        if let Some(action) = name.strip_prefix(kind) {
            return format!("Category{action}Input");
        }
    }
    format!("{}{}Input", name[..1].to_uppercase(), &name[1..])
}

/// The same, when nothing stands against it.
async fn done(app: &App, person: &Person, name: &str, fields: &str, input: Value) -> Value {
    let payload = send(app, person, name, fields, input).await;
    assert_eq!(payload["userErrors"], json!([]), "{name}: {payload:#}");
    payload
}

/// The codes of a payload's user errors with the fields that they are about, sorted.
fn problems(payload: &Value) -> Vec<(String, String)> {
    let errors = payload["userErrors"].as_array().expect("user errors");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
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
    expected
        .iter()
        .map(|(field, code)| ((*field).to_owned(), (*code).to_owned()))
        .collect()
}

fn key() -> String {
    Uuid::new_v4().to_string()
}

async fn with_role(app: &App, role: &str, organisation: &str) -> Person {
    let scope = json!({ "organisation": app.organisation_node(organisation).await });
    let email = format!("{}@{organisation}.example.ru", role.to_lowercase());
    app.staff(&email, role, scope).await.person
}

/// The end of the line of changes of a type.
async fn cursor(app: &App, of: &str) -> Value {
    let query = format!(
        "query($since: String) {{ changes(since: $since, types: [{of}], first: 100) {{ cursor hasMore }} }}"
    );
    let mut since = Value::Null;
    loop {
        let page = app.ask_with(&query, json!({ "since": since })).await;
        let page = page.data()["changes"].clone();
        since = page["cursor"].clone();
        if page["hasMore"] == false {
            return since;
        }
    }
}

/// What a stranger's copy hears of a type since then.
async fn heard(app: &App, of: &str, since: &Value, fields: &str) -> Value {
    let query = format!(
        "query($since: String) {{ changes(since: $since, types: [{of}], first: 100) {{ changed {{ {fields} }} removed {{ id }} }} }}"
    );
    app.ask_with(&query, json!({ "since": since })).await.data()["changes"].clone()
}

/// How many entries of the audit log say so.
async fn audited(app: &App, action: &str) -> u64 {
    audit_entry::Entity::find()
        .filter(audit_entry::Column::Action.eq(action))
        .count(app.database.reader())
        .await
        .expect("a count")
}

/// Uploads a CSV file of that purpose.
async fn upload(app: &App, person: &Person, query: &[(&str, &str)], file: &str) -> Answer {
    let request = app
        .client
        .post(app.url("/uploads"))
        .query(query)
        .header("content-type", "text/csv")
        .header("authorization", format!("Bearer {}", person.access_token))
        .body(file.to_owned());
    Answer::of(request.send().await.expect("an answer")).await
}

/// The lines, columns and codes of a report's faults.
fn faults(answer: &Answer) -> Vec<(u64, String, String)> {
    let refused = answer.body["refused"].as_array().expect("faults");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    refused
        .iter()
        .map(|fault| {
            let line = fault["line"].as_u64().expect("a line");
            (line, text(&fault["column"]), text(&fault["code"]))
        })
        .collect()
}

/// What a file that was taken has done: created, updated, unchanged.
#[track_caller]
fn counts(answer: &Answer) -> [u64; 3] {
    assert_eq!(answer.status, 200, "{:#}", answer.body);
    ["created", "updated", "unchanged"].map(|name| answer.body[name].as_u64().expect("a count"))
}
