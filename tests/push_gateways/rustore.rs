//! RuStore.

use api::domain::push::gateway::{Outcome, Provider::RuStore, RetryScope};

use super::{Bench, assert_delivered, device, prune, retry};
use crate::support::push_providers::Answer;

#[actix_web::test]
async fn a_message_reaches_its_device() {
    let bench = Bench::set_up().await;
    let target = device("token-1");
    let outcome = bench.ring(RuStore, &target).await;
    let expected = Outcome::Delivered {
        provider_message_id: None,
    };
    assert_eq!(outcome, expected);
    let received = bench.providers.received_by("token-1");
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].provider, RuStore);
    assert_eq!(received[0].delivery_id, target.delivery_id.to_string());
    let campaign_id = bench.message().campaign_id.to_string();
    assert_eq!(received[0].campaign_id, campaign_id);
    assert_eq!(received[0].payload["android"]["ttl"], "3600s");
    assert_eq!(received[0].payload["data"]["tag"], "news:putevki");
    bench.providers.assert_sound();
}

#[actix_web::test]
async fn each_refusal_has_its_outcome() {
    let bench = Bench::set_up().await;
    let misconfigured = |reason| Outcome::Misconfigured { reason };
    assert_delivered(&bench.ring(RuStore, &device("token-0")).await);
    for (answer, expected) in [
        (Answer::rustore(404, "NOT_FOUND"), prune("NOT_FOUND")),
        (Answer::plain(410), prune("NOT_FOUND")),
        (Answer::page(404), misconfigured("UNEXPECTED_ANSWER")),
        (
            Answer::rustore(403, "PERMISSION_DENIED"),
            misconfigured("PERMISSION_DENIED"),
        ),
        (
            Answer::rustore(429, "TOO_MANY_REQUESTS").with("retry-after", "4"),
            retry(Some(4), RetryScope::Lane, "TOO_MANY_REQUESTS"),
        ),
        (
            Answer::rustore(500, "INTERNAL"),
            retry(None, RetryScope::Target, "INTERNAL"),
        ),
        // Others were taken, so that it is this one's token.
        (
            Answer::rustore(400, "INVALID_ARGUMENT"),
            Outcome::Mark {
                reason: "INVALID_ARGUMENT",
            },
        ),
        (Answer::HangUp, retry(None, RetryScope::Target, "NO_ANSWER")),
    ] {
        let said = format!("{answer:?}");
        bench.providers.plan("token-1", answer);
        let outcome = bench.ring(RuStore, &device("token-1")).await;
        assert_eq!(outcome, expected, "{said}");
    }
    assert!(bench.providers.received_by("token-1").is_empty());
    bench.providers.assert_sound();
}

#[actix_web::test]
async fn a_message_that_nobody_takes_is_at_fault() {
    let bench = Bench::set_up().await;
    let refusal = Answer::rustore(400, "INVALID_ARGUMENT");
    bench.providers.always(RuStore, refusal);
    let again = retry(None, RetryScope::Target, "INVALID_ARGUMENT");
    for _ in 1..20 {
        assert_eq!(bench.ring(RuStore, &device("token-1")).await, again);
    }
    let bad = Outcome::BadMessage {
        reason: "INVALID_ARGUMENT",
    };
    assert_eq!(bench.ring(RuStore, &device("token-1")).await, bad);
    bench.providers.as_usual(RuStore);
    assert_delivered(&bench.ring(RuStore, &device("token-1")).await);
}
