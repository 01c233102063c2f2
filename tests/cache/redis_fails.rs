//! Redis turns into a replica, another takes its place, answers come late, calls are lost, an authority of
//! one's own vouches for it: no read fails, and what is kept comes back without a restart.

use std::time::{Duration, Instant};

use api::infra::redis::RedisUrl;
use futures_util::future::join_all;

use super::{NEWS, outages::with_redis_alone, until_kept};
use crate::{
    editing::{done, drafted, publisher, seen},
    support::{App, Backend, Line, Redis, answer::each},
};

const KEPT: &str = "mfp:answer:*";
const HEADLINES: &str = "{ news(first: 100) { nodes { slug } } }";
/// A second in production; machines that run many tests at once stop and think.
const AGREE_WITHIN: Duration = Duration::from_secs(4);

/// Waits until answers are kept there; no read fails meanwhile.
async fn until_kept_in(app: &App, redis: &Redis) {
    for _ in 0..300 {
        app.ask(NEWS).await.data();
        if !redis.names(KEPT).is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("nothing is kept there");
}

/// Answers lie in a Redis alone to which a line leads.
async fn at_the_end_of(line: &Line) -> App {
    let url = RedisUrl::parse(&format!("redis://{}", line.address())).expect("an address");
    App::start_with(Backend::Postgres, |settings| {
        settings.cache_megabytes = 0;
        settings.redis_url = Some(url);
    })
    .await
}

#[actix_web::test]
async fn one_that_only_reads_is_left_until_it_takes_writes() {
    let redis = Redis::start();
    let app = with_redis_alone(&redis).await;
    until_kept_in(&app, &redis).await;
    redis.only_read();
    for number in 1..=20 {
        let query = format!("{{ news(first: {number}) {{ nodes {{ slug }} }} }}");
        app.ask(&query).await.data();
    }
    redis.take_writes();
    redis.flush();
    until_kept_in(&app, &redis).await;
    app.ending().await;
}

#[actix_web::test]
async fn another_takes_its_place() {
    let (first, second) = (Redis::start(), Redis::start());
    let line = Line::to(&first.address());
    let app = at_the_end_of(&line).await;
    until_kept_in(&app, &first).await;
    assert!(second.names(KEPT).is_empty());
    line.lead_to(&second.address());
    until_kept_in(&app, &second).await;
    app.ending().await;
}

#[actix_web::test]
async fn one_whose_answers_come_late_keeps_nobody_waiting() {
    let redis = Redis::start();
    let line = Line::to(&redis.address());
    let app = at_the_end_of(&line).await;
    until_kept_in(&app, &redis).await;
    line.delay(Duration::from_millis(200));
    for _ in 0..3 {
        let answers = join_all((0..20).map(|_| app.ask(NEWS))).await;
        for answer in answers {
            answer.data();
        }
    }
    line.mend();
    redis.flush();
    until_kept_in(&app, &redis).await;
    app.ending().await;
}

#[actix_web::test]
async fn an_authority_of_ones_own_vouches_for_it() {
    let redis = Redis::start_behind_tls();
    let trusting = |authority| {
        let url = redis.tls_url();
        App::start_with(Backend::Sqlite, move |settings| {
            settings.cache_megabytes = 0;
            settings.redis_url = Some(url);
            settings.redis_ca_file = authority;
        })
    };
    // Nobody the system trusts vouches for it: it is not spoken to, and readers hear nothing of that.
    let wary = trusting(None).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    for _ in 0..5 {
        wary.ask(NEWS).await.data();
    }
    assert!(redis.names("mfp:*").is_empty());
    wary.ending().await;

    let app = trusting(Some(Redis::authority())).await;
    until_kept_in(&app, &redis).await;
    app.ending().await;
}

/// What happens to Redis just before a publication.
fn befall(redis: &mut Redis, misfortune: &str) {
    match misfortune {
        "nothing" => {}
        "the call is lost" => redis.deafen(),
        "it forgets" => redis.flush(),
        "it hangs" => redis.hang(),
        "it is gone" => redis.kill(),
        other => panic!("{other}"),
    }
}

#[actix_web::test]
async fn four_instances_agree_about_a_publication_whatever_befalls_redis() {
    let mut redis = Redis::start();
    let first = App::start_with(Backend::Postgres, |settings| {
        settings.cache_megabytes = 16;
        settings.redis_url = Some(redis.url());
    })
    .await;
    let publisher = publisher(&first).await;
    let others = [
        first.beside().await,
        first.beside().await,
        first.beside().await,
    ];
    for misfortune in [
        "nothing",
        "the call is lost",
        "it forgets",
        "it hangs",
        "it is gone",
    ] {
        let draft = drafted(&first, &publisher).await;
        for app in [&first].into_iter().chain(&others) {
            until_kept(app).await;
            app.ask(HEADLINES).await.data();
        }
        befall(&mut redis, misfortune);
        let draft = done(&first, &publisher, "newsArticlePublish", seen(&draft)).await;
        let slug = draft["slug"].as_str().expect("a slug").to_owned();
        let committed = Instant::now();
        // Whoever published reads it at once.
        assert!(slugs(&first).await.contains(&slug), "{misfortune}");
        for other in &others {
            while !slugs(other).await.contains(&slug) {
                assert!(committed.elapsed() < AGREE_WITHIN, "{misfortune}: old");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        if misfortune == "it hangs" {
            redis.go_on();
        }
    }
    for other in others {
        other.ending().await;
    }
    first.ending().await;
}

async fn slugs(app: &App) -> Vec<String> {
    each(&app.ask(HEADLINES).await.data()["news"], "slug")
}
