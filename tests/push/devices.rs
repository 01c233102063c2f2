//! Devices: registered, moved between people, forgotten.

use entities::push_device;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{DEVICE, PHONE, devices, done, key, pairs, phone, problems, register, send};
use crate::{on_both_databases, support::App};

async fn rows(app: &App) -> Vec<push_device::Model> {
    push_device::Entity::find()
        .all(app.database.writer())
        .await
        .expect("devices")
}

on_both_databases! {
    async fn everything_wrong_with_a_device_is_told_at_once(app) {
        let input = json!({
            "deviceId": key(),
            "provider": "APNS",
            "token": "not hexadecimal",
            "webPushKeys": { "p256dh": "AA", "auth": "AA" },
            "platform": "IOS",
            "appVersion": "two",
            "locale": "по-русски",
            "timeZone": "Moscow",
        });
        let refused = send(&app, None, "pushDeviceRegister", DEVICE, input).await;
        assert_eq!(problems(&refused), pairs(&[
            ("appVersion", "VERSION_MALFORMED"),
            ("locale", "LOCALE_MALFORMED"),
            ("timeZone", "UNKNOWN_TIME_ZONE"),
            ("token", "TOKEN_MALFORMED"),
            ("webPushKeys", "KEYS_OUT_OF_PLACE"),
        ]));
        assert_eq!(rows(&app).await.len(), 0);
    }

    async fn tokens_have_bounds(app) {
        for (token, code) in [("", "MISSING"), ("с пробелом", "TOKEN_MALFORMED")] {
            let refused = send(&app, None, "pushDeviceRegister", DEVICE, phone(&key(), token)).await;
            assert_eq!(problems(&refused), pairs(&[("token", code)]));
        }
        let long = "x".repeat(4097);
        let refused = send(&app, None, "pushDeviceRegister", DEVICE, phone(&key(), &long)).await;
        assert_eq!(problems(&refused), pairs(&[("token", "TOO_LONG")]));
        register(&app, None, phone(&key(), &"x".repeat(4096))).await;
    }

    async fn browsers_show_keys_and_an_endpoint_that_is_allowed(app) {
        let browser = |endpoint: &str, keys: Value| json!({
            "deviceId": key(),
            "provider": "WEB_PUSH",
            "token": endpoint,
            "webPushKeys": keys,
            "platform": "WEB",
            "appVersion": "1",
        });
        let sent = browser("not an address", Value::Null);
        let refused = send(&app, None, "pushDeviceRegister", DEVICE, sent).await;
        assert_eq!(problems(&refused), pairs(&[("token", "TOKEN_MALFORMED"), ("webPushKeys", "KEYS_OUT_OF_PLACE")]));
        let keys = json!({ "p256dh": "AAAA", "auth": "AAAA" });
        for inside in ["https://127.0.0.1/x", "http://169.254.169.254/latest", "https://evil.example/x"] {
            let refused = send(&app, None, "pushDeviceRegister", DEVICE, browser(inside, keys.clone())).await;
            assert_eq!(problems(&refused), pairs(&[("token", "ENDPOINT_REFUSED"), ("webPushKeys", "KEYS_MALFORMED")]), "{inside}");
        }
    }

    async fn the_same_device_again_is_the_same_device(app) {
        let person = app.sign_in(PHONE).await;
        let id = key();
        let first = register(&app, Some(&person), phone(&id, "token-1")).await;
        let again = register(&app, Some(&person), phone(&id, "token-1")).await;
        assert_eq!(first, again);
        let renewed = register(&app, Some(&person), phone(&id, "token-2")).await;
        assert_eq!(renewed["id"], first["id"]);
        assert_eq!(devices(&app, &person).await.len(), 1);
        assert_eq!(rows(&app).await.len(), 1);
    }

    async fn the_same_device_twenty_times_at_once_is_one(app) {
        let person = app.sign_in(PHONE).await;
        let id = key();
        let all = (0..20).map(|_| register(&app, Some(&person), phone(&id, "token")));
        let answers = futures_util::future::join_all(all).await;
        assert!(answers.iter().all(|device| device["id"] == answers[0]["id"]));
        assert_eq!(rows(&app).await.len(), 1);
    }

    async fn a_token_moves_with_the_phone_to_another_person(app) {
        let (anna, boris) = (app.sign_in(PHONE).await, app.sign_in("+79267654321").await);
        let id = key();
        register(&app, Some(&anna), phone(&id, "token")).await;
        // The same installation, another person.
        register(&app, Some(&boris), phone(&id, "token")).await;
        assert_eq!(devices(&app, &anna).await, Vec::<Value>::new());
        assert_eq!(devices(&app, &boris).await.len(), 1);
        // The app was installed anew: another installation shows the same token.
        register(&app, Some(&anna), phone(&key(), "token")).await;
        assert_eq!(devices(&app, &boris).await, Vec::<Value>::new());
        assert_eq!(devices(&app, &anna).await.len(), 1);
        assert_eq!(rows(&app).await.len(), 1);
    }

    async fn twenty_installations_that_show_one_token_at_once_leave_one(app) {
        let all = (0..20).map(|_| register(&app, None, phone(&key(), "token")));
        let all: Vec<Value> = futures_util::future::join_all(all.collect::<Vec<_>>()).await;
        assert_eq!(all.len(), 20);
        assert_eq!(rows(&app).await.len(), 1);
    }

    async fn whoever_signs_out_leaves_a_device_of_nobody(app) {
        let anna = app.sign_in(PHONE).await;
        let id = key();
        register(&app, Some(&anna), phone(&id, "token")).await;
        register(&app, None, phone(&id, "token")).await;
        assert_eq!(devices(&app, &anna).await, Vec::<Value>::new());
        assert_eq!(rows(&app).await[0].account_id, None);
    }

    async fn of_two_tokens_of_a_device_one_rings(app) {
        let person = app.sign_in(PHONE).await;
        let id = key();
        register(&app, Some(&person), phone(&id, "firebase")).await;
        let mut other = phone(&id, "rustore");
        other["provider"] = json!("RUSTORE");
        let rustore = register(&app, Some(&person), other).await;
        assert_eq!(rustore["isRinging"], true);
        let mut ringing: Vec<(Value, Value)> = devices(&app, &person)
            .await
            .into_iter()
            .map(|device| (device["provider"].clone(), device["isRinging"].clone()))
            .collect();
        ringing.sort_by_key(|(provider, _)| provider.to_string());
        assert_eq!(ringing, [(json!("FCM"), json!(false)), (json!("RUSTORE"), json!(true))]);
    }

    async fn a_device_is_forgotten_by_itself_or_by_its_holder(app) {
        let (anna, boris) = (app.sign_in(PHONE).await, app.sign_in("+79267654321").await);
        let id = key();
        let device = register(&app, Some(&anna), phone(&id, "one")).await;
        // Somebody else's is passed over in silence.
        let input = json!({ "deviceId": device["id"] });
        done(&app, Some(&boris), "pushDeviceRemove", "removedDeviceId", input.clone()).await;
        assert_eq!(devices(&app, &anna).await.len(), 1);
        let refused = send(&app, None, "pushDeviceRemove", "removedDeviceId", input.clone()).await;
        assert_eq!(problems(&refused), pairs(&[("deviceId", "DEVICE_NOT_FOUND")]));
        for _ in 0..2 {
            done(&app, Some(&anna), "pushDeviceRemove", "removedDeviceId", input.clone()).await;
        }
        assert_eq!(rows(&app).await.len(), 0);
        register(&app, None, phone(&id, "one")).await;
        done(&app, None, "pushDeviceRemove", "removedDeviceId", json!({ "deviceId": id })).await;
        assert_eq!(rows(&app).await.len(), 0);
    }

    async fn no_token_and_no_installation_stands_in_clear(app) {
        let id = key();
        register(&app, None, phone(&id, "a-token-to-look-for")).await;
        let row = rows(&app).await.remove(0);
        assert!(!row.address.windows(8).any(|bytes| bytes == b"to-look-"));
        assert_eq!((row.token_lookup.len(), row.installation_lookup.len()), (64, 64));
        assert_ne!(row.public_id, Uuid::parse_str(&id).expect("a uuid"));
    }
}
