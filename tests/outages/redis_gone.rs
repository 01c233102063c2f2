//! Redis is a help and never a need: without it each instance goes by its own memory.

use std::{
    num::NonZeroU32,
    time::{Duration, Instant},
};

use reqwest::StatusCode;

use crate::support::{App, Backend, Redis};

/// More than half of the budget below.
const DEAR: &str = "{ news(first: 60) { nodes { slug } } }";

async fn server(redis: &Redis) -> App {
    App::start_with(Backend::Sqlite, |settings| {
        settings.address_points = NonZeroU32::new(100).expect("a number");
        settings.redis_url = Some(redis.url());
    })
    .await
}

async fn ask(app: &App) -> StatusCode {
    app.ask(DEAR).await.status
}

/// Waits until the server's budget is the one that Redis holds, or its own.
async fn until(app: &App, expected: StatusCode) {
    for _ in 0..100 {
        if ask(app).await == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("never {expected}");
}

#[actix_web::test]
async fn servers_share_a_budget_while_redis_is_there() {
    let mut redis = Redis::start();
    let (first, second) = (server(&redis).await, server(&redis).await);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(ask(&first).await, StatusCode::OK);
    // What the first has spent the second has not.
    let refused = second.ask(DEAR).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers.contains_key("retry-after"));

    // Killed, it takes its memory with it: the servers go by their own, which are fresh.
    redis.kill();
    until(&second, StatusCode::OK).await;
    until(&second, StatusCode::TOO_MANY_REQUESTS).await;

    // Back, it is asked again, without a restart.
    redis.revive();
    until(&second, StatusCode::OK).await;
}

#[actix_web::test]
async fn a_redis_that_hangs_delays_hardly_anybody() {
    let redis = Redis::start();
    let app = App::start_with(Backend::Sqlite, |settings| {
        settings.redis_url = Some(redis.url());
    })
    .await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    redis.hang();
    let began = Instant::now();
    for _ in 0..20 {
        assert_eq!(ask(&app).await, StatusCode::OK);
    }
    // Five waits of 50 ms, none of them twice in a request; after those nobody waits. The rest is the
    // queries' own time.
    assert!(
        began.elapsed() < Duration::from_secs(3),
        "{:?}",
        began.elapsed()
    );
    redis.go_on();
    assert_eq!(ask(&app).await, StatusCode::OK);
}
