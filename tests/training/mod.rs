//! Sessions of courses: registering for them, keeping them, noting who came, and what everybody is told.

mod attending;
mod calendars;
mod crowding;
mod keeping;
mod leaving;
mod registering;
mod telling;

use api::domain::training::TrainingSession;
use entities::training_session;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{App, Person, builders};

const SCHOOL: &str = "ppo-primer-shkola";
/// Of another union.
const HOSPITAL: &str = "ppo-primer-bolnica";

/// What is asked of a registration.
const FIELDS: &str = "id status waitingPosition promotedAt cancelledAt rating comment
    session { id registered waitlisted seatsLeft onlineUrl }
    certificate { number code checkUrl courseTitle hours issuedOn }";

fn registration() -> String {
    format!("registration {{ {FIELDS} }}")
}

/// A session with its address in the API.
pub struct Meeting {
    pub id: Uuid,
    pub node: String,
}

impl Meeting {
    pub fn of(id: Uuid) -> Self {
        Self {
            id,
            node: TrainingSession::NODE.id(id).to_string(),
        }
    }
}

/// A session of the school's, in two days, with twenty seats; with something changed.
pub async fn meeting(
    app: &App,
    change: impl FnOnce(&mut training_session::ActiveModel),
) -> Meeting {
    Meeting::of(builders::session(&app.database, SCHOOL, change).await)
}

pub fn new_key() -> String {
    Uuid::new_v4().to_string()
}

/// Sends a mutation of that name and returns its payload.
pub async fn send(app: &App, person: &Person, name: &str, fields: &str, input: Value) -> Value {
    let input_type = match name {
        "trainingSessionDelete" => "ReferenceDeleteInput".to_owned(),
        _ => format!("{}{}Input", name[..1].to_uppercase(), &name[1..]),
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

/// Asks to be registered and returns the payload.
pub async fn register(app: &App, person: &Person, meeting: &Meeting, key: &str) -> Value {
    let input = json!({ "session": meeting.node, "clientMutationKey": key });
    send(app, person, "trainingRegister", &registration(), input).await
}

/// Registers somebody, which must succeed.
pub async fn registered(app: &App, person: &Person, meeting: &Meeting) -> Value {
    let payload = register(app, person, meeting, &new_key()).await;
    assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
    payload["registration"].clone()
}

/// Gives a place back and returns the payload.
pub async fn cancel(app: &App, person: &Person, seat: &Value) -> Value {
    let input = json!({ "registration": seat["id"] });
    send(app, person, "trainingCancel", &registration(), input).await
}

/// What somebody has registered for, the last first.
pub async fn own(app: &App, person: &Person) -> Value {
    let query = format!(
        "{{ viewer {{ registrations(first: 50) {{ totalCount nodes {{ {FIELDS} }} }} }} }}"
    );
    let answer = app.ask_by(person, &query, json!({})).await;
    answer.data()["viewer"]["registrations"].clone()
}

/// A session as a stranger sees it.
pub async fn seen(app: &App, meeting: &Meeting) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on TrainingSession { seats registered seatsLeft
        waitlisted status cancelReason isRegistrationOpen onlineUrl isOnline trainers calendarUrl
        startsAt endsAt place membersOnly targetOrganisations { slug } viewerRegistration { id } } } }";
    let answer = app.ask_with(query, json!({ "id": meeting.node })).await;
    answer.data()["node"].clone()
}

/// The codes of a payload's user errors with their fields.
#[track_caller]
pub fn problems(payload: &Value) -> Vec<(String, String)> {
    let errors = payload["userErrors"].as_array().expect("user errors");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    errors
        .iter()
        .map(|error| {
            let field = error["field"].as_array().cloned().unwrap_or_default();
            let path: Vec<String> = field.iter().map(text).collect();
            (path.join("."), text(&error["code"]))
        })
        .collect()
}

pub fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected
        .iter()
        .map(|(field, code)| ((*field).to_owned(), (*code).to_owned()))
        .collect()
}

/// Somebody with that role in an organisation.
pub async fn with_role(app: &App, name: &str, role: &str, organisation: &str) -> Person {
    let scope = json!({ "organisation": app.organisation_node(organisation).await });
    app.staff(&format!("{name}@example.ru"), role, scope)
        .await
        .person
}

/// Who keeps the school's sessions and notes who came.
pub async fn keeper(app: &App) -> Person {
    with_role(app, "keeper", "ORGANISATION_ADMIN", SCHOOL).await
}

/// Waits until somebody's inbox holds so many messages, and returns them, the last first.
pub async fn inbox(app: &App, person: &Person, count: usize) -> Vec<Value> {
    let query = "{ viewer { inbox { totalCount nodes { title body link } } } }";
    let read = async || {
        let answer = app.ask_by(person, query, json!({})).await;
        answer.data()["viewer"]["inbox"]["nodes"]
            .as_array()
            .cloned()
            .expect("messages")
    };
    crate::push::wait_until(async || read().await.len() >= count).await;
    let messages = read().await;
    assert_eq!(messages.len(), count, "{messages:#?}");
    messages
}
