//! Firebase, Apple, RuStore and a browser's service on loopback, as strict as the real ones.
//!
//! They verify every signature, header and size, open what is sealed for a browser, write down what
//! they took by the device's token, and answer whatever a test has planned. A request that breaks a
//! rule is a fault; a test ends by looking that there was none.

mod answers;
mod apns;
mod fcm;
mod jwt;
mod keys;
mod rustore;
mod server;
mod state;
mod unsealing;
mod web_push;

use std::{collections::BTreeMap, sync::Arc};

pub use answers::Answer;
use api::{
    domain::push::gateway::Provider,
    infra::{clock::Clock, config::Settings},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use server::{Listening, Orders};
pub use state::Received;
use state::State;
use tokio::{net::TcpListener, sync::watch};
pub use web_push::Browser;

/// The name by which answers to Google's requests for tokens are planned.
pub const OAUTH: &str = fcm::TOKENS;

const PROVIDERS: [Provider; 4] = [
    Provider::Fcm,
    Provider::Apns,
    Provider::RuStore,
    Provider::WebPush,
];

/// The four providers, for as long as the test's runtime runs.
pub struct PushProviders {
    state: Arc<State>,
    orders: watch::Sender<Orders>,
}

impl PushProviders {
    /// Listening without TLS.
    pub async fn start() -> Self {
        Self::listen("http").await
    }

    /// Listening behind TLS, with a certificate that only the tests' own authority vouches for.
    pub async fn start_behind_tls() -> Self {
        Self::listen("https").await
    }

    async fn listen(scheme: &str) -> Self {
        let mut listeners = Vec::new();
        let mut bases = BTreeMap::new();
        for provider in PROVIDERS {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let address = listener.local_addr().expect("an address");
            bases.insert(provider, format!("{scheme}://{address}"));
            listeners.push((provider, listener));
        }
        let token_uri = format!("{}/token", bases[&Provider::Fcm]);
        let state = Arc::new(State::new(keys::Keys::make(&token_uri), bases));
        let (orders, heard) = watch::channel(Orders::default());
        let tls = (scheme == "https").then(server::tls);
        for (provider, listener) in listeners {
            let listening = Listening {
                provider,
                state: Arc::clone(&state),
                orders: heard.clone(),
                tls: tls.clone(),
            };
            tokio::spawn(listening.run(listener));
        }
        Self { state, orders }
    }

    /// Points the product's settings here.
    pub fn set_up(&self, settings: &mut Settings) {
        let keys = &self.state.keys;
        let base = |provider| self.base(provider).parse().ok();
        settings.fcm_base_url = base(Provider::Fcm);
        settings.fcm_service_account_file = Some(keys.service_account_file.clone());
        settings.apns_base_url = base(Provider::Apns);
        settings.apns_key_file = Some(keys.apns_key_file.clone());
        settings.apns_key_id = Some(keys::APNS_KEY_ID.into());
        settings.apns_team_id = Some(keys::APNS_TEAM_ID.into());
        settings.apns_topic = Some(keys::APNS_TOPIC.into());
        settings.rustore_base_url = base(Provider::RuStore);
        settings.rustore_project_id = Some("mfp-rustore".into());
        settings.rustore_service_token = Some(keys::RUSTORE_TOKEN.into());
        settings.vapid_private_key = Some(keys.vapid_private.as_str().into());
        settings.vapid_subject = Some(keys::VAPID_SUBJECT.into());
        settings.web_push_allowed_origins =
            serde_json::from_value(json!(self.base(Provider::WebPush))).expect("an origin");
        settings.push_extra_ca_file = Some(keys.extra_ca_file.clone());
    }

    /// Where a provider listens.
    pub fn base(&self, provider: Provider) -> &str {
        &self.state.bases[&provider]
    }

    /// Goes by the product's clock from now on.
    pub fn go_by(&self, clock: &Clock) {
        *self.state.clock.lock().expect("a lock") = clock.clone();
    }

    /// A browser that subscribes.
    pub fn browser(&self) -> Browser {
        web_push::subscribe(&self.state)
    }

    /// Plans the next answer to a token, or [`OAUTH`]; several come one after the other.
    pub fn plan(&self, token: &str, answer: Answer) {
        let mut memory = self.state.memory();
        let answers = memory.planned.entry(token.to_owned()).or_default();
        answers.push_back(answer);
    }

    /// Answers everybody so, until [`Self::as_usual`].
    pub fn always(&self, provider: Provider, answer: Answer) {
        self.state.memory().standing.insert(provider, answer);
    }

    pub fn as_usual(&self, provider: Provider) {
        self.state.memory().standing.remove(&provider);
    }

    /// What was taken, in the order in which it came.
    pub fn received(&self) -> Vec<Received> {
        self.state.memory().received.clone()
    }

    /// What was taken for one device.
    pub fn received_by(&self, token: &str) -> Vec<Received> {
        let mut received = self.received();
        received.retain(|received| received.token == token);
        received
    }

    /// Fails where a request broke a rule.
    #[track_caller]
    pub fn assert_sound(&self) {
        assert_eq!(self.state.memory().faults, Vec::<String>::new());
    }

    /// How often Google gave an access token.
    pub fn access_tokens_given(&self) -> usize {
        self.state.memory().access_tokens_given
    }

    /// Google forgets the access tokens that it gave.
    pub fn take_access_tokens_back(&self) {
        self.state.memory().access_tokens.clear();
    }

    /// How many tokens of its own making the product has shown to Apple.
    pub fn provider_tokens_seen(&self) -> usize {
        self.state.memory().provider_tokens.len()
    }

    /// What somebody else needs to verify the product's signatures: the last assertion shown to Google,
    /// and public keys.
    pub fn evidence(&self) -> Value {
        let packed = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        json!({
            "assertion": self.state.memory().assertion,
            "tokenUri": format!("{}/token", self.base(Provider::Fcm)),
            "serviceKey": packed(&keys::service_public()),
            "apnsKey": packed(&self.state.keys.apns_public),
            "vapidKey": packed(&self.state.keys.vapid_public),
        })
    }

    /// How many tokens it has shown to browsers' services.
    pub fn vapid_tokens_seen(&self) -> usize {
        self.state.memory().vapid_tokens.len()
    }

    /// How many connections there have been, to all of them.
    pub fn connections(&self) -> usize {
        self.state.memory().connections
    }

    /// Says goodbye on all connections (GOAWAY): what is in flight is finished.
    pub fn say_goodbye(&self) {
        self.orders.send_modify(|orders| orders.goodbyes += 1);
    }

    /// Drops all connections with whatever is in flight.
    pub fn hang_up(&self) {
        self.orders.send_modify(|orders| orders.hang_ups += 1);
    }
}
