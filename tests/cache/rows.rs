//! Rows that are kept for everybody of one audience, and shown beside what is one person's.

use serde_json::json;

use super::{TABLE, keeping, until_kept};
use crate::{
    benefit_use::crowd,
    editing::{done, drafted, publisher, seen, seen_with},
    on_both_databases,
    support::{answer::each, builders},
};

/// Somebody's own, so that nobody shares the answer.
const THEIRS: &str = "{ viewer { account { id } }
    news(first: 9) { nodes { slug headline organisation { shortName } } }
    benefits(first: 100) { nodes { slug eligibility { status } } } }";
const ARTICLE: &str = "query($slug: String!) { viewer { account { id } } newsArticle(slug: $slug) { headline bodyHtml } }";

on_both_databases! {
    started by keeping;

    async fn what_is_somebodys_is_read_and_the_rest_is_kept(app) {
        let crowd = crowd(&app, 2).await;
        until_kept(&app).await;
        let first = app.ask_by(&crowd.members[0], THEIRS, json!({})).await;
        let before = (app.reads_of(TABLE), app.reads_of("benefit"));
        let second = app.ask_by(&crowd.members[1], THEIRS, json!({})).await;
        assert_eq!((app.reads_of(TABLE), app.reads_of("benefit")), before);
        assert_eq!(first.data()["news"], second.data()["news"]);
        assert_ne!(
            first.data()["viewer"]["account"]["id"],
            second.data()["viewer"]["account"]["id"]
        );
        assert_eq!(second.header("cache-control"), "private, no-store");
    }

    async fn rows_of_one_audience_are_never_shown_to_another(app) {
        let under = builders::members_under(&app.database, "ppo-primer-shkola").await;
        builders::benefit(&app.database, "only-for-the-school", &under).await;
        let crowd = crowd(&app, 1).await;
        let stranger = app.sign_in("+79267654321").await;
        until_kept(&app).await;
        for _ in 0..3 {
            for (person, sees) in [(&crowd.members[0], true), (&stranger, false)] {
                let answer = app.ask_by(person, THEIRS, json!({})).await;
                let slugs = each(&answer.data()["benefits"], "slug");
                assert_eq!(slugs.contains(&"only-for-the-school".into()), sees);
            }
        }
    }

    async fn whoever_publishes_reads_it_at_once_beside_what_is_theirs(app) {
        let publisher = publisher(&app).await;
        until_kept(&app).await;
        let slugs = async || {
            let answer = app.ask_by(&publisher, THEIRS, json!({})).await;
            each(&answer.data()["news"], "slug")
        };
        slugs().await;
        let draft = drafted(&app, &publisher).await;
        let draft = done(&app, &publisher, "newsArticlePublish", seen(&draft)).await;
        let slug = draft["slug"].as_str().expect("a slug").to_owned();
        assert!(slugs().await.contains(&slug));

        let article = async || {
            let asked = app.ask_by(&publisher, ARTICLE, json!({ "slug": slug })).await;
            asked.data()["newsArticle"].clone()
        };
        assert!(article().await["bodyHtml"].is_string());
        let before = app.reads_of(TABLE);
        assert!(article().await["bodyHtml"].is_string());
        assert_eq!(app.reads_of(TABLE), before, "the article and its text are kept");
        let taken_back = seen_with(&draft, json!({ "explanation": "Ошибка в дате." }));
        done(&app, &publisher, "newsArticleWithdraw", taken_back).await;
        assert!(article().await.is_null());
        assert!(!slugs().await.contains(&slug));
    }

    async fn a_list_that_goes_by_the_asker_is_read_for_each(app) {
        let crowd = crowd(&app, 1).await;
        until_kept(&app).await;
        let query = "{ benefits(first: 100, filter: { eligibleForMe: true, unusedByMe: true }) { nodes { slug } } }";
        app.ask_by(&crowd.members[0], query, json!({})).await.data();
        let before = app.reads_of("benefit");
        app.ask_by(&crowd.members[0], query, json!({})).await.data();
        assert!(app.reads_of("benefit") > before);
    }

    async fn no_row_is_kept_of_a_fault(app) {
        use sea_orm::ConnectionTrait;
        let crowd = crowd(&app, 1).await;
        until_kept(&app).await;
        let member = &crowd.members[0];
        let writer = app.database.writer();
        let broken = "ALTER TABLE news_article RENAME TO broken";
        writer.execute_unprepared(broken).await.expect("broken");
        let failed = app.ask_by(member, THEIRS, json!({})).await;
        assert_eq!(failed.code(), "INTERNAL_SERVER_ERROR");
        assert!(failed.body["data"]["benefits"].is_object(), "{failed:?}");
        let mended = "ALTER TABLE broken RENAME TO news_article";
        writer.execute_unprepared(mended).await.expect("mended");
        let answer = app.ask_by(member, THEIRS, json!({})).await;
        assert_eq!(each(&answer.data()["news"], "slug").len(), 9);
    }
}
