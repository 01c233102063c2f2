//! Campaigns on their way to providers that are as strict as the real ones.

use std::collections::BTreeSet;

use api::domain::push::gateway::Provider;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    begin, campaign, choose, devices, done, key, over, phone, register, seen, topic, wait_until,
};
use crate::support::{
    App, Backend, Person,
    push_providers::{Answer, PushProviders},
};

/// As browsers write bytes.
fn packed(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// A product that reaches the providers, with an administrator and a public topic.
struct Scene {
    app: App,
    providers: PushProviders,
    admin: Person,
    topic: Value,
}

impl Scene {
    async fn set(backend: Backend) -> Self {
        let providers = PushProviders::start().await;
        let app = App::start_with(backend, |settings| {
            providers.set_up(settings);
            settings.push_backoff_ms = 50;
            settings.push_backoff_cap_ms = 200;
            settings.push_attempts = std::num::NonZeroU16::new(3).expect("a number");
        })
        .await;
        providers.go_by(app.clock());
        let admin = app.admin().await.person;
        let topic = topic(&app, &admin, json!({})).await;
        Self {
            app,
            providers,
            admin,
            topic,
        }
    }

    /// A phone of nobody's that has chosen the topic; returns its own id.
    async fn listener(&self, token: &str) -> String {
        let id = key();
        register(&self.app, None, phone(&id, token)).await;
        choose(&self.app, None, &id, &[&self.topic]).await;
        id
    }

    async fn send(&self) -> Value {
        let audience = json!({ "topics": [self.topic["id"]] });
        let made = campaign(&self.app, &self.admin, audience, json!({})).await;
        begin(&self.app, &self.admin, &made).await;
        made
    }

    /// Sends, and waits until it is over.
    async fn send_all(&self) -> Value {
        let made = self.send().await;
        over(&self.app, &self.admin, &made).await
    }

    /// Gives a phone an hour of silence around now, by the clock of Moscow.
    async fn hush(&self, id: &str) {
        let moscow = self.app.now() + TimeDelta::hours(3);
        let at = |time: chrono::DateTime<chrono::Utc>| time.format("%H:%M").to_string();
        let hours = json!({
            "from": at(moscow - TimeDelta::minutes(30)),
            "to": at(moscow + TimeDelta::minutes(30)),
        });
        let input = json!({ "deviceId": id, "quietHours": hours });
        let fields = "preferences { dailyCap }";
        done(&self.app, None, "pushPreferencesUpdate", fields, input).await;
    }

    fn count(&self, token: &str) -> usize {
        self.providers.received_by(token).len()
    }
}

/// Runs each test once on SQLite and once on PostgreSQL, with the providers.
macro_rules! with_providers {
    ($(async fn $name:ident($scene:ident) $body:block)*) => {
        mod sqlite {
            use super::*;
            $(#[actix_web::test]
            async fn $name() {
                let $scene = Scene::set(Backend::Sqlite).await;
                let ending = $scene.app.ending();
                async { $body }.await;
                ending.await;
            })*
        }
        mod postgres {
            use super::*;
            $(#[actix_web::test]
            async fn $name() {
                let $scene = Scene::set(Backend::Postgres).await;
                let ending = $scene.app.ending();
                async { $body }.await;
                ending.await;
            })*
        }
    };
}

with_providers! {
    async fn everybody_who_asked_is_rung_once(scene) {
        for number in 0..40 {
            scene.listener(&format!("token-{number}")).await;
        }
        // Has not asked.
        register(&scene.app, None, phone(&key(), "silent")).await;
        let over = scene.send_all().await;
        assert_eq!((&over["progress"]["planned"], &over["progress"]["delivered"]), (&json!(40), &json!(40)));
        assert_eq!(over["byProvider"], json!([{ "provider": "FCM", "progress": { "planned": 40, "delivered": 40 } }]));
        let received = scene.providers.received();
        let tokens: BTreeSet<&str> = received.iter().map(|one| one.token.as_str()).collect();
        let deliveries: BTreeSet<&str> = received.iter().map(|one| one.delivery_id.as_str()).collect();
        assert_eq!((received.len(), tokens.len(), deliveries.len()), (40, 40, 40));
        assert!(!tokens.contains("silent"));
        scene.providers.assert_sound();
    }

    async fn all_four_providers_are_reached(scene) {
        scene.listener("firebase").await;
        let browser = scene.providers.browser();
        let apple = "ab".repeat(32);
        for (provider, platform, token, keys) in [
            ("RUSTORE", "ANDROID", "rustore", Value::Null),
            ("APNS", "IOS", apple.as_str(), Value::Null),
            ("WEB_PUSH", "WEB", browser.endpoint.as_str(), json!({ "p256dh": packed(&browser.keys.p256dh), "auth": packed(&browser.keys.auth) })),
        ] {
            let id = key();
            let mut input = phone(&id, token);
            input["provider"] = json!(provider);
            input["platform"] = json!(platform);
            input["webPushKeys"] = keys;
            register(&scene.app, None, input).await;
            choose(&scene.app, None, &id, &[&scene.topic]).await;
        }
        let over = scene.send_all().await;
        assert_eq!(over["progress"]["delivered"], 4, "{over:#}");
        let carriers: BTreeSet<Provider> = scene.providers.received().iter().map(|one| one.provider).collect();
        assert_eq!(carriers.len(), 4);
        scene.providers.assert_sound();
    }

    async fn a_device_with_two_tokens_rings_once(scene) {
        let id = scene.listener("firebase").await;
        let mut other = phone(&id, "rustore");
        other["provider"] = json!("RUSTORE");
        register(&scene.app, None, other).await;
        let over = scene.send_all().await;
        assert_eq!(over["progress"]["planned"], 1);
        assert_eq!((scene.count("firebase"), scene.count("rustore")), (0, 1));
    }

    async fn a_dead_token_is_never_rung_again(scene) {
        scene.listener("alive").await;
        scene.listener("dead").await;
        scene.providers.plan("dead", Answer::fcm(404, "UNREGISTERED"));
        let first = scene.send_all().await;
        assert_eq!((&first["progress"]["delivered"], &first["progress"]["pruned"]), (&json!(1), &json!(1)));
        assert_eq!(first["reasons"][0]["kind"], "PRUNED");
        let before = scene.count("dead");
        let second = scene.send_all().await;
        assert_eq!(second["progress"]["planned"], 1);
        assert_eq!(scene.count("dead"), before);
    }

    async fn a_token_that_is_shown_anew_is_rung_again(scene) {
        let id = scene.listener("token").await;
        scene.providers.plan("token", Answer::fcm(404, "UNREGISTERED"));
        assert_eq!(scene.send_all().await["progress"]["pruned"], 1);
        register(&scene.app, None, phone(&id, "token")).await;
        assert_eq!(scene.send_all().await["progress"]["delivered"], 1);
    }

    async fn when_one_token_dies_the_devices_other_one_rings(scene) {
        let person = scene.app.sign_in(crate::push::PHONE).await;
        crate::push::consent(&scene.app, &person, "PUSH_SERVICE", true).await;
        let id = key();
        register(&scene.app, Some(&person), phone(&id, "firebase")).await;
        let mut other = phone(&id, "rustore");
        other["provider"] = json!("RUSTORE");
        register(&scene.app, Some(&person), other).await;
        choose(&scene.app, Some(&person), &id, &[&scene.topic]).await;
        scene.providers.plan("rustore", Answer::rustore(404, "NOT_FOUND"));
        assert_eq!(scene.send_all().await["progress"]["pruned"], 1);
        let own = devices(&scene.app, &person).await;
        let dead = own.iter().find(|device| device["provider"] == "RUSTORE").expect("a device");
        assert!(dead["deadReason"].is_string());
        assert_eq!(scene.send_all().await["progress"]["delivered"], 1);
        assert_eq!(scene.count("firebase"), 1);
    }

    async fn what_fails_for_a_while_is_tried_again_until_it_gets_through(scene) {
        scene.listener("steady").await;
        scene.listener("shaky").await;
        scene.providers.plan("shaky", Answer::fcm(503, "UNAVAILABLE"));
        let over = scene.send_all().await;
        assert_eq!(over["progress"]["delivered"], 2, "{over:#}");
        let ids: BTreeSet<String> = scene.providers.received_by("shaky").into_iter().map(|one| one.delivery_id).collect();
        assert_eq!(ids.len(), 1, "a repetition is the same delivery");
    }

    async fn a_message_that_is_at_fault_stops_its_campaign_and_no_device(scene) {
        scene.listener("token").await;
        scene.providers.always(Provider::Fcm, Answer::fcm_bad_request("message"));
        let over = scene.send_all().await;
        assert_eq!((&over["state"], &over["progress"]["refused"]), (&json!("FAILED"), &json!(1)));
        scene.providers.as_usual(Provider::Fcm);
        assert_eq!(scene.send_all().await["progress"]["delivered"], 1);
    }

    async fn a_message_that_one_provider_refuses_goes_to_the_others(scene) {
        for number in 0..30 {
            scene.listener(&format!("firebase-{number}")).await;
        }
        let id = key();
        let mut other = phone(&id, "rustore");
        other["provider"] = json!("RUSTORE");
        register(&scene.app, None, other).await;
        choose(&scene.app, None, &id, &[&scene.topic]).await;
        scene.providers.always(Provider::Fcm, Answer::fcm_bad_request("message"));
        let over = scene.send_all().await;
        assert_eq!(over["state"], "DONE", "{over:#}");
        assert_eq!((&over["progress"]["delivered"], &over["progress"]["refused"]), (&json!(1), &json!(30)));
        assert_eq!(scene.count("rustore"), 1);
        assert_eq!(over["failure"], "INVALID_ARGUMENT");
        scene.providers.as_usual(Provider::Fcm);
        assert_eq!(scene.send_all().await["progress"]["delivered"], 31);
    }

    async fn a_message_that_others_have_got_is_not_at_fault(scene) {
        scene.listener("usual").await;
        scene.listener("odd").await;
        // Late enough for the other to have got it.
        scene.providers.plan("odd", Answer::fcm(503, "UNAVAILABLE").with("retry-after", "2"));
        scene.providers.plan("odd", Answer::fcm_bad_request("message"));
        let made = scene.send().await;
        wait_until(async || seen(&scene.app, &scene.admin, &made).await["progress"]["delivered"] == 1).await;
        let over = over(&scene.app, &scene.admin, &made).await;
        assert_ne!(over["state"], "FAILED");
        assert_eq!((&over["progress"]["delivered"], &over["progress"]["refused"]), (&json!(1), &json!(1)));
    }

    async fn a_lane_that_is_down_keeps_no_other_from_ringing(scene) {
        scene.listener("firebase").await;
        let id = key();
        let mut other = phone(&id, "rustore");
        other["provider"] = json!("RUSTORE");
        register(&scene.app, None, other).await;
        choose(&scene.app, None, &id, &[&scene.topic]).await;
        scene.providers.always(Provider::RuStore, Answer::plain(503));
        let made = scene.send().await;
        wait_until(async || seen(&scene.app, &scene.admin, &made).await["progress"]["delivered"] == 1).await;
        assert_eq!(scene.count("firebase"), 1);
        scene.providers.as_usual(Provider::RuStore);
    }

    async fn nobody_is_rung_within_their_quiet_hours(scene) {
        let id = scene.listener("sleeper").await;
        scene.hush(&id).await;
        scene.listener("awake").await;
        let made = scene.send().await;
        wait_until(async || scene.count("awake") == 1).await;
        wait_until(async || seen(&scene.app, &scene.admin, &made).await["progress"]["delivered"] == 1).await;
        assert_eq!(scene.count("sleeper"), 0);
        scene.app.wait(TimeDelta::minutes(31));
        wait_until(async || scene.count("sleeper") == 1).await;
    }

    async fn whoever_met_a_busy_provider_does_not_wait_for_anothers_morning(scene) {
        for token in ["sleeper", "busy"] {
            let id = key();
            let mut input = phone(&id, token);
            input["provider"] = json!("RUSTORE");
            register(&scene.app, None, input).await;
            choose(&scene.app, None, &id, &[&scene.topic]).await;
            if token == "sleeper" {
                scene.hush(&id).await;
            }
        }
        scene.providers.plan("busy", Answer::rustore(429, "TOO_MANY_REQUESTS"));
        let made = scene.send().await;
        wait_until(async || seen(&scene.app, &scene.admin, &made).await["progress"]["delivered"] == 1).await;
        assert_eq!(scene.count("sleeper"), 0);
    }

    async fn a_device_rings_no_oftener_a_day_than_its_holder_wants(scene) {
        let id = scene.listener("token").await;
        let input = json!({ "deviceId": id, "dailyCap": 1 });
        done(&scene.app, None, "pushPreferencesUpdate", "preferences { dailyCap }", input).await;
        assert_eq!(scene.send_all().await["progress"]["delivered"], 1);
        let second = scene.send_all().await;
        assert_eq!((&second["progress"]["planned"], &second["progress"]["skipped"]), (&json!(1), &json!(1)));
        assert_eq!(scene.count("token"), 1);
    }

    async fn what_happened_to_a_device_can_be_asked(scene) {
        let person = scene.app.sign_in(crate::push::PHONE).await;
        crate::push::consent(&scene.app, &person, "PUSH_SERVICE", true).await;
        let id = key();
        let device = register(&scene.app, Some(&person), phone(&id, "token")).await;
        choose(&scene.app, Some(&person), &id, &[&scene.topic]).await;
        let query = "query($campaign: ID!, $device: ID!) { pushOutcome(campaign: $campaign, device: $device) { result reason } }";
        for (answer, result) in [(None, "DELIVERED"), (Some(Answer::fcm(404, "UNREGISTERED")), "PRUNED")] {
            if let Some(answer) = answer {
                scene.providers.plan("token", answer);
            }
            let over = scene.send_all().await;
            let variables = json!({ "campaign": over["id"], "device": device["id"] });
            let told = scene.app.ask_by(&scene.admin, query, variables).await;
            assert_eq!(told.data()["pushOutcome"]["result"], result);
        }
    }

    async fn a_test_rings_whoever_made_it_at_any_hour(scene) {
        let id = key();
        register(&scene.app, Some(&scene.admin), phone(&id, "own")).await;
        scene.listener("another").await;
        let made = campaign(&scene.app, &scene.admin, json!({ "topics": [scene.topic["id"]] }), json!({})).await;
        let input = json!({ "id": made["id"], "clientMutationKey": key() });
        done(&scene.app, Some(&scene.admin), "pushCampaignTestSend", "campaign { state }", input).await;
        wait_until(async || scene.count("own") == 1).await;
        assert_eq!(scene.count("another"), 0);
        assert_eq!(seen(&scene.app, &scene.admin, &made).await["state"], "DRAFT");
    }
}
