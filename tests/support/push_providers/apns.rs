//! Apple.

use aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED;
use hyper::{Method, Version};
use serde_json::Value;
use uuid::Uuid;

use super::{
    answers::Answer,
    jwt::Jwt,
    keys,
    state::{Asked, Sound, State, Verdict},
};

const MOST_BYTES: usize = 4096;
const TOKEN_LASTS: i64 = 3600;
/// A server makes no two tokens within that.
const TOKENS_ARE_APART: i64 = 20 * 60;

pub fn verdict(state: &State, asked: &Asked) -> Verdict {
    if asked.version != Version::HTTP_2 {
        return Verdict::Fault("HTTP/2 is not spoken".into(), Answer::plain(505));
    }
    let token = match provider_token(state, asked) {
        Ok(token) => token,
        Err(fault) => return Verdict::Fault(fault, Answer::apns(403, "InvalidProviderToken")),
    };
    let made = match token.instant("iat") {
        Ok(made) => made,
        Err(fault) => return Verdict::Fault(fault, Answer::apns(403, "InvalidProviderToken")),
    };
    if state.now() - made > TOKEN_LASTS {
        return Verdict::Answered(Answer::apns(403, "ExpiredProviderToken"));
    }
    if let Err(fault) = note(state, asked, made) {
        return Verdict::Fault(fault, Answer::apns(429, "TooManyProviderTokenUpdates"));
    }
    match message(asked) {
        Ok(sound) => Verdict::Sound(Box::new(sound)),
        Err(fault) => Verdict::Fault(fault, Answer::apns(400, "PayloadEmpty")),
    }
}

fn provider_token(state: &State, asked: &Asked) -> Result<Jwt, String> {
    let shown = asked.header("authorization")?;
    let text = shown
        .strip_prefix("bearer ")
        .ok_or("authorization is not bearer")?;
    let jwt = Jwt::read(text)?;
    jwt.verify("ES256", &ECDSA_P256_SHA256_FIXED, &state.keys.apns_public)?;
    if jwt.header["kid"] != keys::APNS_KEY_ID || jwt.text("iss")? != keys::APNS_TEAM_ID {
        return Err("the token is of another key or team".into());
    }
    if jwt.instant("iat")? > state.now() + 60 {
        return Err("the token is of the future".into());
    }
    Ok(jwt)
}

/// Refuses a token that is made too soon after another.
fn note(state: &State, asked: &Asked, made: i64) -> Result<(), String> {
    let shown = asked.header("authorization")?.to_owned();
    let mut memory = state.memory();
    let is_too_soon = memory
        .provider_tokens
        .iter()
        .any(|(at, text)| *text != shown && (made - at).abs() < TOKENS_ARE_APART);
    memory.provider_tokens.insert((made, shown));
    if is_too_soon {
        return Err("a token was made within twenty minutes of another".into());
    }
    Ok(())
}

fn message(asked: &Asked) -> Result<Sound, String> {
    let token = asked
        .path
        .strip_prefix("/3/device/")
        .filter(|token| token.bytes().all(|sign| sign.is_ascii_hexdigit()))
        .filter(|token| !token.is_empty() && asked.method == Method::POST)
        .ok_or_else(|| format!("{} {}", asked.method, asked.path))?;
    let id = asked.header("apns-id")?;
    if Uuid::parse_str(id).map(|id| id.to_string()).as_deref() != Ok(id) {
        return Err(format!("apns-id is {id}"));
    }
    let is_instant = asked.header("apns-expiration")?.parse::<u64>().is_ok();
    let collapse_id = asked.header("apns-collapse-id")?;
    for (is_right, what) in [
        (asked.header("apns-topic")? == keys::APNS_TOPIC, "topic"),
        (asked.header("apns-push-type")? == "alert", "push type"),
        (
            ["5", "10"].contains(&asked.header("apns-priority")?),
            "priority",
        ),
        (is_instant, "expiration"),
        ((1..=64).contains(&collapse_id.len()), "collapse id"),
        (asked.body.len() <= MOST_BYTES, "size"),
    ] {
        if !is_right {
            return Err(format!("the {what} is wrong"));
        }
    }
    let payload = asked.json()?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let alert = &payload["aps"]["alert"];
    if text(&alert["title"]).is_none() || text(&alert["body"]).is_none() {
        return Err("the payload has no alert".into());
    }
    Ok(Sound {
        token: token.to_owned(),
        campaign_id: text(&payload["campaign_id"]).ok_or("no campaign_id")?,
        delivery_id: text(&payload["delivery_id"]).ok_or("no delivery_id")?,
        payload,
        usual: Answer::plain(200).with("apns-id", id),
    })
}
