//! The gateways to push providers, against providers that are as strict as the real ones.

mod apns;
mod fcm;
mod private_authority;
mod rustore;
mod strangers;
mod web_push;

use std::time::Duration;

use api::{
    domain::push::gateway::{Gateways, Message, Outcome, Priority, Provider, RetryScope, Target},
    infra::{clock::Clock, config::Settings},
};
use chrono::TimeDelta;
use uuid::Uuid;

use crate::support::push_providers::PushProviders;

/// How long messages live.
const LASTS: TimeDelta = TimeDelta::hours(1);

/// Gateways that are set up to reach the providers.
struct Bench {
    providers: PushProviders,
    gateways: Gateways,
    clock: Clock,
}

impl Bench {
    async fn set_up() -> Self {
        Self::around(PushProviders::start().await, |_| {})
    }

    fn around(providers: PushProviders, change: impl FnOnce(&mut Settings)) -> Self {
        let clock = Clock::system();
        let mut settings = Settings::default();
        providers.set_up(&mut settings);
        providers.go_by(&clock);
        change(&mut settings);
        let gateways = Gateways::new(&settings, &clock).expect("gateways");
        Self {
            providers,
            gateways,
            clock,
        }
    }

    /// Rings a device with the usual message.
    async fn ring(&self, provider: Provider, target: &Target) -> Outcome {
        self.tell(provider, target, &self.message()).await
    }

    /// The same with that message, at the instant that it was written.
    async fn tell(&self, provider: Provider, target: &Target, message: &Message) -> Outcome {
        let gateway = self.gateways.of(provider).expect("a gateway");
        let prepared = gateway.prepare(message).expect("a message that fits");
        let now = message.expires_at - LASTS;
        gateway.send(&prepared, target, now).await
    }

    fn message(&self) -> Message {
        Message {
            campaign_id: Uuid::from_u128(7),
            title: "Путёвки \"Здоровье\"".into(),
            body: "Заявки до пятницы\nи не позже".into(),
            image: "https://mtuf.ru/a.png".parse().ok(),
            link: Some("/news/putevki".into()),
            collapse_key: "news:putevki".into(),
            priority: Priority::High,
            expires_at: self.clock.now() + LASTS,
            topic_kind: "news",
        }
    }

    fn wait(&self, time: TimeDelta) {
        self.clock.follow(self.clock.now() + time);
    }
}

fn device(token: &str) -> Target {
    Target {
        delivery_id: Uuid::new_v4(),
        token: token.into(),
        keys: None,
        registered_at: chrono::DateTime::UNIX_EPOCH,
    }
}

fn retry(seconds: Option<u64>, scope: RetryScope, reason: &'static str) -> Outcome {
    Outcome::Retry {
        after: seconds.map(Duration::from_secs),
        scope,
        reason,
    }
}

fn prune(reason: &'static str) -> Outcome {
    Outcome::Prune {
        reason,
        as_of: None,
    }
}

#[track_caller]
fn assert_delivered(outcome: &Outcome) {
    assert!(matches!(outcome, Outcome::Delivered { .. }), "{outcome:?}");
}

/// An address where nobody listens.
async fn nowhere() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    format!("http://{}", listener.local_addr().expect("an address"))
}

#[test]
fn nothing_is_set_up_by_default() {
    let gateways = Gateways::new(&Settings::default(), &Clock::system()).expect("gateways");
    for provider in [
        Provider::Fcm,
        Provider::Apns,
        Provider::RuStore,
        Provider::WebPush,
    ] {
        assert!(gateways.of(provider).is_none());
    }
    assert_eq!(gateways.vapid_public_key(), None);
}

#[actix_web::test]
async fn a_file_that_holds_no_key_stops_the_start_by_the_settings_name() {
    let providers = PushProviders::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("nothing.txt");
    std::fs::write(&file, "nothing").expect("a file");
    let refused = |change: &dyn Fn(&mut Settings)| {
        let mut settings = Settings::default();
        providers.set_up(&mut settings);
        change(&mut settings);
        Gateways::new(&settings, &Clock::system())
            .err()
            .expect("a refusal")
    };
    let fcm = refused(&|settings| settings.fcm_service_account_file = Some(file.clone()));
    assert!(fcm.contains("MFP_FCM_SERVICE_ACCOUNT_FILE"), "{fcm}");
    let apns = refused(&|settings| settings.apns_key_file = Some(file.clone()));
    assert!(apns.contains("MFP_APNS_KEY_FILE"), "{apns}");
    let authority = refused(&|settings| settings.push_extra_ca_file = Some(file.clone()));
    assert!(authority.contains("MFP_PUSH_EXTRA_CA_FILE"), "{authority}");
    let gone = refused(&|settings| settings.apns_key_file = Some(folder.path().join("none")));
    assert!(gone.contains("MFP_APNS_KEY_FILE"), "{gone}");
    let key = refused(&|settings| settings.vapid_private_key = Some("short".into()));
    assert!(key.contains("MFP_VAPID_PRIVATE_KEY"), "{key}");
}
