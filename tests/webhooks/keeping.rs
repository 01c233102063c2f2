//! Staff of the federation say who is told; what they may name, and who knows the secret.

use entities::webhook;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::{SCHOOL, WEBHOOK, audited, done, is_signed_by, key, listening, pair, problems, send};
use crate::support::{App, Person, answer::each};

const CREATE: &str = "mutation($url: String!) { webhookCreate(input: { clientMutationKey: \"00000000-0000-4000-8000-000000000000\", url: $url, description: \"Портал\" }) { webhook { id } userErrors { code } } }";

fn wish(url: &str) -> Value {
    json!({ "clientMutationKey": key(), "url": url, "description": "Портал" })
}

/// What staff see of the only webhook.
async fn only(app: &App, person: &Person) -> Value {
    let query =
        "{ webhooks { totalCount nodes { id url description isActive goneAt secretChangedAt } } }";
    let answer = app.ask_by(person, query, json!({})).await;
    let list = &answer.data()["webhooks"];
    assert_eq!(list["totalCount"], 1);
    list["nodes"][0].clone()
}

with_a_receiver! {
    async fn only_the_federation_keeps_webhooks(app, receiver) {
        let variables = json!({ "url": receiver.url("/hook") });
        assert_eq!(app.ask_with(CREATE, variables.clone()).await.code(), "UNAUTHENTICATED");
        let scope = json!({ "organisation": app.organisation_node(SCHOOL).await });
        for role in ["EDITOR", "ORGANISATION_ADMIN"] {
            let staff = app.staff(&format!("{}@example.ru", role.to_lowercase()), role, scope.clone()).await.person;
            assert_eq!(app.ask_by(&staff, CREATE, variables.clone()).await.code(), "FORBIDDEN");
            for query in ["{ webhooks { totalCount } }", "{ webhookDeliveries { totalCount } }"] {
                assert_eq!(app.ask_by(&staff, query, json!({})).await.code(), "FORBIDDEN");
            }
        }
    }

    async fn an_address_that_only_the_server_reaches_is_refused(app, receiver) {
        let admin = app.admin().await.person;
        for (url, code) in [
            ("nowhere", "NOT_A_URL"),
            ("//example.ru/hook", "NOT_A_URL"),
            ("http://example.ru/hook", "NOT_HTTPS"),
            ("ftp://example.ru/hook", "NOT_HTTPS"),
            ("file:///etc/passwd", "NOT_HTTPS"),
            ("javascript:alert(1)", "NOT_HTTPS"),
            ("https://example.ru:8443/hook", "PORT_NOT_ALLOWED"),
            ("https://user:secret@example.ru/hook", "HAS_CREDENTIALS"),
            ("https://127.0.0.1/hook", "PRIVATE_ADDRESS"),
            ("https://127.1/hook", "PRIVATE_ADDRESS"),
            ("https://2130706433/hook", "PRIVATE_ADDRESS"),
            ("https://0x7f000001/hook", "PRIVATE_ADDRESS"),
            ("https://0177.0.0.1/hook", "PRIVATE_ADDRESS"),
            ("https://①②⑦.0.0.1/hook", "PRIVATE_ADDRESS"),
            ("https://localhost/hook", "PRIVATE_ADDRESS"),
            ("https://a.localhost./hook", "PRIVATE_ADDRESS"),
            ("https://0.0.0.0/hook", "PRIVATE_ADDRESS"),
            ("https://10.0.0.1/hook", "PRIVATE_ADDRESS"),
            ("https://172.16.0.1/hook", "PRIVATE_ADDRESS"),
            ("https://192.168.1.1/hook", "PRIVATE_ADDRESS"),
            ("https://100.64.0.1/hook", "PRIVATE_ADDRESS"),
            ("https://169.254.169.254/latest/meta-data/", "PRIVATE_ADDRESS"),
            ("https://224.0.0.1/hook", "PRIVATE_ADDRESS"),
            ("https://255.255.255.255/hook", "PRIVATE_ADDRESS"),
            ("https://[::1]/hook", "PRIVATE_ADDRESS"),
            ("https://[::ffff:127.0.0.1]/hook", "PRIVATE_ADDRESS"),
            ("https://[64:ff9b::7f00:1]/hook", "PRIVATE_ADDRESS"),
            ("https://[2002:7f00:1::]/hook", "PRIVATE_ADDRESS"),
            ("https://[fd00::1]/hook", "PRIVATE_ADDRESS"),
            ("https://[fe80::1]/hook", "PRIVATE_ADDRESS"),
        ] {
            let refused = send(&app, &admin, "webhookCreate", "secret", wish(url)).await;
            assert_eq!(problems(&refused), [pair("url", code)], "{url}");
            assert!(refused["secret"].is_null());
        }
        let (id, _) = listening(&app, &admin, &receiver).await;
        let change = json!({ "id": id, "url": "https://127.0.0.1/hook" });
        let refused = send(&app, &admin, "webhookUpdate", WEBHOOK, change).await;
        assert_eq!(problems(&refused), [pair("url", "PRIVATE_ADDRESS")]);
        assert_eq!(only(&app, &admin).await["url"], receiver.url("/hook"));
        assert!(receiver.received().is_empty());
    }

    async fn everything_wrong_is_told_at_once(app, _receiver) {
        let admin = app.admin().await.person;
        let empty = json!({ "clientMutationKey": key(), "url": "https://10.0.0.1/", "description": "  " });
        let refused = send(&app, &admin, "webhookCreate", WEBHOOK, empty).await;
        assert_eq!(problems(&refused), [pair("url", "PRIVATE_ADDRESS"), pair("description", "MISSING")]);
        let long = json!({ "clientMutationKey": key(), "url": format!("https://example.ru/{}", "a".repeat(500)), "description": "ж".repeat(301) });
        let refused = send(&app, &admin, "webhookCreate", WEBHOOK, long).await;
        assert_eq!(problems(&refused), [pair("url", "TOO_LONG"), pair("description", "TOO_LONG")]);
    }

    async fn a_secret_is_shown_once_and_a_wish_granted_once(app, receiver) {
        let admin = app.admin().await.person;
        let input = wish(&receiver.url("/hook"));
        let fields = format!("secret {WEBHOOK}");
        let made = done(&app, &admin, "webhookCreate", &fields, input.clone()).await;
        let secret = made["secret"].as_str().expect("a secret");
        assert!(secret.starts_with("whsec_") && secret.len() > 40);
        let again = done(&app, &admin, "webhookCreate", &fields, input.clone()).await;
        assert_eq!(again["webhook"], made["webhook"]);
        assert!(again["secret"].is_null());
        let mut other = input.clone();
        other["description"] = json!("Другой");
        let refused = send(&app, &admin, "webhookCreate", &fields, other).await;
        assert_eq!(problems(&refused), [pair("clientMutationKey", "CONFLICT")]);
        assert_eq!(audited(&app, "webhook.create").await, 1);
        let row = webhook::Entity::find().one(app.database.reader()).await;
        let sealed = row.expect("a query").expect("a webhook").sealed_secrets;
        let shown = &secret.as_bytes()["whsec_".len()..];
        assert!(!sealed.windows(shown.len()).any(|bytes| bytes == shown));

        let id = &made["webhook"]["id"];
        let change = json!({ "id": id, "description": " Сеть доставки ", "isActive": false });
        for _ in 0..2 {
            let changed = done(&app, &admin, "webhookUpdate", WEBHOOK, change.clone()).await;
            assert_eq!(changed["webhook"]["description"], "Сеть доставки");
            assert_eq!(changed["webhook"]["isActive"], false);
        }
        assert_eq!(audited(&app, "webhook.update").await, 1);

        for _ in 0..2 {
            let gone = done(&app, &admin, "webhookDelete", "deletedId", json!({ "id": id })).await;
            assert_eq!(gone["deletedId"], *id);
        }
        assert_eq!(audited(&app, "webhook.delete").await, 1);
        let list = app.ask_by(&admin, "{ webhooks { nodes { id } } }", json!({})).await;
        assert!(each(&list.data()["webhooks"], "id").is_empty());
        let refused = send(&app, &admin, "webhookCreate", &fields, input).await;
        assert_eq!(problems(&refused), [pair("clientMutationKey", "CONFLICT")]);
        let refused = send(&app, &admin, "webhookUpdate", WEBHOOK, change).await;
        assert_eq!(problems(&refused), [pair("id", "NOT_FOUND")]);
    }

    async fn there_are_no_more_than_twenty(app, receiver) {
        let admin = app.admin().await.person;
        for _ in 0..20 {
            listening(&app, &admin, &receiver).await;
        }
        let refused = send(&app, &admin, "webhookCreate", WEBHOOK, wish(&receiver.url("/hook"))).await;
        assert_eq!(problems(&refused), [pair("", "TOO_MANY")]);
    }

    async fn an_old_secret_signs_beside_the_new_one(app, receiver) {
        let admin = app.admin().await.person;
        let (id, first) = listening(&app, &admin, &receiver).await;
        let rotation = json!({ "id": id, "clientMutationKey": key() });
        let fields = format!("secret {WEBHOOK}");
        let rotated = done(&app, &admin, "webhookRotateSecret", &fields, rotation.clone()).await;
        let second = rotated["secret"].as_str().expect("a secret");
        assert_ne!(second, first);
        let again = done(&app, &admin, "webhookRotateSecret", &fields, rotation).await;
        assert!(again["secret"].is_null());
        assert_eq!(again["webhook"], rotated["webhook"]);
        assert_eq!(audited(&app, "webhook.rotate_secret").await, 1);

        let test = json!({ "id": id, "clientMutationKey": key() });
        done(&app, &admin, "webhookTest", "delivery { id }", test).await;
        let message = receiver.wait_for(1).await;
        assert!(is_signed_by(&message, &first) && is_signed_by(&message, second));
        assert_eq!(message.header("webhook-signature").split(' ').count(), 2);
        assert!(!is_signed_by(&message, "whsec_c29tZWJvZHkgZWxzZSdzIHNlY3JldA=="));
    }
}
