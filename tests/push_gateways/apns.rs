//! Apple.

use std::time::Duration;

use api::domain::push::gateway::{Outcome, Provider::Apns, RetryScope};
use chrono::{DateTime, TimeDelta};
use futures_util::future::join_all;
use uuid::Uuid;

use super::{Bench, assert_delivered, device, prune, retry};
use crate::support::push_providers::Answer;

const TOKEN: &str = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";

#[actix_web::test]
async fn a_message_reaches_its_device() {
    let bench = Bench::set_up().await;
    let target = device(TOKEN);
    let message = bench.message();
    let outcome = bench.ring(Apns, &target).await;
    let id = Uuid::new_v5(&message.campaign_id, target.delivery_id.as_bytes()).to_string();
    let expected = Outcome::Delivered {
        provider_message_id: Some(id.clone()),
    };
    assert_eq!(outcome, expected);
    let received = bench.providers.received_by(TOKEN);
    assert_eq!(received.len(), 1);
    let header = |name: &str| received[0].headers[name].as_str();
    assert_eq!(header("apns-id"), id);
    assert_eq!(header("apns-priority"), "10");
    // A colon is no sign of a key, so that a digest stands for it.
    assert_eq!(header("apns-collapse-id").len(), 43);
    let expiration: i64 = header("apns-expiration").parse().expect("a number");
    assert!((expiration - message.expires_at.timestamp()).abs() <= 60);
    let payload = &received[0].payload;
    assert_eq!(payload["aps"]["alert"]["title"], "Путёвки \"Здоровье\"");
    assert_eq!(payload["aps"]["mutable-content"], 1);
    assert_eq!(payload["link"], "/news/putevki");
    assert_eq!(
        payload["delivery_id"].as_str(),
        Some(target.delivery_id.to_string().as_str())
    );
    bench.providers.assert_sound();
}

#[actix_web::test]
async fn many_at_once_share_one_token_and_few_connections() {
    let bench = Bench::set_up().await;
    let targets: Vec<_> = (0..200).map(|_| device(TOKEN)).collect();
    for outcome in join_all(targets.iter().map(|target| bench.ring(Apns, target))).await {
        assert_delivered(&outcome);
    }
    assert_eq!(bench.providers.received().len(), 200);
    assert_eq!(bench.providers.provider_tokens_seen(), 1);
    // One for each hundred of the five hundred that may be on their way.
    assert_eq!(bench.providers.connections(), 5);
    bench.providers.assert_sound();
}

#[actix_web::test]
async fn a_token_is_renewed_every_forty_five_minutes() {
    let bench = Bench::set_up().await;
    for minutes in [0, 30, 10] {
        bench.wait(TimeDelta::minutes(minutes));
        assert_delivered(&bench.ring(Apns, &device(TOKEN)).await);
        assert_eq!(bench.providers.provider_tokens_seen(), 1);
    }
    bench.wait(TimeDelta::minutes(6));
    assert_delivered(&bench.ring(Apns, &device(TOKEN)).await);
    assert_eq!(bench.providers.provider_tokens_seen(), 2);
    bench.providers.assert_sound();
}

#[actix_web::test]
async fn a_token_called_expired_is_replaced_once_unless_it_is_young() {
    let bench = Bench::set_up().await;
    let expired = || Answer::apns(403, "ExpiredProviderToken");
    assert_delivered(&bench.ring(Apns, &device(TOKEN)).await);
    bench.providers.plan(TOKEN, expired());
    let stops = Outcome::Misconfigured {
        reason: "EXPIRED_PROVIDER_TOKEN",
    };
    assert_eq!(bench.ring(Apns, &device(TOKEN)).await, stops);
    assert_eq!(bench.providers.provider_tokens_seen(), 1);
    bench.wait(TimeDelta::minutes(21));
    bench.providers.plan(TOKEN, expired());
    assert_delivered(&bench.ring(Apns, &device(TOKEN)).await);
    assert_eq!(bench.providers.provider_tokens_seen(), 2);
    bench.providers.assert_sound();
}

#[actix_web::test]
async fn after_too_many_renewals_the_token_before_is_used() {
    let bench = Bench::set_up().await;
    assert_delivered(&bench.ring(Apns, &device(TOKEN)).await);
    bench.wait(TimeDelta::minutes(46));
    bench
        .providers
        .plan(TOKEN, Answer::apns(429, "TooManyProviderTokenUpdates"));
    let again = retry(None, RetryScope::Target, "TOO_MANY_PROVIDER_TOKEN_UPDATES");
    assert_eq!(bench.ring(Apns, &device(TOKEN)).await, again);
    assert_delivered(&bench.ring(Apns, &device(TOKEN)).await);
    let received = bench.providers.received();
    let shown = |at: usize| received[at].headers["authorization"].clone();
    assert_eq!(shown(0), shown(1));
    bench.providers.assert_sound();
}

#[actix_web::test]
async fn each_refusal_has_its_outcome() {
    let bench = Bench::set_up().await;
    let misconfigured = |reason| Outcome::Misconfigured { reason };
    let bad = |reason| Outcome::BadMessage { reason };
    let later = |reason| retry(None, RetryScope::Target, reason);
    let since = 1_800_000_000_500;
    for (answer, expected) in [
        (
            Answer::apns_gone("Unregistered", since),
            Outcome::Prune {
                reason: "UNREGISTERED",
                as_of: DateTime::from_timestamp_millis(since),
            },
        ),
        (
            Answer::apns_gone("ExpiredToken", since),
            Outcome::Prune {
                reason: "EXPIRED_TOKEN",
                as_of: DateTime::from_timestamp_millis(since),
            },
        ),
        (
            Answer::apns(400, "BadDeviceToken"),
            prune("BAD_DEVICE_TOKEN"),
        ),
        (Answer::apns(400, "BadTopic"), misconfigured("BAD_TOPIC")),
        (
            Answer::apns(400, "MissingTopic"),
            misconfigured("MISSING_TOPIC"),
        ),
        (
            Answer::apns(400, "TopicDisallowed"),
            misconfigured("TOPIC_DISALLOWED"),
        ),
        (Answer::apns(400, "BadCollapseId"), bad("BAD_REQUEST")),
        (Answer::apns(400, "PayloadEmpty"), bad("PAYLOAD_EMPTY")),
        (Answer::apns(404, "BadPath"), bad("BAD_PATH")),
        (
            Answer::apns(405, "MethodNotAllowed"),
            bad("METHOD_NOT_ALLOWED"),
        ),
        (
            Answer::apns(413, "PayloadTooLarge"),
            bad("PAYLOAD_TOO_LARGE"),
        ),
        (
            Answer::apns(403, "InvalidProviderToken"),
            misconfigured("INVALID_PROVIDER_TOKEN"),
        ),
        (
            Answer::apns(429, "TooManyRequests").with("retry-after", "3"),
            retry(Some(3), RetryScope::Target, "TOO_MANY_REQUESTS"),
        ),
        (Answer::apns(500, "InternalServerError"), later("INTERNAL")),
        (
            Answer::apns(503, "ServiceUnavailable"),
            later("UNAVAILABLE"),
        ),
        (Answer::apns(503, "Shutdown"), later("SHUTDOWN")),
        (Answer::HangUp, later("NO_ANSWER")),
    ] {
        let said = format!("{answer:?}");
        bench.providers.plan(TOKEN, answer);
        assert_eq!(bench.ring(Apns, &device(TOKEN)).await, expected, "{said}");
    }
    assert!(bench.providers.received().is_empty());
    bench.providers.assert_sound();
}

#[actix_web::test]
async fn many_bad_tokens_mean_a_wrong_environment() {
    let bench = Bench::set_up().await;
    let bad = Answer::apns(400, "BadDeviceToken");
    bench.providers.always(Apns, bad);
    for _ in 0..10 {
        let outcome = bench.ring(Apns, &device(TOKEN)).await;
        assert_eq!(outcome, prune("BAD_DEVICE_TOKEN"));
    }
    let stops = Outcome::Misconfigured {
        reason: "BAD_DEVICE_TOKENS",
    };
    assert_eq!(bench.ring(Apns, &device(TOKEN)).await, stops);
}

#[actix_web::test]
async fn a_token_of_another_app_is_marked_where_others_are_taken() {
    let bench = Bench::set_up().await;
    let foreign = || Answer::apns(400, "DeviceTokenNotForTopic");
    assert_delivered(&bench.ring(Apns, &device(TOKEN)).await);
    bench.providers.plan(TOKEN, foreign());
    let marked = Outcome::Mark {
        reason: "DEVICE_TOKEN_NOT_FOR_TOPIC",
    };
    assert_eq!(bench.ring(Apns, &device(TOKEN)).await, marked);
    // Where none is taken any more, it is the topic.
    bench.providers.always(Apns, foreign());
    let mut last = marked;
    for _ in 0..20 {
        last = bench.ring(Apns, &device(TOKEN)).await;
    }
    let stops = Outcome::Misconfigured {
        reason: "DEVICE_TOKEN_NOT_FOR_TOPIC",
    };
    assert_eq!(last, stops);
}

#[actix_web::test]
async fn what_is_no_token_is_not_asked_about() {
    let bench = Bench::set_up().await;
    for token in ["", "../../etc", "00ff?x=1", "токен"] {
        let outcome = bench.ring(Apns, &device(token)).await;
        assert_eq!(outcome, prune("MALFORMED_TOKEN"), "{token}");
    }
    assert_eq!(bench.providers.connections(), 0);
}

async fn ring_twenty(bench: &Bench) {
    let targets: Vec<_> = (0..20).map(|_| device(TOKEN)).collect();
    for outcome in join_all(targets.iter().map(|target| bench.ring(Apns, target))).await {
        assert_delivered(&outcome);
    }
}

#[actix_web::test]
async fn a_goodbye_costs_no_message() {
    let bench = Bench::set_up().await;
    ring_twenty(&bench).await;
    let before = bench.providers.connections();
    let mut rounds = 1;
    while bench.providers.connections() == before {
        assert!(rounds < 200, "no new connection is made");
        bench.providers.say_goodbye();
        ring_twenty(&bench).await;
        rounds += 1;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(bench.providers.received().len(), rounds * 20);
    bench.providers.assert_sound();
}

#[actix_web::test]
async fn a_broken_connection_is_replaced() {
    let bench = Bench::set_up().await;
    assert_delivered(&bench.ring(Apns, &device(TOKEN)).await);
    bench.providers.hang_up();
    for _ in 0..100 {
        match bench.ring(Apns, &device(TOKEN)).await {
            Outcome::Delivered { .. } => return,
            Outcome::Retry { .. } => tokio::time::sleep(Duration::from_millis(5)).await,
            other => panic!("{other:?}"),
        }
    }
    panic!("nothing is taken any more");
}
