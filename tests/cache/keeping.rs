use std::time::{Duration, Instant};

use serde_json::json;

use super::{NEWS, TABLE, keeping, post, post_query, until_kept};
use crate::{
    benefit_use::crowd,
    editing::{done, drafted, publisher, seen, seen_with},
    on_both_databases,
    support::{answer::each, builders},
};

const HEADLINES: &str = "{ news(first: 100) { nodes { slug headline } } }";

on_both_databases! {
    started by keeping;

    async fn an_answer_is_made_once(app) {
        until_kept(&app).await;
        let before = app.reads_of(TABLE);
        for _ in 0..10 {
            let kept = app.ask(NEWS).await;
            assert_eq!(
                kept.data()["news"]["nodes"]
                    .as_array()
                    .expect("nodes")
                    .len(),
                5
            );
            assert_eq!(
                kept.header("cache-control"),
                "public, max-age=30, stale-while-revalidate=30"
            );
        }
        assert_eq!(app.reads_of(TABLE), before);
        // Another question, another answer: by its text, its variables and its operation.
        let query = "query A($n: Int) { news(first: $n) { nodes { slug } } } query B { news(first: 3) { nodes { slug } } }";
        for (variables, name, length) in [
            (json!({ "n": 1 }), "A", 1),
            (json!({ "n": 2 }), "A", 2),
            (json!({ "n": 2 }), "B", 3),
            (json!({ "n": 1 }), "A", 1),
        ] {
            let body = json!({ "query": query, "variables": variables, "operationName": name });
            let answer = post(&app, &body, &[]).await;
            assert_eq!(each(&answer.data()["news"], "slug").len(), length);
        }
    }

    async fn whoever_publishes_reads_it_at_once_and_others_within_a_second(app) {
        let other = app.beside().await;
        let publisher = publisher(&app).await;
        let slugs = |answer: &crate::support::Answer| each(&answer.data()["news"], "slug");
        for app in [&app, &other] {
            until_kept(app).await;
            app.ask(HEADLINES).await.data();
        }
        let draft = drafted(&app, &publisher).await;
        let draft = done(&app, &publisher, "newsArticlePublish", seen(&draft)).await;
        let slug = draft["slug"].as_str().expect("a slug").to_owned();
        assert!(slugs(&app.ask(HEADLINES).await).contains(&slug));
        let committed = Instant::now();
        while !slugs(&other.ask(HEADLINES).await).contains(&slug) {
            assert!(committed.elapsed() < Duration::from_secs(1), "still old");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }

        let by_slug = format!("{{ newsArticle(slug: \"{slug}\") {{ headline }} }}");
        assert!(other.ask(&by_slug).await.data()["newsArticle"].is_object());
        let taken_back = seen_with(&draft, json!({ "explanation": "Ошибка в дате." }));
        done(&app, &publisher, "newsArticleWithdraw", taken_back).await;
        assert!(app.ask(&by_slug).await.data()["newsArticle"].is_null());
        let committed = Instant::now();
        while other.ask(&by_slug).await.data()["newsArticle"].is_object() {
            assert!(committed.elapsed() < Duration::from_secs(1), "still there");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        other.ending().await;
    }

    async fn members_and_strangers_never_get_each_others_answers(app) {
        let under = builders::members_under(&app.database, "ppo-primer-shkola").await;
        builders::benefit(&app.database, "only-for-the-school", &under).await;
        let crowd = crowd(&app, 2).await;
        let stranger = app.sign_in("+79267654321").await;
        let query = "{ benefits(first: 100) { nodes { slug } } }";
        for _ in 0..3 {
            let anonymous = app.ask(query).await;
            assert!(
                !each(&anonymous.data()["benefits"], "slug").contains(&"only-for-the-school".into())
            );
            assert!(anonymous.header("cache-control").starts_with("public"));
            for (person, sees) in [
                (&crowd.members[0], true),
                (&crowd.members[1], true),
                (&stranger, false),
            ] {
                let answer = app.ask_by(person, query, json!({})).await;
                let slugs = each(&answer.data()["benefits"], "slug");
                assert_eq!(slugs.contains(&"only-for-the-school".into()), sees);
                assert_eq!(answer.header("cache-control"), "private, no-cache");
                assert!(!answer.header("etag").is_empty());
            }
        }
    }

    async fn members_of_one_audience_share_an_answer(app) {
        let crowd = crowd(&app, 2).await;
        until_kept(&app).await;
        let query = "{ news(first: 7) { nodes { slug } } }";
        let first = app.ask_by(&crowd.members[0], query, json!({})).await;
        let before = app.reads_of(TABLE);
        let second = app.ask_by(&crowd.members[1], query, json!({})).await;
        assert_eq!(app.reads_of(TABLE), before);
        assert_eq!(first.header("etag"), second.header("etag"));
    }

    async fn whoever_has_the_bytes_gets_none(app) {
        let first = app.ask(NEWS).await;
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with('"'), "{tag}");
        for sent in [tag.as_str(), "*", &format!("\"other\", W/{tag}")] {
            let again = post_query(&app, NEWS, &[("if-none-match", sent)]).await;
            assert_eq!(again.status, 304, "{sent}");
            assert_eq!(again.header("etag"), tag);
            assert_eq!(again.body, json!(""));
            assert!(again.header("cache-control").starts_with("public"));
        }
        let other = post_query(&app, NEWS, &[("if-none-match", "\"other\"")]).await;
        assert_eq!(other.status, 200);
        // A tag is one of bytes.
        let long = "{ news(first: 20) { nodes { headline lead slug } } }";
        for encoding in ["br", "gzip"] {
            let packed = post_query(&app, long, &[("accept-encoding", encoding)]).await;
            assert_eq!(packed.header("content-encoding"), encoding);
            assert!(
                packed.header("etag").ends_with(&format!("-{encoding}\"")),
                "{packed:?}"
            );
        }
    }

    async fn what_is_somebodys_is_kept_by_nobody(app) {
        let crowd = crowd(&app, 1).await;
        let query = "{ viewer { account { id } } newsCategories { slug } }";
        let answer = app.ask_by(&crowd.members[0], query, json!({})).await;
        assert_eq!(answer.header("cache-control"), "private, no-store");
        assert_eq!(answer.header("etag"), "");
        let anonymous = app.ask(query).await;
        assert_eq!(anonymous.header("cache-control"), "private, no-store");
        // An argument can make a list somebody's, too.
        let query = "{ benefits(filter: { unusedByMe: true }) { nodes { slug } } }";
        let answer = app.ask_by(&crowd.members[0], query, json!({})).await;
        assert_eq!(answer.header("cache-control"), "private, no-store");
        // What is left of a budget is somebody's as well.
        let costed = post_query(&app, NEWS, &[("x-cost", "1")]).await;
        assert!(costed.body["extensions"]["cost"].is_object());
        assert_eq!(costed.header("cache-control"), "private, no-store");
    }

    async fn kept_answers_cost_nothing(app) {
        until_kept(&app).await;
        let spent = |answer: &crate::support::Answer| {
            let cost = &answer.body["extensions"]["cost"];
            cost["limit"].as_i64().expect("a limit") - cost["remaining"].as_i64().expect("a rest")
        };
        let before = post_query(&app, "{ newsCategories { slug } }", &[("x-cost", "1")]).await;
        for _ in 0..50 {
            app.ask(NEWS).await.data();
        }
        let after = post_query(&app, "{ newsCategories { slug } }", &[("x-cost", "1")]).await;
        assert!(spent(&after) <= spent(&before) + 20, "{before:?} {after:?}");
    }

    async fn faults_are_not_kept(app) {
        use sea_orm::ConnectionTrait;
        until_kept(&app).await;
        let other = "{ news(first: 6) { nodes { headline } } }";
        let writer = app.database.writer();
        let broken = "ALTER TABLE news_article RENAME TO broken";
        writer.execute_unprepared(broken).await.expect("broken");
        assert_eq!(app.ask(other).await.code(), "INTERNAL_SERVER_ERROR");
        let mended = "ALTER TABLE broken RENAME TO news_article";
        writer.execute_unprepared(mended).await.expect("mended");
        app.ask(other).await.data();
    }
}
