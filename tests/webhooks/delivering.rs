//! A message is sent until it is taken, or until it waits for staff among those that were given up.

use std::time::Duration;

use api::domain::webhooks;
use chrono::TimeDelta;
use entities::webhook;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};
use serde_json::{Value, json};

use super::{
    DELIVERY, WEBHOOK, audited, deliveries, done, is_signed_by, key, listening, pair, problems,
    publish, send, tell, until,
};
use crate::support::{App, Person};

/// Asks for a message that tells of nothing.
async fn ping(app: &App, person: &Person, webhook: &str) -> Value {
    let input = json!({ "id": webhook, "clientMutationKey": key() });
    let fields = format!("delivery {{ {DELIVERY} }}");
    done(app, person, "webhookTest", &fields, input).await["delivery"].clone()
}

async fn retry(app: &App, person: &Person, delivery: &Value) -> Value {
    let fields = format!("delivery {{ {DELIVERY} }}");
    send(
        app,
        person,
        "webhookDeliveryRetry",
        &fields,
        json!({ "id": delivery["id"] }),
    )
    .await
}

/// Long enough for a worker to look for work several times.
async fn a_while() {
    tokio::time::sleep(Duration::from_millis(800)).await;
}

with_a_receiver! {
    async fn a_message_is_sent_again_until_it_is_taken(app, receiver) {
        let admin = app.admin().await.person;
        let (id, secret) = listening(&app, &admin, &receiver).await;
        receiver.answer_next(500);
        receiver.answer_next(429);
        let asked = ping(&app, &admin, &id).await;
        assert_eq!((&asked["event"], &asked["state"]), (&json!("PING"), &json!("PENDING")));
        receiver.wait_for(3).await;
        let taken = until(&app, &admin, "DELIVERED").await;
        assert_eq!((&taken["id"], &taken["attempts"]), (&asked["id"], &json!(3)));
        assert_eq!((&taken["lastStatus"], &taken["lastFailure"]), (&json!(204), &Value::Null));
        let received = receiver.received();
        assert_eq!(received.len(), 3);
        for message in &received {
            assert!(is_signed_by(message, &secret));
            assert_eq!(message.body, received[0].body);
            assert_eq!(message.header("webhook-id"), received[0].header("webhook-id"));
            let sent_at: i64 = message.header("webhook-timestamp").parse().expect("seconds");
            assert!((app.now().timestamp() - sent_at).abs() < 60);
        }
        assert_eq!(received[0].json()["type"], "ping");
        let refused = retry(&app, &admin, &taken).await;
        assert_eq!(problems(&refused), [pair("id", "ALREADY_DELIVERED")]);
    }

    async fn what_is_never_taken_waits_for_staff(app, receiver) {
        let admin = app.admin().await.person;
        let (id, _) = listening(&app, &admin, &receiver).await;
        receiver.answer_always(503);
        ping(&app, &admin, &id).await;
        let dead = until(&app, &admin, "DEAD").await;
        assert_eq!(dead["attempts"], 12);
        assert_eq!((&dead["lastStatus"], &dead["lastFailure"]), (&json!(503), &json!("BAD_STATUS")));
        assert!(dead["nextAttemptAt"].is_null() && dead["finishedAt"].is_string());
        let given_up = deliveries(&app, &admin, json!({ "state": "DEAD", "webhook": id })).await;
        assert_eq!(given_up, std::slice::from_ref(&dead));
        assert!(deliveries(&app, &admin, json!({ "state": "DELIVERED" })).await.is_empty());

        receiver.answer_always(200);
        let again = retry(&app, &admin, &dead).await;
        assert_eq!((&again["userErrors"], &again["delivery"]["state"]), (&json!([]), &json!("PENDING")));
        let taken = until(&app, &admin, "DELIVERED").await;
        assert_eq!((&taken["id"], &taken["attempts"]), (&dead["id"], &json!(13)));
        assert_eq!(audited(&app, "webhook.retry").await, 1);
    }

    async fn a_receiver_that_is_gone_is_told_no_more(app, receiver) {
        let admin = app.admin().await.person;
        let (id, _) = listening(&app, &admin, &receiver).await;
        receiver.answer_next(410);
        ping(&app, &admin, &id).await;
        let dead = until(&app, &admin, "DEAD").await;
        assert_eq!((&dead["attempts"], &dead["lastFailure"]), (&json!(1), &json!("GONE")));
        let query = "{ webhooks { nodes { isActive goneAt } } }";
        let seen = app.ask_by(&admin, query, json!({})).await;
        let seen = &seen.data()["webhooks"]["nodes"][0];
        assert!(seen["isActive"] == false && seen["goneAt"].is_string());
        assert_eq!(audited(&app, "webhook.switch_off").await, 1);
        let test = json!({ "id": id, "clientMutationKey": key() });
        let refused = send(&app, &admin, "webhookTest", "delivery { id }", test).await;
        assert_eq!(problems(&refused), [pair("id", "SWITCHED_OFF")]);
        assert_eq!(problems(&retry(&app, &admin, &dead).await), [pair("id", "SWITCHED_OFF")]);
        publish(&app, &admin, "Никому", "PUBLIC").await;
        assert_eq!(tell(&app).await, 0);

        let on = json!({ "id": id, "isActive": true });
        let on = done(&app, &admin, "webhookUpdate", WEBHOOK, on).await;
        assert!(on["webhook"]["goneAt"].is_null());
        // What was published meanwhile is not told afterwards.
        assert_eq!(tell(&app).await, 0);
        publish(&app, &admin, "Снова всем", "PUBLIC").await;
        assert_eq!(tell(&app).await, 1);
        until(&app, &admin, "DELIVERED").await;
    }

    async fn a_redirect_is_not_followed(app, receiver) {
        let admin = app.admin().await.person;
        let (id, _) = listening(&app, &admin, &receiver).await;
        receiver.answer_next_with(302, "location", &receiver.url("/elsewhere"));
        receiver.answer_next_with(307, "location", "http://169.254.169.254/latest/");
        ping(&app, &admin, &id).await;
        let taken = until(&app, &admin, "DELIVERED").await;
        assert_eq!(taken["attempts"], 3);
        assert!(receiver.received().iter().all(|message| message.path == "/hook"));
    }

    /// It was an address to go to once, and is none now.
    async fn an_address_that_may_not_be_reached_is_given_up_at_once(app, receiver) {
        let admin = app.admin().await.person;
        let (id, _) = listening(&app, &admin, &receiver).await;
        let row = webhook::Entity::find().one(app.database.reader()).await;
        let mut row = row.expect("a query").expect("a webhook").into_active_model();
        row.url = Set("https://127.0.0.1/hook".into());
        row.update(app.database.writer()).await.expect("updated");
        ping(&app, &admin, &id).await;
        let dead = until(&app, &admin, "DEAD").await;
        assert_eq!((&dead["attempts"], &dead["lastFailure"]), (&json!(1), &json!("ADDRESS_REFUSED")));
        assert!(dead["lastStatus"].is_null() && receiver.received().is_empty());
    }

    async fn a_receiver_is_left_alone_for_as_long_as_it_asks(app, receiver) {
        let admin = app.admin().await.person;
        let (id, _) = listening(&app, &admin, &receiver).await;
        receiver.answer_next_with(503, "retry-after", "3600");
        let asked = ping(&app, &admin, &id).await;
        receiver.wait_for(1).await;
        a_while().await;
        let waiting = &deliveries(&app, &admin, json!({ "state": "PENDING" })).await[0];
        let next: chrono::DateTime<chrono::Utc> = serde_json::from_value(waiting["nextAttemptAt"].clone()).expect("an instant");
        assert!(next - app.now() > TimeDelta::minutes(50));
        assert_eq!(receiver.received().len(), 1);

        let off = json!({ "id": id, "isActive": false });
        done(&app, &admin, "webhookUpdate", WEBHOOK, off).await;
        let dead = until(&app, &admin, "DEAD").await;
        assert_eq!((&dead["id"], &dead["lastFailure"]), (&asked["id"], &json!("SWITCHED_OFF")));
    }

    async fn of_two_instances_one_tells(app, receiver) {
        let admin = app.admin().await.person;
        listening(&app, &admin, &receiver).await;
        let other = app.beside().await;
        publish(&app, &admin, "Одно на всех", "PUBLIC").await;
        let (first, second) = tokio::join!(
            webhooks::tell_of_changes(&app.database, app.now()),
            webhooks::tell_of_changes(&other.database, app.now()),
        );
        assert_eq!(first.expect("told") + second.expect("told"), 1);
        until(&app, &admin, "DELIVERED").await;
        a_while().await;
        assert_eq!(deliveries(&app, &admin, json!({})).await.len(), 1);
        assert_eq!(receiver.received().len(), 1);
        other.ending().await;
    }

    async fn what_was_taken_is_forgotten_after_a_week(app, receiver) {
        let admin = app.admin().await.person;
        let (id, _) = listening(&app, &admin, &receiver).await;
        ping(&app, &admin, &id).await;
        until(&app, &admin, "DELIVERED").await;
        receiver.answer_next(410);
        ping(&app, &admin, &id).await;
        until(&app, &admin, "DEAD").await;
        for (days, left) in [(6, 2), (8, 1), (29, 1), (31, 0)] {
            let then = app.now() + TimeDelta::days(days);
            webhooks::forget_old(app.database.writer(), then).await.expect("forgotten");
            assert_eq!(deliveries(&app, &admin, json!({})).await.len(), left, "after {days} days");
        }
    }
}
