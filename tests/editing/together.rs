//! Several of staff at once, and what each of them may.

use serde_json::json;
use uuid::Uuid;

use super::{
    HOSPITAL, SCHOOL, codes, done, drafted, publisher, read, seen, seen_with, send, whole,
    with_role,
};
use crate::on_both_databases;

on_both_databases! {
    async fn of_two_who_save_at_once_the_second_learns_what_the_first_wrote(app) {
        let publisher = publisher(&app).await;
        let editor = with_role(&app, "editor", "EDITOR", SCHOOL).await;
        let draft = drafted(&app, &publisher).await;
        let first = seen_with(&draft, json!({ "headline": "Первый" }));
        let saved = done(&app, &publisher, "newsArticleUpdate", first.clone()).await;
        // An answer lost on the way: the same again is no conflict.
        let again = done(&app, &publisher, "newsArticleUpdate", first).await;
        assert_eq!(saved["version"], again["version"]);
        let second = seen_with(&draft, json!({ "headline": "Второй" }));
        let refused = send(&app, &editor, "newsArticleUpdate", second).await;
        assert_eq!(codes(&refused), ["CONFLICT"]);
        assert!(refused["draft"].is_null());
        assert_eq!(refused["current"]["headline"], "Первый");
        let over = seen_with(&refused["current"], json!({ "headline": "Второй" }));
        let saved = done(&app, &editor, "newsArticleUpdate", over).await;
        assert_eq!(saved["headline"], "Второй");
        // Another person's hand begins another revision.
        assert_eq!(saved["revision"], 2);
    }

    async fn a_correspondent_only_drafts_and_only_their_own(app) {
        let correspondent = with_role(&app, "correspondent", "CORRESPONDENT", SCHOOL).await;
        let publisher = publisher(&app).await;
        let theirs = drafted(&app, &publisher).await;
        let own = drafted(&app, &correspondent).await;
        for (name, more) in [
            ("newsArticleUpdate", json!({ "headline": "Чужое" })),
            ("newsArticleSubmit", json!({})),
            ("newsArticleDiscard", json!({})),
        ] {
            let refused = send(&app, &correspondent, name, seen_with(&theirs, more)).await;
            assert_eq!(codes(&refused), ["NOT_FOUND"], "{name}");
        }
        let refused = send(&app, &correspondent, "newsArticlePublish", seen(&own)).await;
        assert_eq!(codes(&refused), ["MAY_NOT_PUBLISH"]);
        let listed = app.ask_by(&correspondent, "{ drafts { totalCount nodes { ... on NewsArticleDraft { id } } } }", json!({})).await;
        assert_eq!(listed.data()["drafts"], json!({ "totalCount": 1, "nodes": [{ "id": own["id"] }] }));
        let hidden = app.ask_by(&correspondent, "query($id: ID!) { draft(id: $id) { __typename } contentRevisions(id: $id) { totalCount } }", json!({ "id": theirs["id"] })).await;
        assert!(hidden.data()["draft"].is_null() && hidden.data()["contentRevisions"].is_null());

        let changed = seen_with(&own, json!({ "lead": "Начало в семь." }));
        let own = done(&app, &correspondent, "newsArticleUpdate", changed).await;
        let own = done(&app, &correspondent, "newsArticleSubmit", seen(&own)).await;
        assert_eq!(own["state"], "IN_REVIEW");
        // While others look at it, it holds still.
        let change = seen_with(&own, json!({ "lead": "Начало в восемь." }));
        let refused = send(&app, &correspondent, "newsArticleUpdate", change).await;
        assert_eq!(codes(&refused), ["IN_REVIEW"]);
    }

    async fn what_lies_outside_the_scope_is_not_found(app) {
        let publisher = publisher(&app).await;
        let stranger = with_role(&app, "stranger", "ORGANISATION_ADMIN", HOSPITAL).await;
        let draft = drafted(&app, &publisher).await;
        let refused = send(&app, &stranger, "newsArticlePublish", seen(&draft)).await;
        assert_eq!(codes(&refused), ["NOT_FOUND"]);
        let mut elsewhere = whole(&app).await;
        elsewhere["organisation"] = json!(app.organisation_node(HOSPITAL).await);
        elsewhere["clientMutationKey"] = json!(Uuid::new_v4());
        let refused = send(&app, &publisher, "newsArticleCreate", elsewhere).await;
        assert_eq!(codes(&refused), ["ORGANISATION_NOT_FOUND"]);
        let moved = seen_with(&draft, json!({ "organisation": app.organisation_node(HOSPITAL).await }));
        let refused = send(&app, &publisher, "newsArticleUpdate", moved).await;
        assert_eq!(codes(&refused), ["ORGANISATION_NOT_FOUND"]);
        let listed = app.ask_by(&stranger, "{ drafts { totalCount } }", json!({})).await;
        assert_eq!(listed.data()["drafts"]["totalCount"], 0);
    }

    async fn what_is_for_members_no_stranger_sees(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        let narrowed = seen_with(&draft, json!({ "audience": { "scope": "MEMBERS" } }));
        let draft = done(&app, &publisher, "newsArticleUpdate", narrowed).await;
        let published = done(&app, &publisher, "newsArticlePublish", seen(&draft)).await;
        let slug = published["slug"].as_str().expect("a slug");
        assert!(read(&app, slug).await.is_null());
        let search = app.ask("{ news(first: 100) { nodes { slug } } }").await;
        assert!(!search.data().to_string().contains(slug));
        let opened = seen_with(&published, json!({ "audience": { "scope": "PUBLIC" } }));
        let opened = done(&app, &publisher, "newsArticleUpdate", opened).await;
        assert!(read(&app, slug).await.is_null());
        done(&app, &publisher, "newsArticlePublish", seen(&opened)).await;
        assert!(!read(&app, slug).await.is_null());
    }

    async fn a_text_is_sanitised_before_readers_get_it(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        let hostile = "<script>alert(1)</script> [ссылка](javascript:alert(2)) ![x](https://evil.example/x.png)";
        let change = seen_with(&draft, json!({ "body": hostile }));
        let draft = done(&app, &publisher, "newsArticleUpdate", change).await;
        let html = draft["bodyHtml"].as_str().expect("HTML");
        // What is no block stays the characters it is made of.
        for alive in ["<script", "href", "<img"] {
            assert!(!html.contains(alive), "{html}");
        }
    }
}
