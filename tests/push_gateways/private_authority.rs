//! Providers behind TLS that only an authority of one's own vouches for.

use api::domain::push::gateway::{
    Provider::{self, Apns, Fcm, RuStore, WebPush},
    RetryScope, Target,
};

use super::{Bench, assert_delivered, device, retry, web_push::subscribed};
use crate::support::push_providers::PushProviders;

/// A device of each provider.
fn devices(bench: &Bench) -> [(Provider, Target); 4] {
    [
        (Fcm, device("token-1")),
        (Apns, device("00ff")),
        (RuStore, device("token-2")),
        (WebPush, subscribed(&bench.providers.browser())),
    ]
}

#[actix_web::test]
async fn its_certificate_makes_them_known() {
    let bench = Bench::around(PushProviders::start_behind_tls().await, |_| {});
    for (provider, target) in devices(&bench) {
        assert_delivered(&bench.ring(provider, &target).await);
    }
    assert_eq!(bench.providers.received().len(), 4);
    bench.providers.assert_sound();
}

#[actix_web::test]
async fn without_it_nothing_is_sent() {
    let bench = Bench::around(PushProviders::start_behind_tls().await, |settings| {
        settings.push_extra_ca_file = None;
    });
    for (provider, target) in devices(&bench) {
        let expected = match provider {
            Fcm => retry(None, RetryScope::Lane, "NO_ACCESS_TOKEN"),
            Apns | RuStore => retry(None, RetryScope::Lane, "UNREACHABLE"),
            WebPush => retry(None, RetryScope::Target, "UNREACHABLE"),
        };
        assert_eq!(bench.ring(provider, &target).await, expected);
    }
    assert!(bench.providers.received().is_empty());
}
