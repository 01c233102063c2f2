//! Browsers' services.

use api::domain::push::gateway::{
    EndpointRefused, Message, Outcome, Priority, Provider::WebPush, RetryScope, Target, WebPushKeys,
};
use chrono::TimeDelta;
use serde_json::json;

use super::{Bench, assert_delivered, device, prune, retry};
use crate::support::push_providers::{Answer, Browser};

pub fn subscribed(browser: &Browser) -> Target {
    Target {
        keys: Some(browser.keys.clone()),
        ..device(&browser.endpoint)
    }
}

#[actix_web::test]
async fn a_message_is_opened_by_its_browser_alone() {
    let bench = Bench::set_up().await;
    let browser = bench.providers.browser();
    let target = subscribed(&browser);
    let outcome = bench.ring(WebPush, &target).await;
    let expected = Outcome::Delivered {
        provider_message_id: Some("/message/1".into()),
    };
    assert_eq!(outcome, expected);
    let received = bench.providers.received_by(&browser.endpoint);
    assert_eq!(received.len(), 1);
    let payload = json!({
        "title": "Путёвки \"Здоровье\"",
        "body": "Заявки до пятницы\nи не позже",
        "image": "https://mtuf.ru/a.png",
        "link": "/news/putevki",
        "campaign_id": bench.message().campaign_id,
        "delivery_id": target.delivery_id,
        "channel": "news",
        "tag": "news:putevki",
    });
    assert_eq!(received[0].payload, payload);
    assert_eq!(received[0].headers["ttl"], "3600");
    assert_eq!(received[0].headers["urgency"], "high");
    assert_eq!(received[0].headers["topic"].len(), 32);
    bench.providers.assert_sound();
}

#[actix_web::test]
async fn the_longest_message_arrives() {
    let bench = Bench::set_up().await;
    let browser = bench.providers.browser();
    let gateway = bench.gateways.of(WebPush).expect("a gateway");
    let of = |length| Message {
        body: "x".repeat(length),
        priority: Priority::Normal,
        ..bench.message()
    };
    let longest = (0..4096)
        .rev()
        .find(|length| gateway.prepare(&of(*length)).is_ok())
        .expect("a length that fits");
    let outcome = bench
        .tell(WebPush, &subscribed(&browser), &of(longest))
        .await;
    assert_delivered(&outcome);
    let received = bench.providers.received_by(&browser.endpoint);
    assert_eq!(received[0].body.len(), 4096);
    assert_eq!(received[0].headers["urgency"], "normal");
    bench.providers.assert_sound();
}

#[actix_web::test]
async fn a_service_sees_one_token_for_half_a_day() {
    let bench = Bench::set_up().await;
    for _ in 0..3 {
        let browser = bench.providers.browser();
        assert_delivered(&bench.ring(WebPush, &subscribed(&browser)).await);
    }
    assert_eq!(bench.providers.vapid_tokens_seen(), 1);
    bench.wait(TimeDelta::hours(13));
    let browser = bench.providers.browser();
    assert_delivered(&bench.ring(WebPush, &subscribed(&browser)).await);
    assert_eq!(bench.providers.vapid_tokens_seen(), 2);
    bench.providers.assert_sound();
}

#[actix_web::test]
async fn each_refusal_has_its_outcome() {
    let bench = Bench::set_up().await;
    let browser = bench.providers.browser();
    let target = subscribed(&browser);
    assert_delivered(&bench.ring(WebPush, &target).await);
    let mark = |reason| Outcome::Mark { reason };
    for (answer, expected) in [
        (Answer::plain(404), prune("GONE")),
        (Answer::plain(410), prune("GONE")),
        // The service has taken others, so that these are this subscription's.
        (Answer::plain(401), mark("VAPID_REFUSED")),
        (Answer::plain(403), mark("VAPID_REFUSED")),
        (Answer::plain(400), mark("BAD_REQUEST")),
        (Answer::plain(413), mark("PAYLOAD_TOO_LARGE")),
        (
            Answer::plain(429).with("retry-after", "6"),
            retry(Some(6), RetryScope::Target, "TOO_MANY_REQUESTS"),
        ),
        (
            Answer::plain(406),
            retry(None, RetryScope::Target, "TOO_MANY_REQUESTS"),
        ),
        (
            Answer::plain(502),
            retry(None, RetryScope::Target, "UNAVAILABLE"),
        ),
        (Answer::HangUp, retry(None, RetryScope::Target, "NO_ANSWER")),
    ] {
        let said = format!("{answer:?}");
        bench.providers.plan(&browser.endpoint, answer);
        assert_eq!(bench.ring(WebPush, &target).await, expected, "{said}");
    }
    assert_eq!(bench.providers.received().len(), 1);
    bench.providers.assert_sound();
}

#[actix_web::test]
async fn a_service_that_takes_nothing_is_believed_after_twenty_refusals() {
    for (status, expected) in [
        (
            403,
            Outcome::Misconfigured {
                reason: "VAPID_REFUSED",
            },
        ),
        (
            400,
            Outcome::BadMessage {
                reason: "BAD_REQUEST",
            },
        ),
    ] {
        let bench = Bench::set_up().await;
        let target = subscribed(&bench.providers.browser());
        bench.providers.always(WebPush, Answer::plain(status));
        for _ in 1..20 {
            let outcome = bench.ring(WebPush, &target).await;
            assert!(matches!(outcome, Outcome::Retry { .. }), "{outcome:?}");
        }
        assert_eq!(bench.ring(WebPush, &target).await, expected);
    }
}

#[actix_web::test]
async fn a_redirect_is_not_followed() {
    let bench = Bench::set_up().await;
    let (browser, other) = (bench.providers.browser(), bench.providers.browser());
    for status in [301, 307] {
        let answer = Answer::plain(status).with("location", &other.endpoint);
        bench.providers.plan(&browser.endpoint, answer);
        let outcome = bench.ring(WebPush, &subscribed(&browser)).await;
        assert_eq!(outcome, retry(None, RetryScope::Target, "REDIRECTED"));
    }
    assert!(bench.providers.received().is_empty());
    bench.providers.assert_sound();
}

#[actix_web::test]
async fn a_device_that_cannot_be_rung_is_not_asked_about() {
    let bench = Bench::set_up().await;
    let browser = bench.providers.browser();
    let elsewhere = Target {
        token: "https://127.0.0.1:1/push/x".into(),
        ..subscribed(&browser)
    };
    let mark = Outcome::Mark {
        reason: "ENDPOINT_NOT_ALLOWED",
    };
    assert_eq!(bench.ring(WebPush, &elsewhere).await, mark);
    let keyless = device(&browser.endpoint);
    assert_eq!(bench.ring(WebPush, &keyless).await, prune("MISSING_KEYS"));
    let off_the_curve = Target {
        keys: Some(WebPushKeys {
            p256dh: [4; 65],
            auth: [0; 16],
        }),
        ..subscribed(&browser)
    };
    let outcome = bench.ring(WebPush, &off_the_curve).await;
    assert_eq!(outcome, prune("INVALID_KEYS"));
    let no_address = Target {
        token: "push".into(),
        ..subscribed(&browser)
    };
    let outcome = bench.ring(WebPush, &no_address).await;
    assert_eq!(outcome, prune("MALFORMED_ENDPOINT"));
    assert_eq!(bench.providers.connections(), 0);
}

#[actix_web::test]
async fn an_unknown_endpoint_of_a_known_service_is_gone() {
    let bench = Bench::set_up().await;
    let browser = bench.providers.browser();
    let gone = Target {
        token: format!("{}x", browser.endpoint),
        ..subscribed(&browser)
    };
    assert_eq!(bench.ring(WebPush, &gone).await, prune("GONE"));
}

#[actix_web::test]
async fn endpoints_are_checked_and_the_key_is_told() {
    let bench = Bench::set_up().await;
    let check = |endpoint: &str| {
        let endpoint = endpoint.parse().expect("an address");
        bench.gateways.check_endpoint(&endpoint)
    };
    assert_eq!(check(&bench.providers.browser().endpoint), Ok(()));
    let refused = check("http://169.254.169.254/latest/meta-data");
    assert_eq!(refused, Err(EndpointRefused::NotAllowed));
    let key = bench.gateways.vapid_public_key();
    let evidence = bench.providers.evidence();
    assert_eq!(key.as_deref(), evidence["vapidKey"].as_str());
}
