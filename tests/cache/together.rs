//! Many who ask the same at once.

use futures_util::future::join_all;

use super::{TABLE, keeping, until_kept};
use crate::support::{App, Backend, Redis};

#[actix_web::test]
async fn a_herd_sends_one_to_the_database() {
    let app = keeping(Backend::Postgres).await;
    until_kept(&app).await;
    let before = app.reads_of(TABLE);
    let query = "{ news(first: 50) { nodes { headline lead tags } } }";
    let answers = join_all((0..500).map(|_| app.ask(query))).await;
    let first = answers[0].data();
    assert!(answers.iter().all(|answer| answer.data() == first));
    assert_eq!(app.reads_of(TABLE), before + 1);
    app.ending().await;
}

#[actix_web::test]
async fn two_instances_send_two_at_most_and_mostly_one() {
    let redis = Redis::start();
    let app = App::start_with(Backend::Postgres, |settings| {
        settings.cache_megabytes = 16;
        settings.redis_url = Some(redis.url());
    })
    .await;
    let other = app.beside().await;
    for instance in [&app, &other] {
        until_kept(instance).await;
    }
    let before = [app.reads_of(TABLE), other.reads_of(TABLE)];
    let query = "{ news(first: 52) { nodes { headline lead tags } } }";
    let asking = (0..500).map(|number| [&app, &other][number % 2].ask(query));
    let answers = join_all(asking).await;
    let first = answers[0].data();
    assert!(answers.iter().all(|answer| answer.data() == first));
    let read = [
        app.reads_of(TABLE) - before[0],
        other.reads_of(TABLE) - before[1],
    ];
    assert!(read[0] <= 1 && read[1] <= 1 && read != [0, 0], "{read:?}");
    other.ending().await;
    app.ending().await;
}

#[actix_web::test]
async fn one_who_hangs_up_leaves_the_others_their_answer() {
    let app = keeping(Backend::Postgres).await;
    until_kept(&app).await;
    let query = "{ news(first: 51) { nodes { headline lead tags } } }";
    for _ in 0..20 {
        // Given up while it is on its way, at another point each time.
        let hasty = tokio::time::timeout(std::time::Duration::from_millis(3), app.ask(query));
        drop(hasty.await);
    }
    app.ask(query).await.data();
    app.ending().await;
}
