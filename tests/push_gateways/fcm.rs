//! Firebase.

use api::domain::push::gateway::{Message, Outcome, Provider::Fcm, RetryScope};
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::json;

use super::{Bench, assert_delivered, device, nowhere, prune, retry};
use crate::support::push_providers::{Answer, OAUTH, PushProviders};

#[actix_web::test]
async fn a_message_reaches_its_device() {
    let bench = Bench::set_up().await;
    let target = device("token-1");
    let outcome = bench.ring(Fcm, &target).await;
    let expected = Outcome::Delivered {
        provider_message_id: Some("projects/mfp-test/messages/token-1".into()),
    };
    assert_eq!(outcome, expected);
    let received = bench.providers.received_by("token-1");
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].delivery_id, target.delivery_id.to_string());
    let payload = &received[0].payload;
    assert_eq!(payload["notification"]["title"], "Путёвки \"Здоровье\"");
    assert_eq!(payload["data"]["link"], "/news/putevki");
    let android = &payload["android"];
    assert_eq!(android["priority"], "HIGH");
    assert_eq!(android["ttl"], "3600s");
    let shown = json!({ "channel_id": "news", "tag": "news:putevki" });
    assert_eq!(android["notification"], shown);
    bench.providers.assert_sound();
}

#[actix_web::test]
async fn many_at_once_share_one_access_token() {
    let bench = Bench::set_up().await;
    let targets: Vec<_> = (0..50).map(|at| device(&format!("token-{at}"))).collect();
    let rung = targets.iter().map(|target| bench.ring(Fcm, target));
    for outcome in join_all(rung).await {
        assert_delivered(&outcome);
    }
    assert_eq!(bench.providers.received().len(), 50);
    assert_eq!(bench.providers.access_tokens_given(), 1);
    bench.providers.assert_sound();
}

#[actix_web::test]
async fn an_access_token_is_renewed_at_four_fifths_of_its_life() {
    let bench = Bench::set_up().await;
    assert_delivered(&bench.ring(Fcm, &device("a")).await);
    bench.wait(TimeDelta::seconds(2_800));
    assert_delivered(&bench.ring(Fcm, &device("b")).await);
    assert_eq!(bench.providers.access_tokens_given(), 1);
    bench.wait(TimeDelta::seconds(100));
    assert_delivered(&bench.ring(Fcm, &device("c")).await);
    assert_eq!(bench.providers.access_tokens_given(), 2);
    bench.providers.assert_sound();
}

#[actix_web::test]
async fn a_renewal_that_fails_leaves_the_token_that_is_still_good() {
    let bench = Bench::set_up().await;
    assert_delivered(&bench.ring(Fcm, &device("a")).await);
    bench.wait(TimeDelta::seconds(2_900));
    bench.providers.plan(OAUTH, Answer::plain(503));
    assert_delivered(&bench.ring(Fcm, &device("b")).await);
    assert_eq!(bench.providers.access_tokens_given(), 1);
    bench.wait(TimeDelta::seconds(5));
    assert_delivered(&bench.ring(Fcm, &device("c")).await);
    assert_eq!(bench.providers.access_tokens_given(), 2);
}

#[actix_web::test]
async fn a_token_that_was_taken_back_is_replaced_once() {
    let bench = Bench::set_up().await;
    assert_delivered(&bench.ring(Fcm, &device("a")).await);
    bench.providers.take_access_tokens_back();
    let targets: Vec<_> = (0..20).map(|at| device(&format!("token-{at}"))).collect();
    for outcome in join_all(targets.iter().map(|target| bench.ring(Fcm, target))).await {
        assert_delivered(&outcome);
    }
    assert_eq!(bench.providers.access_tokens_given(), 2);
    // One that stays refused is no matter of freshness.
    bench
        .providers
        .plan("b", Answer::fcm(401, "UNAUTHENTICATED"));
    bench
        .providers
        .plan("b", Answer::fcm(401, "UNAUTHENTICATED"));
    let expected = Outcome::Misconfigured {
        reason: "UNAUTHENTICATED",
    };
    assert_eq!(bench.ring(Fcm, &device("b")).await, expected);
    assert_eq!(bench.providers.access_tokens_given(), 3);
}

#[actix_web::test]
async fn without_an_access_token_the_lane_waits_or_stops() {
    let bench = Bench::set_up().await;
    let busy = Answer::plain(503).with("retry-after", "7");
    bench.providers.plan(OAUTH, busy);
    let waits = retry(Some(7), RetryScope::Lane, "NO_ACCESS_TOKEN");
    assert_eq!(bench.ring(Fcm, &device("a")).await, waits);
    // Google is not asked again before its time.
    assert_eq!(bench.ring(Fcm, &device("a")).await, waits);
    assert_eq!(bench.providers.access_tokens_given(), 0);
    bench.wait(TimeDelta::seconds(8));
    assert_delivered(&bench.ring(Fcm, &device("a")).await);

    let bench = Bench::set_up().await;
    let unknown = Answer::json(400, &json!({ "error": "invalid_grant" }));
    bench.providers.plan(OAUTH, unknown);
    let stops = Outcome::Misconfigured {
        reason: "ACCESS_TOKEN_REFUSED",
    };
    assert_eq!(bench.ring(Fcm, &device("a")).await, stops);
}

#[actix_web::test]
async fn each_refusal_has_its_outcome() {
    let bench = Bench::set_up().await;
    let misconfigured = |reason| Outcome::Misconfigured { reason };
    for (answer, expected) in [
        (
            Answer::fcm_bad_request("message.data[0].value"),
            Outcome::BadMessage {
                reason: "INVALID_ARGUMENT",
            },
        ),
        (Answer::fcm(400, "INVALID_ARGUMENT"), prune("INVALID_TOKEN")),
        (
            Answer::fcm_bad_request("message.token"),
            prune("INVALID_TOKEN"),
        ),
        (Answer::fcm(404, "UNREGISTERED"), prune("UNREGISTERED")),
        (Answer::page(404), misconfigured("NOT_FOUND")),
        (
            Answer::fcm(403, "SENDER_ID_MISMATCH"),
            Outcome::Mark {
                reason: "SENDER_ID_MISMATCH",
            },
        ),
        (
            Answer::fcm(403, "PERMISSION_DENIED"),
            misconfigured("PERMISSION_DENIED"),
        ),
        (
            Answer::fcm(401, "THIRD_PARTY_AUTH_ERROR"),
            misconfigured("THIRD_PARTY_AUTH_ERROR"),
        ),
        (
            Answer::fcm(429, "QUOTA_EXCEEDED"),
            retry(Some(60), RetryScope::Lane, "QUOTA_EXCEEDED"),
        ),
        (
            Answer::fcm(429, "QUOTA_EXCEEDED").with("retry-after", "5"),
            retry(Some(5), RetryScope::Lane, "QUOTA_EXCEEDED"),
        ),
        (
            Answer::fcm(500, "INTERNAL"),
            retry(None, RetryScope::Target, "INTERNAL"),
        ),
        (
            Answer::fcm(503, "UNAVAILABLE").with("retry-after", "9"),
            retry(Some(9), RetryScope::Target, "UNAVAILABLE"),
        ),
        (Answer::HangUp, retry(None, RetryScope::Target, "NO_ANSWER")),
    ] {
        let said = format!("{answer:?}");
        bench.providers.plan("token-1", answer);
        assert_eq!(
            bench.ring(Fcm, &device("token-1")).await,
            expected,
            "{said}"
        );
    }
    assert!(bench.providers.received().is_empty());
    assert_eq!(bench.providers.access_tokens_given(), 1);
    bench.providers.assert_sound();
}

#[actix_web::test]
async fn after_a_lost_answer_the_repetition_looks_the_same() {
    let bench = Bench::set_up().await;
    let target = device("token-1");
    bench.providers.plan("token-1", Answer::TakeAndHangUp);
    let lost = retry(None, RetryScope::Target, "NO_ANSWER");
    assert_eq!(bench.ring(Fcm, &target).await, lost);
    assert_delivered(&bench.ring(Fcm, &target).await);
    let received = bench.providers.received_by("token-1");
    let [one, other] = received.as_slice() else {
        panic!("{received:?}");
    };
    assert_eq!(one.delivery_id, other.delivery_id);
    let tag = |it: &serde_json::Value| it["android"]["notification"]["tag"].clone();
    assert_eq!(tag(&one.payload), tag(&other.payload));
}

#[actix_web::test]
async fn where_nobody_listens_the_lane_waits() {
    let nowhere = nowhere().await;
    let bench = Bench::around(PushProviders::start().await, |settings| {
        settings.fcm_base_url = nowhere.parse().ok();
    });
    let waits = retry(None, RetryScope::Lane, "UNREACHABLE");
    assert_eq!(bench.ring(Fcm, &device("a")).await, waits);
}

#[actix_web::test]
async fn a_message_that_is_too_long_is_never_sent() {
    let bench = Bench::set_up().await;
    let message = Message {
        body: "ж".repeat(2_048),
        ..bench.message()
    };
    let gateway = bench.gateways.of(Fcm).expect("a gateway");
    let refusal = gateway.prepare(&message).err().expect("a refusal");
    assert!(refusal.bytes > refusal.most);
    assert_eq!(gateway.in_flight_at_most(), 500);
}
