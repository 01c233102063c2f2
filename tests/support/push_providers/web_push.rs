//! A browser's push service, and the browser behind it.

use std::sync::Arc;

use api::domain::push::gateway::{Provider, WebPushKeys};
use aws_lc_rs::{
    agreement::{ECDH_P256, PrivateKey},
    signature::ECDSA_P256_SHA256_FIXED,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hyper::Method;
use uuid::Uuid;

use super::{
    answers::Answer,
    jwt::Jwt,
    keys,
    state::{Asked, Sound, State, Subscription, Verdict},
    unsealing::unsealed,
};

const MOST_BYTES: usize = 4096;
const DAY: i64 = 24 * 3600;

/// A browser that has subscribed.
pub struct Browser {
    pub endpoint: String,
    pub keys: WebPushKeys,
    /// 32 bytes in base64url, for whoever opens messages in another way.
    pub private_key: String,
}

pub fn subscribe(state: &State) -> Browser {
    let private = PrivateKey::generate(&ECDH_P256).expect("a key");
    let public = private.compute_public_key().expect("a public key");
    let point: &[u8] = public.as_ref();
    let p256dh = point.try_into().expect("65 bytes");
    let auth = Uuid::new_v4().into_bytes();
    let private_key = keys::raw(&private);
    let path = format!("/push/{}", Uuid::new_v4());
    let endpoint = format!("{}{path}", state.bases[&Provider::WebPush]);
    let subscription = Arc::new(Subscription { private, auth });
    state.memory().subscriptions.insert(path, subscription);
    Browser {
        endpoint,
        keys: WebPushKeys { p256dh, auth },
        private_key,
    }
}

pub fn verdict(state: &State, asked: &Asked) -> Verdict {
    if let Err(fault) = authorization(state, asked) {
        return Verdict::Fault(fault, Answer::plain(403));
    }
    let known = state.memory().subscriptions.get(&asked.path).cloned();
    let Some(subscription) = known else {
        return Verdict::Answered(Answer::plain(404));
    };
    match message(state, asked, &subscription) {
        Ok(sound) => Verdict::Sound(Box::new(sound)),
        Err(fault) => Verdict::Fault(fault, Answer::plain(400)),
    }
}

fn authorization(state: &State, asked: &Asked) -> Result<(), String> {
    let shown = asked.header("authorization")?;
    let (token, key) = shown
        .strip_prefix("vapid t=")
        .and_then(|rest| rest.split_once(",k="))
        .ok_or("authorization is not vapid")?;
    let key = BASE64_URL_SAFE_NO_PAD
        .decode(key)
        .map_err(|_| "the key is not base64url")?;
    if key != state.keys.vapid_public {
        return Err("the key is not the one that browsers subscribed with".into());
    }
    let jwt = Jwt::read(token)?;
    jwt.verify("ES256", &ECDSA_P256_SHA256_FIXED, &key)?;
    let audience = jwt.text("aud")?;
    if audience != state.bases[&Provider::WebPush] {
        return Err(format!("the token is for {audience}"));
    }
    let subject = jwt.text("sub")?;
    if !subject.starts_with("mailto:") && !subject.starts_with("https:") {
        return Err(format!("the token is of {subject}"));
    }
    let (ends, now) = (jwt.instant("exp")?, state.now());
    if ends <= now || ends > now + DAY {
        return Err(format!("the token lives until {ends}"));
    }
    state.memory().vapid_tokens.insert(token.to_owned());
    Ok(())
}

fn message(state: &State, asked: &Asked, browser: &Subscription) -> Result<Sound, String> {
    let topic = asked.header("topic")?;
    let is_plain = |sign: u8| sign.is_ascii_alphanumeric() || b"-_".contains(&sign);
    let ttl = asked.header("ttl")?.parse::<u32>();
    let urgencies = ["very-low", "low", "normal", "high"];
    for (is_right, what) in [
        (asked.method == Method::POST, "method"),
        (ttl.is_ok_and(|ttl| ttl <= 2_419_200), "time to live"),
        (urgencies.contains(&asked.header("urgency")?), "urgency"),
        (
            (1..=32).contains(&topic.len()) && topic.bytes().all(is_plain),
            "topic",
        ),
        (asked.header("content-encoding")? == "aes128gcm", "encoding"),
        (asked.body.len() <= MOST_BYTES, "size"),
    ] {
        if !is_right {
            return Err(format!("the {what} is wrong"));
        }
    }
    let opened = unsealed(&asked.body, &browser.private, &browser.auth)?;
    let payload: serde_json::Value =
        serde_json::from_slice(&opened).map_err(|_| "the message is not JSON")?;
    let text = |name: &str| payload[name].as_str().map(str::to_owned);
    Ok(Sound {
        token: format!("{}{}", state.bases[&Provider::WebPush], asked.path),
        campaign_id: text("campaign_id").ok_or("no campaign_id")?,
        delivery_id: text("delivery_id").ok_or("no delivery_id")?,
        usual: Answer::plain(201).with("location", "/message/1"),
        payload,
    })
}
