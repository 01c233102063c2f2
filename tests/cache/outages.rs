//! The database goes, Redis goes, Redis lies: readers get what is there, and never what is wrong.

use std::time::Duration;

use sea_orm::ConnectionTrait;
use serde_json::json;

use super::{NEWS, TABLE, keeping, until_kept};
use crate::support::{App, Backend, Redis};

#[actix_web::test]
async fn readers_are_served_while_the_database_is_gone() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let app = keeping(backend).await;
        until_kept(&app).await;
        app.database.reader().clone().close().await.expect("closed");
        for _ in 0..100 {
            let answer = app.ask(NEWS).await;
            assert_eq!(answer.status, 200);
            assert!(answer.body["data"]["news"]["nodes"][0]["headline"].is_string());
            if answer.body["extensions"] == json!({ "stale": true }) {
                assert_eq!(answer.header("cache-control"), "private, no-store");
                // What nobody has asked before can't be had.
                let other = app.ask("{ guides(first: 3) { nodes { title } } }").await;
                assert_eq!((other.status.as_u16(), other.code()), (503, "UNAVAILABLE"));
                assert_eq!(other.header("retry-after"), "2");
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let stale = app.ask(NEWS).await;
        assert_eq!(stale.body["extensions"], json!({ "stale": true }));
    }
}

/// Answers lie in Redis alone: the process has no place for them.
pub(super) async fn with_redis_alone(redis: &Redis) -> App {
    App::start_with(Backend::Postgres, |settings| {
        settings.cache_megabytes = 0;
        settings.redis_url = Some(redis.url());
    })
    .await
}

#[actix_web::test]
async fn instances_share_what_lies_in_redis() {
    let redis = Redis::start();
    let app = with_redis_alone(&redis).await;
    until_kept(&app).await;
    let other = app.beside().await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    let before = other.reads_of(TABLE);
    other.ask(NEWS).await.data();
    assert_eq!(other.reads_of(TABLE), before);
    other.ending().await;
    app.ending().await;
}

#[actix_web::test]
async fn nobody_sees_whether_redis_is_there() {
    let mut redis = Redis::start();
    let app = with_redis_alone(&redis).await;
    until_kept(&app).await;
    redis.flush();
    app.ask(NEWS).await.data();
    until_kept(&app).await;
    redis.hang();
    for _ in 0..10 {
        app.ask(NEWS).await.data();
    }
    redis.go_on();
    redis.kill();
    for _ in 0..10 {
        app.ask(NEWS).await.data();
    }
    redis.revive();
    until_kept(&app).await;
    app.ending().await;
}

#[actix_web::test]
async fn nonsense_in_redis_is_no_answer() {
    let redis = Redis::start();
    let app = with_redis_alone(&redis).await;
    until_kept(&app).await;
    let good = app.ask(NEWS).await;
    let names = redis.names("mfp:answer:*");
    assert!(!names.is_empty());
    let kept = redis.get(&names[0]);
    let mut flipped = kept.clone();
    *flipped.last_mut().expect("bytes") ^= 1;
    let other_place = redis.names("mfp:answer:*").len();
    assert!(other_place > 0);
    for nonsense in [
        Vec::new(),
        b"{}".to_vec(),
        b"mfp1".to_vec(),
        kept[..kept.len() / 2].to_vec(),
        flipped,
        vec![0xff; 4096],
    ] {
        for name in &names {
            redis.set(name, &nonsense);
        }
        let answer = app.ask(NEWS).await;
        assert_eq!(answer.data(), good.data(), "{nonsense:?}");
    }
    // A good value under another question's name.
    app.ask("{ news(first: 2) { nodes { slug } } }")
        .await
        .data();
    tokio::time::sleep(Duration::from_millis(200)).await;
    for name in redis.names("mfp:answer:*") {
        redis.set(&name, &kept);
    }
    let answer = app.ask("{ news(first: 2) { nodes { slug } } }").await;
    assert_eq!(
        answer.data()["news"]["nodes"]
            .as_array()
            .expect("nodes")
            .len(),
        2
    );
    app.ending().await;
}

#[actix_web::test]
async fn a_lost_message_delays_a_change_by_less_than_a_second() {
    let mut redis = Redis::start();
    let app = App::start_with(Backend::Postgres, |settings| {
        settings.cache_megabytes = 16;
        settings.redis_url = Some(redis.url());
    })
    .await;
    until_kept(&app).await;
    redis.kill();
    let hidden = "UPDATE news_article SET headline = 'Новый заголовок'";
    app.database
        .writer()
        .execute_unprepared(hidden)
        .await
        .expect("changed");
    let bumped = "UPDATE cache_generation SET generation = generation + 1 WHERE tag = 'news'";
    app.database
        .writer()
        .execute_unprepared(bumped)
        .await
        .expect("bumped");
    tokio::time::sleep(Duration::from_secs(1)).await;
    let answer = app.ask(NEWS).await;
    assert_eq!(
        answer.data()["news"]["nodes"][0]["headline"],
        "Новый заголовок"
    );
    app.ending().await;
}
