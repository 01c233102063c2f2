//! Whatever stands in Redis under the names of this program: what it did not write it does not believe, and
//! nobody who asks hears of it.

use std::num::NonZeroU32;
use std::time::Duration;

use futures_util::future::join_all;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::json;

use super::{
    TABLE,
    documents::{get_named, named},
    outages::with_redis_alone,
    post, until_kept,
};
use crate::support::{App, Backend, Redis};

/// How often each name is given another value. `infra::cache` itself reads a hundred thousand.
const ROUNDS: u64 = 12;
const QUESTIONS: usize = 40;
/// A minute's, so few that what is spent is remembered for a second or more.
const POINTS: u32 = 1200;

fn question(number: usize) -> String {
    format!("{{ news(first: {}) {{ nodes {{ slug }} }} }}", number + 1)
}

/// Asks all of the questions at once; each has as many answers as it asks for, if there are so many.
async fn all_are_answered(app: &App) {
    let asking = (0..QUESTIONS).map(|number| async move {
        let answer = app.ask(&question(number)).await;
        let nodes = answer.data()["news"]["nodes"].as_array().expect("nodes");
        nodes.len()
    });
    let lengths = join_all(asking).await;
    let most = lengths[QUESTIONS - 1];
    for (number, length) in lengths.into_iter().enumerate() {
        assert_eq!(length, most.min(number + 1));
    }
}

/// The names under which answers are kept, once all of them are.
async fn kept(app: &App, redis: &Redis) -> Vec<String> {
    for _ in 0..100 {
        all_are_answered(app).await;
        let mut names = redis.names("mfp:answer:*");
        names.retain(|name| !name.ends_with(":lease"));
        if names.len() >= QUESTIONS {
            return names;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("they are not kept");
}

fn random(source: &mut StdRng) -> Vec<u8> {
    // Every other one begins as ours do.
    let is_like_ours: bool = source.random();
    let mut bytes = if is_like_ours {
        b"mfp1".to_vec()
    } else {
        Vec::new()
    };
    let length = source.random_range(0..300);
    bytes.extend((0..length).map(|_| source.random::<u8>()));
    bytes
}

#[actix_web::test]
async fn random_values_are_misses() {
    let redis = Redis::start();
    let app = with_redis_alone(&redis).await;
    until_kept(&app).await;
    let names = kept(&app, &redis).await;
    for round in 0..ROUNDS {
        let mut source = StdRng::seed_from_u64(round);
        for name in names.iter().chain(&redis.names("mfp:budget:*")) {
            redis.set(name, &random(&mut source));
        }
        all_are_answered(&app).await;
    }
    app.ending().await;
}

#[actix_web::test]
async fn lists_where_bytes_should_be_and_leases_of_nobody_are_passed_over() {
    let redis = Redis::start();
    let app = with_redis_alone(&redis).await;
    until_kept(&app).await;
    for name in kept(&app, &redis).await {
        redis.set_list(&name);
        redis.set(&format!("{name}:lease"), b"nobody's");
    }
    // They are written over: soon everything is kept again.
    for _ in 0..20 {
        let before = app.reads_of(TABLE);
        all_are_answered(&app).await;
        if app.reads_of(TABLE) == before {
            app.ending().await;
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("what was not ours stays");
}

/// Spends points until the budget is one again.
async fn until_mended(app: &App, redis: &Redis, budget: &str, turn: &mut u32) {
    for _ in 0..20 {
        *turn += 1;
        // What is kept costs nothing: each question is a new one.
        let query = format!("{{ news(first: 3) {{ nodes {{ slug }} }} a{turn}: __typename }}");
        app.ask(&query).await.data();
        let spent = String::from_utf8(redis.get(budget)).unwrap_or_default();
        if spent
            .parse::<u64>()
            .is_ok_and(|at| at < u64::from(u32::MAX) * 1_000_000)
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nonsense stays");
}

#[actix_web::test]
async fn a_budget_of_nonsense_refuses_nobody_and_is_mended() {
    let redis = Redis::start();
    let app = App::start_with(Backend::Postgres, |settings| {
        settings.cache_megabytes = 0;
        settings.redis_url = Some(redis.url());
        settings.address_points = NonZeroU32::new(POINTS).expect("points");
    })
    .await;
    // Redis is found by now; what this costs is remembered there for a while.
    until_kept(&app).await;
    app.ask("{ news(first: 30) { nodes { slug } } }")
        .await
        .data();
    let budgets = redis.names("mfp:budget:*");
    assert_eq!(budgets.len(), 1, "{budgets:?}");
    let (budget, mut turn) = (&budgets[0], 0);
    for nonsense in [
        "",
        "x",
        "-1",
        "1e300",
        "inf",
        "-inf",
        "nan",
        "18446744073709551615",
    ] {
        redis.set(budget, nonsense.as_bytes());
        until_mended(&app, &redis, budget, &mut turn).await;
    }
    redis.set_list(budget);
    until_mended(&app, &redis, budget, &mut turn).await;
    app.ending().await;
}

#[actix_web::test]
async fn documents_of_nonsense_are_unknown_until_they_are_registered_again() {
    let redis = Redis::start();
    let app = with_redis_alone(&redis).await;
    until_kept(&app).await;
    for number in 0..QUESTIONS {
        let text = question(number);
        let whole = json!({ "query": text, "extensions": named(&text) });
        post(&app, &whole, &[]).await.data();
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut source = StdRng::seed_from_u64(0);
    for name in redis.names("mfp:document:*") {
        redis.set(&name, &random(&mut source));
    }
    // An instance that has not seen them has only those.
    let other = app.beside().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    for number in 0..QUESTIONS {
        let text = question(number);
        let unknown = get_named(&other, &text).await;
        if unknown.body.get("errors").is_some() {
            assert_eq!(unknown.code(), "PERSISTED_QUERY_NOT_FOUND");
        }
        let whole = json!({ "query": text, "extensions": named(&text) });
        let known = post(&other, &whole, &[]).await;
        assert_eq!(get_named(&other, &text).await.data(), known.data());
    }
    other.ending().await;
    app.ending().await;
}
