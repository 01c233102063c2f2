//! From an empty draft to what readers see, and back.

use entities::{audit_entry, change_log, content_revision};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::{
    SCHOOL, codes, done, drafted, publisher, read, route, seen, seen_with, send, whole, with_role,
};
use crate::on_both_databases;

on_both_databases! {
    async fn a_draft_may_be_incomplete_and_publishing_names_all_it_lacks(app) {
        let publisher = publisher(&app).await;
        let input = json!({
            "organisation": app.organisation_node(SCHOOL).await,
            "clientMutationKey": Uuid::new_v4(),
            "headline": "Собрание",
            "sourceUrl": "javascript:alert(1)",
        });
        let draft = done(&app, &publisher, "newsArticleCreate", input).await;
        assert_eq!(draft["state"], "DRAFT");
        assert_eq!(draft["isPublished"], false);
        let refused = send(&app, &publisher, "newsArticlePublish", seen(&draft)).await;
        let fields: Vec<String> = refused["userErrors"]
            .as_array()
            .expect("errors")
            .iter()
            .map(|error| error["field"][0].as_str().expect("a field").to_owned())
            .collect();
        assert_eq!(fields, ["lead", "body", "kind", "category", "sourceUrl"]);
        assert_eq!(codes(&refused)[..2], ["MISSING", "MISSING"]);
        assert_eq!(codes(&refused)[4], "NOT_AN_ADDRESS");
        assert_eq!(draft["problems"].as_array().expect("problems").len(), 5);
        assert!(read(&app, "sobranie").await.is_null());
    }

    async fn readers_see_what_was_published_and_not_what_is_being_written(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        assert_eq!(draft["slug"], "sobranie-perenesli-na-chetverg");
        assert!(read(&app, "sobranie-perenesli-na-chetverg").await.is_null());
        let published = done(&app, &publisher, "newsArticlePublish", seen(&draft)).await;
        assert_eq!(published["state"], "PUBLISHED");
        let first = read(&app, "sobranie-perenesli-na-chetverg").await;
        assert_eq!(first["headline"], "Собрание перенесли на четверг");
        assert_eq!(first["bodyHtml"], "<p>Собрание пройдёт в <strong>актовом</strong> зале.</p>\n");

        let change = seen_with(&published, json!({ "headline": "Собрание перенесли на пятницу" }));
        let changed = done(&app, &publisher, "newsArticleUpdate", change).await;
        assert_eq!((&changed["state"], &changed["isPublished"]), (&json!("DRAFT"), &json!(true)));
        assert_eq!(changed["published"]["headline"], "Собрание перенесли на четверг");
        assert_eq!(read(&app, "sobranie-perenesli-na-chetverg").await, first);

        app.wait(chrono::TimeDelta::minutes(1));
        let correction = seen_with(&changed, json!({ "correction": "День указан верно." }));
        let corrected = done(&app, &publisher, "newsArticleUpdate", correction).await;
        done(&app, &publisher, "newsArticlePublish", seen(&corrected)).await;
        // The address that people have linked to stays.
        let second = read(&app, "sobranie-perenesli-na-chetverg").await;
        assert_eq!(second["headline"], "Собрание перенесли на пятницу");
        assert_eq!(second["correction"]["text"], "День указан верно.");
        assert_eq!(second["publishedAt"], first["publishedAt"]);
        assert!(second["updatedAt"].as_str() > first["updatedAt"].as_str());
    }

    async fn an_old_address_leads_on(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        let published = done(&app, &publisher, "newsArticlePublish", seen(&draft)).await;
        let renamed = seen_with(&published, json!({ "slug": "sobranie" }));
        let renamed = done(&app, &publisher, "newsArticleUpdate", renamed).await;
        done(&app, &publisher, "newsArticlePublish", seen(&renamed)).await;
        let moved = route(&app, "/news/sobranie-perenesli-na-chetverg/").await;
        assert_eq!(moved["__typename"], "Moved", "{moved}");
        assert_eq!(route(&app, "/news/sobranie/").await["__typename"], "NewsArticle");

        // The old name stays taken: links to it must not show something else.
        let other = drafted(&app, &publisher).await;
        assert_eq!(other["slug"], "sobranie-perenesli-na-chetverg-2");
        let wish = seen_with(&other, json!({ "slug": "sobranie" }));
        let wish = done(&app, &publisher, "newsArticleUpdate", wish).await;
        let refused = send(&app, &publisher, "newsArticlePublish", seen(&wish)).await;
        assert_eq!(codes(&refused), ["SLUG_TAKEN"]);
        let wish = seen_with(&wish, json!({ "slug": "Собрание!" }));
        let wish = done(&app, &publisher, "newsArticleUpdate", wish).await;
        let refused = send(&app, &publisher, "newsArticlePublish", seen(&wish)).await;
        assert_eq!(codes(&refused), ["NOT_A_SLUG"]);
    }

    async fn a_creation_may_be_repeated(app) {
        let publisher = publisher(&app).await;
        let input = whole(&app).await;
        let first = done(&app, &publisher, "newsArticleCreate", input.clone()).await;
        let again = done(&app, &publisher, "newsArticleCreate", input.clone()).await;
        assert_eq!(first, again);
        let mut other = input;
        other["headline"] = json!("Другое");
        let refused = send(&app, &publisher, "newsArticleCreate", other).await;
        assert_eq!(codes(&refused), ["CONFLICT"]);
        assert_eq!(refused["userErrors"][0]["field"], json!(["clientMutationKey"]));
    }

    async fn a_field_that_is_not_named_stays_and_null_empties_it(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        let change = seen_with(&draft, json!({ "lead": null }));
        let changed = done(&app, &publisher, "newsArticleUpdate", change).await;
        assert_eq!(changed["headline"], draft["headline"]);
        assert!(changed["lead"].is_null());
        assert_eq!(changed["problems"], json!([{ "field": ["lead"], "code": "MISSING" }]));
    }

    async fn what_is_withdrawn_says_why_and_what_to_read_instead(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        let refused = send(
            &app,
            &publisher,
            "newsArticleWithdraw",
            seen_with(&draft, json!({ "explanation": "Ошибка" })),
        )
        .await;
        assert_eq!(codes(&refused), ["NOT_PUBLISHED"]);
        let old = done(&app, &publisher, "newsArticlePublish", seen(&draft)).await;
        let blank = seen_with(&old, json!({ "explanation": " " }));
        let refused = send(&app, &publisher, "newsArticleWithdraw", blank).await;
        assert_eq!(codes(&refused), ["EXPLANATION_REQUIRED"]);
        let itself = seen_with(&old, json!({ "explanation": "Ошибка", "replacementId": old["id"] }));
        let refused = send(&app, &publisher, "newsArticleWithdraw", itself).await;
        assert_eq!(codes(&refused), ["REPLACEMENT_NOT_FOUND"]);

        let new = drafted(&app, &publisher).await;
        let new = done(&app, &publisher, "newsArticlePublish", seen(&new)).await;
        let why = json!({ "explanation": "Дата неверна.", "replacementId": new["id"] });
        let gone = done(&app, &publisher, "newsArticleWithdraw", seen_with(&old, why)).await;
        assert_eq!((&gone["state"], &gone["isPublished"]), (&json!("WITHDRAWN"), &json!(false)));
        assert!(read(&app, "sobranie-perenesli-na-chetverg").await.is_null());
        let met = route(&app, "/news/sobranie-perenesli-na-chetverg/").await;
        assert_eq!(met["explanation"], "Дата неверна.");
        assert_eq!(met["replacement"]["slug"], "sobranie-perenesli-na-chetverg-2");

        // It can come back, as it was.
        let back = done(&app, &publisher, "newsArticlePublish", seen(&gone)).await;
        assert_eq!(back["state"], "PUBLISHED");
        assert!(!read(&app, "sobranie-perenesli-na-chetverg").await.is_null());
    }

    async fn what_is_archived_is_not_found_any_more(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        let published = done(&app, &publisher, "newsArticlePublish", seen(&draft)).await;
        let archived = done(&app, &publisher, "newsArticleArchive", seen(&published)).await;
        assert_eq!(archived["state"], "ARCHIVED");
        assert!(read(&app, "sobranie-perenesli-na-chetverg").await.is_null());
        assert!(route(&app, "/news/sobranie-perenesli-na-chetverg/").await.is_null());
    }

    async fn a_draft_thrown_away_leaves_what_readers_see(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        let published = done(&app, &publisher, "newsArticlePublish", seen(&draft)).await;
        let change = seen_with(&published, json!({ "headline": "Ерунда" }));
        let changed = done(&app, &publisher, "newsArticleUpdate", change).await;
        let left = done(&app, &publisher, "newsArticleDiscard", seen(&changed)).await;
        assert_eq!(left["state"], "PUBLISHED");
        assert_eq!(left["headline"], "Собрание перенесли на четверг");

        // What nobody ever saw is gone.
        let unseen = drafted(&app, &publisher).await;
        let left = done(&app, &publisher, "newsArticleDiscard", seen(&unseen)).await;
        assert!(left.is_null());
        let gone = send(&app, &publisher, "newsArticleSubmit", seen(&unseen)).await;
        assert_eq!(codes(&gone), ["NOT_FOUND"]);
    }

    async fn history_tells_what_changed_and_gives_it_back(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        let published = done(&app, &publisher, "newsArticlePublish", seen(&draft)).await;
        let change = seen_with(&published, json!({ "headline": "Новый заголовок", "tags": ["собрание"] }));
        let changed = done(&app, &publisher, "newsArticleUpdate", change).await;
        let query = "query($id: ID!) { contentRevisions(id: $id) { totalCount nodes { number title isCurrent publishedAt
            differences { field before after } } } }";
        let history = app.ask_by(&publisher, query, json!({ "id": draft["id"] })).await;
        let nodes = &history.data()["contentRevisions"]["nodes"];
        assert_eq!(history.data()["contentRevisions"]["totalCount"], 2);
        assert_eq!(
            nodes[0]["differences"],
            json!([
                { "field": "headline", "before": "Собрание перенесли на четверг", "after": "Новый заголовок" },
                { "field": "tags", "before": null, "after": "собрание" },
            ])
        );
        assert_eq!((&nodes[0]["isCurrent"], &nodes[1]["isCurrent"]), (&json!(false), &json!(true)));
        assert!(nodes[0]["publishedAt"].is_null() && !nodes[1]["publishedAt"].is_null());

        let unknown = seen_with(&changed, json!({ "revision": 99 }));
        let refused = send(&app, &publisher, "newsArticleRestoreRevision", unknown).await;
        assert_eq!(codes(&refused), ["REVISION_NOT_FOUND"]);
        let back = seen_with(&changed, json!({ "revision": 1 }));
        let restored = done(&app, &publisher, "newsArticleRestoreRevision", back).await;
        assert_eq!(restored["headline"], "Собрание перенесли на четверг");
    }

    async fn what_was_thrown_away_is_not_taken_for_published(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        let published = done(&app, &publisher, "newsArticlePublish", seen(&draft)).await;
        app.wait(chrono::TimeDelta::minutes(11));
        let publisher = with_role(&app, "later", "PUBLISHER", SCHOOL).await;
        let change = seen_with(&published, json!({ "headline": "Ерунда" }));
        let changed = done(&app, &publisher, "newsArticleUpdate", change).await;
        done(&app, &publisher, "newsArticleDiscard", seen(&changed)).await;
        let again = done(&app, &publisher, "newsArticleDiscard", seen(&changed)).await;
        assert_eq!(again["state"], "PUBLISHED");
        let refused = send(&app, &publisher, "newsArticlePublish", seen(&changed)).await;
        assert_eq!(codes(&refused), ["CONFLICT"]);
    }

    async fn going_back_writes_nothing_over(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        let published = done(&app, &publisher, "newsArticlePublish", seen(&draft)).await;
        let newest = seen_with(&published, json!({ "headline": "Самое новое" }));
        let newest = done(&app, &publisher, "newsArticleUpdate", newest).await;
        let back = seen_with(&newest, json!({ "revision": 1 }));
        let back = done(&app, &publisher, "newsArticleRestoreRevision", back).await;
        assert_eq!(back["revision"], 3);
        let forth = seen_with(&back, json!({ "revision": 2 }));
        let forth = done(&app, &publisher, "newsArticleRestoreRevision", forth).await;
        assert_eq!(forth["headline"], "Самое новое");
    }

    async fn two_who_publish_at_once_publish_once(app) {
        let publisher = publisher(&app).await;
        let other = with_role(&app, "other", "PUBLISHER", SCHOOL).await;
        let draft = drafted(&app, &publisher).await;
        let people = [&publisher, &other].into_iter().cycle().take(8);
        let sending = people.map(|person| send(&app, person, "newsArticlePublish", seen(&draft)));
        for payload in join_all(sending).await {
            assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
            assert_eq!(payload["draft"]["state"], "PUBLISHED");
        }
        let reader = app.database.reader();
        let published = audit_entry::Entity::find()
            .filter(audit_entry::Column::Action.eq("content.publish"));
        assert_eq!(published.count(reader).await.expect("a count"), 1);
        let id = api::infra::graphql::NodeId::decode("id", &async_graphql::ID(draft["id"].as_str().expect("an id").into()))
            .expect("an id")
            .uuid;
        let told = change_log::Entity::find().filter(change_log::Column::ObjectId.eq(id));
        assert_eq!(told.count(reader).await.expect("a count"), 1);
        let revisions =
            content_revision::Entity::find().filter(content_revision::Column::ContentId.eq(id));
        assert_eq!(revisions.count(reader).await.expect("a count"), 1);
    }
}
