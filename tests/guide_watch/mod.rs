//! Guides are watched: by their readers, by a look at their official pages, by their editors.

pub mod concerns;
mod feedback;
mod probing;
mod recommendations;

use std::sync::Arc;

use api::{
    domain::{
        content::AudienceDefinition,
        guide_watch::{Concern, raise},
        guides::ServiceGuide,
    },
    infra::{
        auth::{SignedIn, Viewer},
        clock::Clock,
    },
};
use entities::{
    audit_entry,
    enums::{GuideConcernKind, SessionKind},
    guide_concern,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{App, Person, builders};

const SCHOOL: &str = "ppo-primer-shkola";
/// Of another union.
const HOSPITAL: &str = "ppo-primer-bolnica";

fn key() -> String {
    Uuid::new_v4().to_string()
}

/// Sends a mutation of that name, asking for those fields; returns its payload.
pub async fn send(app: &App, person: &Person, name: &str, fields: &str, input: Value) -> Value {
    let input_type = match name {
        "recommendationPublish" | "recommendationWithdraw" => "RecommendationStepInput".to_owned(),
        name => format!("{}{}Input", name[..1].to_uppercase(), &name[1..]),
    };
    let query = format!(
        "mutation($input: {input_type}!) {{ {name}(input: $input) {{ {fields} userErrors {{ code field message }} }} }}"
    );
    let answer = app.ask_by(person, &query, json!({ "input": input })).await;
    answer.data()[name].clone()
}

/// The same, when nothing stands against it.
pub async fn done(app: &App, person: &Person, name: &str, fields: &str, input: Value) -> Value {
    let payload = send(app, person, name, fields, input).await;
    assert_eq!(payload["userErrors"], json!([]), "{name}: {payload:#}");
    payload
}

/// The codes of a payload's user errors with the fields that they are about.
pub fn problems(payload: &Value) -> Vec<(String, String)> {
    let errors = payload["userErrors"].as_array().expect("user errors");
    let path = |error: &Value| -> String {
        let steps = error["field"].as_array().cloned().unwrap_or_default();
        let steps: Vec<&str> = steps.iter().filter_map(Value::as_str).collect();
        steps.join(".")
    };
    let code = |error: &Value| error["code"].as_str().expect("a code").to_owned();
    errors
        .iter()
        .map(|error| (path(error), code(error)))
        .collect()
}

pub fn pair(field: &str, code: &str) -> (String, String) {
    (field.to_owned(), code.to_owned())
}

pub async fn with_role(app: &App, name: &str, role: &str, organisation: &str) -> Person {
    let scope = json!({ "organisation": app.organisation_node(organisation).await });
    app.staff(&format!("{name}@example.ru"), role, scope)
        .await
        .person
}

/// A public guide of the federation's.
async fn guide(app: &App, slug: &str) -> Uuid {
    builders::guide(&app.database, slug, &AudienceDefinition::default()).await
}

fn node(guide: Uuid) -> String {
    ServiceGuide::NODE.id(guide).to_string()
}

/// A member whose account is like no other.
fn somebody() -> Viewer {
    Viewer::SignedIn(Arc::new(SignedIn {
        account_id: Uuid::now_v7(),
        session_id: Uuid::now_v7(),
        session_kind: SessionKind::Member,
        authenticated_at: Clock::system().now(),
        membership: None,
        grants: vec![],
    }))
}

/// Raises a concern; the answer is whether it is a new one.
async fn doubt(app: &App, guide_id: Uuid, kind: GuideConcernKind, alert: Option<&str>) -> bool {
    let concern = Concern {
        guide_id,
        kind,
        details: format!("Что-то не так: {kind:?}"),
        proposed_alert: alert.map(str::to_owned),
    };
    raise(app.database.writer(), concern, app.now())
        .await
        .expect("a concern")
}

/// The concerns of a guide, by kind.
async fn concerns_of(app: &App, guide_id: Uuid) -> Vec<guide_concern::Model> {
    guide_concern::Entity::find()
        .filter(guide_concern::Column::GuideId.eq(guide_id))
        .order_by_asc(guide_concern::Column::OpenedAt)
        .all(app.database.writer())
        .await
        .expect("concerns")
}

/// The kinds of those that are open.
async fn open_kinds(app: &App, guide_id: Uuid) -> Vec<GuideConcernKind> {
    let concerns = concerns_of(app, guide_id).await;
    let open = concerns.iter().filter(|row| row.closed_at.is_none());
    open.map(|row| row.kind).collect()
}

/// How often the audit log has noted that action.
async fn noted(app: &App, action: &str) -> u64 {
    audit_entry::Entity::find()
        .filter(audit_entry::Column::Action.eq(action))
        .count(app.database.reader())
        .await
        .expect("a count")
}
