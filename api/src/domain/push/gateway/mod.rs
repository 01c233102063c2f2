//! The providers that ring devices: Firebase, Apple, `RuStore`, browsers' services.
//!
//! A gateway speaks one provider's protocol and translates its answers into an [`Outcome`]; it keeps
//! no queue and tries nothing again but what a stale token of its own has spoiled. Whoever sends
//! decides when, how fast and how often.

mod apns;
mod client;
mod doubt;
mod fcm;
mod message;
mod rustore;
mod signing;
mod web_push;

use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use message::Template;
pub use message::{Message, Priority, TooLarge};
use url::Url;
use uuid::Uuid;
pub use web_push::EndpointRefused;

use self::{apns::Apns, fcm::Fcm, rustore::RuStore, web_push::WebPush};
use crate::infra::{clock::Clock, config::Settings};

/// Who carries a message to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Provider {
    Fcm,
    Apns,
    RuStore,
    WebPush,
}

/// What a browser gives out besides its endpoint (RFC 8291).
#[derive(Clone)]
pub struct WebPushKeys {
    /// Its public key: a point of P-256, uncompressed.
    pub p256dh: [u8; 65],
    /// A secret that it shares with this server.
    pub auth: [u8; 16],
}

/// One device to ring.
#[derive(Clone)]
pub struct Target {
    /// Tells a repetition: the same for every attempt of one campaign at one device.
    pub delivery_id: Uuid,
    /// FCM's, APNs' or `RuStore`'s token, or the address of a Web Push endpoint.
    pub token: String,
    /// Web Push only.
    pub keys: Option<WebPushKeys>,
    /// When the device last gave this token.
    pub registered_at: DateTime<Utc>,
}

/// A token says who somebody is, so that it never prints.
impl fmt::Debug for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Target({})", self.delivery_id)
    }
}

/// What became of a message to one device. Reasons are short constant words, for counting and for
/// whoever asks why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The provider took it.
    Delivered { provider_message_id: Option<String> },
    /// The token will never work again. It stays if the device has given it anew since `as_of`, or
    /// since the sending where the provider names no instant.
    Prune {
        reason: &'static str,
        as_of: Option<DateTime<Utc>>,
    },
    /// A token of another project or key: no retry, and nothing to delete.
    Mark { reason: &'static str },
    /// Not now. Without `after` the sender's own back-off holds.
    Retry {
        after: Option<Duration>,
        scope: RetryScope,
        reason: &'static str,
    },
    /// The message is at fault, whoever it goes to: the campaign fails, no token does.
    BadMessage { reason: &'static str },
    /// The provider does not know this server, or a setting is wrong: nothing goes that way until
    /// somebody has looked.
    Misconfigured { reason: &'static str },
}

/// What a retry waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryScope {
    /// This device alone.
    Target,
    /// Everything that goes by this provider.
    Lane,
}

/// A campaign's message in one provider's words, written once; what differs by device is put in as it
/// is sent.
pub struct Prepared {
    campaign_id: Uuid,
    priority: Priority,
    expires_at: DateTime<Utc>,
    /// What replaces an earlier message on the device, as short as the provider wants it.
    collapse_key: String,
    body: Template,
}

/// One provider.
pub trait Gateway: Send + Sync {
    fn provider(&self) -> Provider;

    /// Writes a message.
    ///
    /// # Errors
    /// When it is longer than the provider takes.
    fn prepare(&self, message: &Message) -> Result<Prepared, TooLarge>;

    /// Rings one device. `now` is the instant from which the message's remaining time is counted.
    fn send<'a>(
        &'a self,
        prepared: &'a Prepared,
        target: &'a Target,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Outcome>;

    /// How many messages may be on their way at once.
    fn in_flight_at_most(&self) -> usize;
}

/// The providers that are set up.
#[derive(Clone)]
pub struct Gateways {
    gateways: BTreeMap<Provider, Arc<dyn Gateway>>,
    web_push: Option<Arc<WebPush>>,
}

impl Gateways {
    /// As the settings say. Reads the files of keys that they name.
    ///
    /// # Errors
    /// One line naming the setting that can't be used.
    pub fn new(settings: &Settings, clock: &Clock) -> Result<Self, String> {
        let mut gateways: BTreeMap<Provider, Arc<dyn Gateway>> = BTreeMap::new();
        if let Some(fcm) = settings.fcm()? {
            let fcm = Fcm::new(settings, &fcm, clock)?;
            gateways.insert(Provider::Fcm, Arc::new(fcm));
        }
        if let Some(apns) = settings.apns()? {
            let apns = Apns::new(settings, &apns, clock)?;
            gateways.insert(Provider::Apns, Arc::new(apns));
        }
        if let Some(rustore) = settings.rustore()? {
            let rustore = RuStore::new(settings, &rustore, clock)?;
            gateways.insert(Provider::RuStore, Arc::new(rustore));
        }
        let mut web_push = None;
        if let Some(set) = settings.web_push()? {
            let gateway = Arc::new(WebPush::new(settings, &set, clock)?);
            gateways.insert(Provider::WebPush, Arc::<WebPush>::clone(&gateway));
            web_push = Some(gateway);
        }
        Ok(Self { gateways, web_push })
    }

    /// The gateway to a provider; `None`: it is not set up.
    #[must_use]
    pub fn of(&self, provider: Provider) -> Option<&Arc<dyn Gateway>> {
        self.gateways.get(&provider)
    }

    /// Whether an endpoint that a browser gave may be asked.
    ///
    /// # Errors
    /// Why not.
    pub fn check_endpoint(&self, endpoint: &Url) -> Result<(), EndpointRefused> {
        match &self.web_push {
            Some(web_push) => web_push.check_endpoint(endpoint),
            None => Err(EndpointRefused::NotSetUp),
        }
    }

    /// The key that browsers subscribe with (`applicationServerKey`), in base64url.
    #[must_use]
    pub fn vapid_public_key(&self) -> Option<String> {
        self.web_push
            .as_ref()
            .map(|web_push| web_push.public_key().to_owned())
    }
}
