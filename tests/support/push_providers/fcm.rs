//! Firebase, and Google's tokens for it.

use api::domain::push::gateway::Provider;
use aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256;
use hyper::Method;
use serde_json::{Value, json};

use super::{
    answers::Answer,
    jwt::Jwt,
    keys,
    state::{Asked, Sound, State, Verdict},
};

const MOST_BYTES: usize = 4096;
const LASTS: i64 = 3599;
/// The name that answers to requests for tokens are planned by.
pub const TOKENS: &str = "oauth";

pub fn verdict(state: &State, asked: &Asked) -> Verdict {
    if asked.path == "/token" {
        return match assertion(state, asked) {
            Ok(()) => Verdict::Answered(state.planned(TOKENS).unwrap_or_else(|| grant(state))),
            Err(fault) => Verdict::Fault(
                fault,
                Answer::json(400, &json!({ "error": "invalid_grant" })),
            ),
        };
    }
    if !is_known(state, asked) {
        return Verdict::Answered(Answer::fcm(401, "UNAUTHENTICATED"));
    }
    let sound = message(asked, "/v1/projects/mfp-test/messages:send")
        .and_then(|sound| check_android(&sound.payload).map(|()| sound));
    match sound {
        Ok(sound) => Verdict::Sound(Box::new(sound)),
        Err(fault) => Verdict::Fault(fault, Answer::fcm_bad_request("message")),
    }
}

fn grant(state: &State) -> Answer {
    let expires_at = state.now() + LASTS;
    let mut memory = state.memory();
    memory.access_tokens_given += 1;
    let token = format!("ya29.{}", memory.access_tokens_given);
    memory.access_tokens.insert(token.clone(), expires_at);
    let granted = json!({ "access_token": token, "expires_in": LASTS, "token_type": "Bearer" });
    Answer::json(200, &granted)
}

fn is_known(state: &State, asked: &Asked) -> bool {
    let shown = asked.header("authorization").unwrap_or_default();
    let Some(token) = shown.strip_prefix("Bearer ") else {
        return false;
    };
    let now = state.now();
    let memory = state.memory();
    memory
        .access_tokens
        .get(token)
        .is_some_and(|expires_at| now < *expires_at)
}

fn assertion(state: &State, asked: &Asked) -> Result<(), String> {
    let form = "application/x-www-form-urlencoded";
    if asked.method != Method::POST || asked.header("content-type")? != form {
        return Err("a token is asked for by a form".into());
    }
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(&asked.body)
        .into_owned()
        .collect();
    let [(grant_name, grant), (assertion_name, assertion)] = pairs.as_slice() else {
        return Err("the form has a grant and an assertion".into());
    };
    if grant_name != "grant_type" || grant != "urn:ietf:params:oauth:grant-type:jwt-bearer" {
        return Err(format!("the grant is {grant}"));
    }
    if assertion_name != "assertion" {
        return Err("the form lacks an assertion".into());
    }
    let jwt = Jwt::read(assertion)?;
    jwt.verify(
        "RS256",
        &RSA_PKCS1_2048_8192_SHA256,
        &keys::service_public(),
    )?;
    if jwt.header["kid"] != keys::SERVICE_KEY_ID {
        return Err("the assertion names another key".into());
    }
    let own_address = format!("{}/token", state.bases[&Provider::Fcm]);
    let scope = "https://www.googleapis.com/auth/firebase.messaging";
    for (claim, expected) in [
        ("iss", keys::SERVICE_EMAIL),
        ("scope", scope),
        ("aud", own_address.as_str()),
    ] {
        let found = jwt.text(claim)?;
        if found != expected {
            return Err(format!("the assertion's {claim} is {found}"));
        }
    }
    let (made, ends, now) = (jwt.instant("iat")?, jwt.instant("exp")?, state.now());
    if made > now + 60 || ends <= now || ends > made + 3600 {
        return Err(format!("the assertion lives from {made} to {ends}"));
    }
    state.memory().assertion.clone_from(assertion);
    Ok(())
}

/// What Firebase and RuStore have in common.
pub fn message(asked: &Asked, path: &str) -> Result<Sound, String> {
    if asked.method != Method::POST || asked.path != path {
        return Err(format!("{} {}", asked.method, asked.path));
    }
    if asked.header("content-type")? != "application/json" {
        return Err("the body is not said to be JSON".into());
    }
    let body = asked.json()?;
    only(&body, &["message", "validate_only"])?;
    let message = &body["message"];
    only(message, &["token", "data", "notification", "android"])?;
    only(&message["notification"], &["title", "body", "image"])?;
    let token = text(message, "token")?;
    if asked.body.len() > MOST_BYTES + token.len() + 2 {
        return Err(format!("the message has {} bytes", asked.body.len()));
    }
    text(&message["notification"], "title")?;
    text(&message["notification"], "body")?;
    data(&message["data"])?;
    time_to_live(text(&message["android"], "ttl")?)?;
    Ok(Sound {
        campaign_id: text(&message["data"], "campaign_id")?.to_owned(),
        delivery_id: text(&message["data"], "delivery_id")?.to_owned(),
        token: token.to_owned(),
        usual: Answer::json(
            200,
            &json!({ "name": format!("projects/mfp-test/messages/{token}") }),
        ),
        payload: message.clone(),
    })
}

fn text<'a>(object: &'a Value, name: &str) -> Result<&'a str, String> {
    object[name]
        .as_str()
        .ok_or_else(|| format!("{name} is not a text"))
}

fn only(object: &Value, names: &[&str]) -> Result<(), String> {
    let members = object.as_object().ok_or("an object is missing")?;
    match members.keys().find(|name| !names.contains(&name.as_str())) {
        Some(name) => Err(format!("{name} is not known")),
        None => Ok(()),
    }
}

fn data(data: &Value) -> Result<(), String> {
    for (name, value) in data.as_object().ok_or("data is missing")? {
        let is_reserved = ["from", "message_type"].contains(&name.as_str())
            || name.starts_with("google")
            || name.starts_with("gcm");
        if is_reserved || !value.is_string() {
            return Err(format!("data.{name} can't be {value}"));
        }
    }
    Ok(())
}

fn time_to_live(ttl: &str) -> Result<(), String> {
    let seconds = ttl.strip_suffix('s').and_then(|text| text.parse().ok());
    match seconds {
        Some(0..=2_419_200_u32) => Ok(()),
        _ => Err(format!("a time to live can't be {ttl}")),
    }
}

/// What Firebase alone has.
fn check_android(message: &Value) -> Result<(), String> {
    let android = &message["android"];
    only(
        android,
        &["collapse_key", "priority", "ttl", "notification"],
    )?;
    only(&android["notification"], &["channel_id", "tag"])?;
    if !["NORMAL", "HIGH"].contains(&text(android, "priority")?) {
        return Err("a priority is NORMAL or HIGH".into());
    }
    text(android, "collapse_key")?;
    Ok(())
}
