//! What the providers have seen, and what they were told to answer.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
};

use api::{domain::push::gateway::Provider, infra::clock::Clock};
use aws_lc_rs::agreement::PrivateKey;
use hyper::{HeaderMap, Method, Version, body::Bytes, header::HeaderValue};
use serde_json::Value;

use super::{answers::Answer, keys::Keys};

/// A request as a provider gets it.
pub struct Asked {
    pub method: Method,
    pub path: String,
    pub version: Version,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Asked {
    /// A header that must be there once, as text.
    pub fn header(&self, name: &str) -> Result<&str, String> {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next().map(HeaderValue::to_str);
        match (value, values.next()) {
            (Some(Ok(value)), None) => Ok(value),
            _ => Err(format!("{name} must be there once")),
        }
    }

    pub fn json(&self) -> Result<Value, String> {
        serde_json::from_slice(&self.body).map_err(|cause| format!("the body is not JSON: {cause}"))
    }
}

/// A message that a provider took.
#[derive(Clone, Debug)]
pub struct Received {
    pub provider: Provider,
    /// The device's token, or its endpoint.
    pub token: String,
    pub campaign_id: String,
    pub delivery_id: String,
    pub headers: BTreeMap<String, String>,
    /// What the device reads.
    pub payload: Value,
    /// The body as it came.
    pub body: Vec<u8>,
}

/// A message that keeps every rule; what becomes of it follows from what is planned.
pub struct Sound {
    pub token: String,
    pub campaign_id: String,
    pub delivery_id: String,
    pub payload: Value,
    /// What the provider says if nothing else is planned.
    pub usual: Answer,
}

/// What a provider makes of a request.
pub enum Verdict {
    Sound(Box<Sound>),
    /// Not a message, or one with credentials that have run out.
    Answered(Answer),
    /// It breaks a rule.
    Fault(String, Answer),
}

/// What a browser's service knows of a subscription.
pub struct Subscription {
    pub private: PrivateKey,
    pub auth: [u8; 16],
}

#[derive(Default)]
pub struct Memory {
    pub received: Vec<Received>,
    pub faults: Vec<String>,
    pub planned: HashMap<String, VecDeque<Answer>>,
    pub standing: BTreeMap<Provider, Answer>,
    pub connections: usize,
    /// Access tokens that are good, and how many were ever given.
    pub access_tokens: BTreeMap<String, i64>,
    pub access_tokens_given: usize,
    /// What the last one was asked for with.
    pub assertion: String,
    /// Tokens of Apple's kind that were shown, and the instants of their making.
    pub provider_tokens: BTreeSet<(i64, String)>,
    pub vapid_tokens: BTreeSet<String>,
    /// By the path of the endpoint.
    pub subscriptions: HashMap<String, Arc<Subscription>>,
}

/// Shared by everything that listens.
pub struct State {
    pub keys: Keys,
    /// Where each provider listens, without a slash at the end.
    pub bases: BTreeMap<Provider, String>,
    pub clock: Mutex<Clock>,
    memory: Mutex<Memory>,
}

impl State {
    pub fn new(keys: Keys, bases: BTreeMap<Provider, String>) -> Self {
        Self {
            keys,
            bases,
            clock: Mutex::new(Clock::system()),
            memory: Mutex::default(),
        }
    }

    pub fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().expect("a lock")
    }

    /// Seconds of the epoch, by the clock that the product goes by.
    pub fn now(&self) -> i64 {
        self.clock.lock().expect("a lock").now().timestamp()
    }

    /// The next answer that is planned for that name.
    pub fn planned(&self, name: &str) -> Option<Answer> {
        self.memory().planned.get_mut(name)?.pop_front()
    }

    /// Settles what is said, and writes it down.
    pub fn settle(&self, provider: Provider, asked: &Asked, verdict: Verdict) -> Answer {
        let sound = match verdict {
            Verdict::Sound(sound) => *sound,
            Verdict::Answered(answer) => return answer,
            Verdict::Fault(fault, answer) => {
                let line = format!("{provider:?}: {fault}");
                self.memory().faults.push(line);
                return answer;
            }
        };
        let standing = self.memory().standing.get(&provider).cloned();
        let answer = self
            .planned(&sound.token)
            .or(standing)
            .unwrap_or(sound.usual);
        if answer.takes() {
            let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
            let headers = asked.headers.iter();
            self.memory().received.push(Received {
                provider,
                token: sound.token,
                campaign_id: sound.campaign_id,
                delivery_id: sound.delivery_id,
                headers: headers
                    .map(|(name, value)| (name.to_string(), text(value)))
                    .collect(),
                payload: sound.payload,
                body: asked.body.to_vec(),
            });
        }
        answer
    }
}
