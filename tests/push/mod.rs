//! Who is notified of what: devices and what they ring for, the inbox, campaigns, and their way to the
//! providers.

mod campaigns;
mod delivery;
mod devices;
mod inbox;
mod preferences;
mod publishing;
mod topics;

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, App, Person};

const SCHOOL: &str = "ppo-primer-shkola";
/// Of another union.
const HOSPITAL: &str = "ppo-primer-bolnica";
const PHONE: &str = "+79161234567";

/// Waits until something is so, ten seconds at most.
pub async fn wait_until(is_so: impl AsyncFn() -> bool) {
    for _ in 0..400 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("it never was so");
}

/// Sends a mutation as somebody, or as nobody; returns its payload.
async fn send(app: &App, person: Option<&Person>, name: &str, fields: &str, input: Value) -> Value {
    let input_type = match name {
        "pushCampaignPreview" | "pushCampaignApprove" | "pushCampaignCancel" => {
            "PushCampaignStepInput".to_owned()
        }
        "pushTopicDelete" => "ReferenceDeleteInput".to_owned(),
        _ => format!("{}{}Input", name[..1].to_uppercase(), &name[1..]),
    };
    let query = format!(
        "mutation($input: {input_type}!) {{ {name}(input: $input) {{ {fields} userErrors {{ code field message }} }} }}"
    );
    ask(app, person, &query, json!({ "input": input }))
        .await
        .data()[name]
        .clone()
}

/// The same, when nothing stands against it.
async fn done(app: &App, person: Option<&Person>, name: &str, fields: &str, input: Value) -> Value {
    let payload = send(app, person, name, fields, input).await;
    assert_eq!(payload["userErrors"], json!([]), "{name}: {payload:#}");
    payload
}

async fn ask(app: &App, person: Option<&Person>, query: &str, variables: Value) -> Answer {
    match person {
        Some(person) => app.ask_by(person, query, variables).await,
        None => app.ask_with(query, variables).await,
    }
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

/// A device of FCM's, as an app tells of it.
fn phone(device_id: &str, token: &str) -> Value {
    json!({
        "deviceId": device_id,
        "provider": "FCM",
        "token": token,
        "platform": "ANDROID",
        "appVersion": "2.1.0",
        "locale": "ru-RU",
        "timeZone": "Europe/Moscow",
    })
}

const DEVICE: &str = "device { id provider platform appVersion locale timeZone isRinging deadAt }";

async fn register(app: &App, person: Option<&Person>, input: Value) -> Value {
    done(app, person, "pushDeviceRegister", DEVICE, input).await["device"].clone()
}

/// Somebody's own devices.
async fn devices(app: &App, person: &Person) -> Vec<Value> {
    let query = "{ viewer { pushDevices { id provider isRinging deadReason timeZone } } }";
    let answer = app.ask_by(person, query, json!({})).await;
    let devices = answer.data()["viewer"]["pushDevices"].as_array().cloned();
    devices.expect("devices")
}

/// Gives a consent to the text that is in force, or takes it back.
async fn consent(app: &App, person: &Person, purpose: &str, is_granted: bool) {
    if !is_granted {
        let input = json!({ "purpose": purpose });
        done(
            app,
            Some(person),
            "consentWithdraw",
            "consent { isGranted }",
            input,
        )
        .await;
        return;
    }
    let query = "{ appConfig(platform: WEB, version: \"1\") { consents { purpose textHash } } }";
    let answer = app.ask(query).await;
    let texts = answer.data()["appConfig"]["consents"].as_array().cloned();
    let texts = texts.expect("texts");
    let text = texts.iter().find(|text| text["purpose"] == purpose);
    let hash = text.expect("a text of that purpose")["textHash"].clone();
    let input = json!({ "purpose": purpose, "textHash": hash });
    done(
        app,
        Some(person),
        "consentGrant",
        "consent { isGranted }",
        input,
    )
    .await;
}

/// A topic that an administrator makes.
async fn topic(app: &App, admin: &Person, more: Value) -> Value {
    let mut input = json!({ "clientMutationKey": key(), "name": "Проверка связи" });
    for (name, value) in more.as_object().expect("fields") {
        input[name] = value.clone();
    }
    let fields = "pushTopic { id slug name isPublic newsCategory { id } }";
    done(app, Some(admin), "pushTopicCreate", fields, input).await["pushTopic"].clone()
}

/// Chooses these topics and no quiet hours: tests run at night, too.
async fn choose(app: &App, person: Option<&Person>, device_id: &str, topics: &[&Value]) {
    let ids: Vec<&Value> = topics.iter().map(|topic| &topic["id"]).collect();
    let input = json!({ "deviceId": device_id, "topics": ids, "quietHours": null, "dailyCap": 50 });
    let fields = "preferences { dailyCap }";
    done(app, person, "pushPreferencesUpdate", fields, input).await;
}

const CAMPAIGN: &str = "campaign { id kind state title isApproved
    progress { planned delivered pruned refused expired skipped waiting } }";

/// A draft of the school's campaign to an audience.
async fn campaign(app: &App, person: &Person, audience: Value, more: Value) -> Value {
    let mut input = json!({
        "clientMutationKey": key(),
        "organisation": app.organisation_node(SCHOOL).await,
        "kind": "SERVICE",
        "title": "Собрание",
        "body": "В четверг в шесть вечера.",
        "audience": audience,
    });
    for (name, value) in more.as_object().expect("fields") {
        input[name] = value.clone();
    }
    done(app, Some(person), "pushCampaignCreate", CAMPAIGN, input).await["campaign"].clone()
}

/// Lets a campaign begin now.
async fn begin(app: &App, person: &Person, campaign: &Value) -> Value {
    let input = json!({ "id": campaign["id"] });
    done(app, Some(person), "pushCampaignSchedule", CAMPAIGN, input).await["campaign"].clone()
}

/// A campaign as staff see it now.
async fn seen(app: &App, person: &Person, campaign: &Value) -> Value {
    let query = "{ pushCampaigns(first: 100) { nodes { id state failure
        progress { planned delivered pruned refused expired skipped waiting }
        byProvider { provider progress { planned delivered } } reasons { kind reason count } } } }";
    let answer = app.ask_by(person, query, json!({})).await;
    let nodes = answer.data()["pushCampaigns"]["nodes"].as_array().cloned();
    let nodes = nodes.expect("campaigns");
    let found = nodes.into_iter().find(|node| node["id"] == campaign["id"]);
    found.expect("the campaign")
}

/// Waits until a campaign is over, and checks that everybody is accounted for.
async fn over(app: &App, person: &Person, campaign: &Value) -> Value {
    wait_until(async || {
        let seen = seen(app, person, campaign).await;
        ["DONE", "CANCELLED", "FAILED"]
            .iter()
            .any(|state| seen["state"] == *state)
            && seen["progress"]["waiting"] == 0
    })
    .await;
    let seen = seen(app, person, campaign).await;
    let count = |name: &str| seen["progress"][name].as_i64().expect("a count");
    let ended = ["delivered", "pruned", "refused", "expired", "skipped"].map(count);
    assert_eq!(ended.iter().sum::<i64>(), count("planned"), "{seen:#}");
    seen
}

/// What is in somebody's inbox.
pub async fn inbox(app: &App, person: &Person) -> Value {
    let query =
        "{ viewer { inbox { totalCount unreadCount nodes { id title body link kind readAt } } } }";
    app.ask_by(person, query, json!({})).await.data()["viewer"]["inbox"].clone()
}
