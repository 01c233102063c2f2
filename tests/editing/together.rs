//! Several of staff at once, and what each of them may.

use std::{collections::BTreeSet, time::Duration};

use entities::{content_draft, content_revision};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    HOSPITAL, SCHOOL, codes, done, drafted, publisher, read, seen, seen_with, send, whole,
    with_role,
};
use crate::{
    on_both_databases,
    support::{App, Backend},
};

/// How much still says who wrote it.
async fn authored(app: &App) -> u64 {
    let reader = app.database.reader();
    let drafts =
        content_draft::Entity::find().filter(content_draft::Column::AuthorId.is_not_null());
    let revisions =
        content_revision::Entity::find().filter(content_revision::Column::AuthorId.is_not_null());
    drafts.count(reader).await.expect("a count") + revisions.count(reader).await.expect("a count")
}

#[actix_web::test]
async fn whoever_is_erased_leaves_their_texts_and_not_their_name() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let app = App::start_with(backend, |settings| settings.erasure_cooling_off_hours = 0).await;
        let correspondent = with_role(&app, "correspondent", "CORRESPONDENT", SCHOOL).await;
        let draft = drafted(&app, &correspondent).await;
        assert_eq!(authored(&app).await, 2);
        let wish = "mutation { accountErase { userErrors { code } } }";
        let asked = app.ask_by(&correspondent, wish, json!({})).await;
        assert_eq!(asked.data()["accountErase"]["userErrors"], json!([]));
        for _ in 0..200 {
            if authored(&app).await == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        assert_eq!(authored(&app).await, 0);
        let publisher = publisher(&app).await;
        done(&app, &publisher, "newsArticlePublish", seen(&draft)).await;
    }
}

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

    async fn those_who_take_one_name_at_once_get_it_with_numbers(app) {
        let admin = app.admin().await.person;
        let slugs = |payloads: &[Value]| -> BTreeSet<String> {
            let slug = |payload: &Value| {
                assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
                payload["draft"]["slug"].as_str().expect("a slug").to_owned()
            };
            payloads.iter().map(slug).collect()
        };
        let numbered = |name: &str| -> BTreeSet<String> {
            let more = (2..=6).map(|number| format!("{name}-{number}"));
            std::iter::once(name.to_owned()).chain(more).collect()
        };
        // Saving holds the draft alone; beginning one holds its organisation.
        for (headline, name) in [("Слёт", "slyot"), ("Бал", "bal"), ("Кросс", "kross")] {
            let mut drafts = Vec::new();
            for _ in 0..6 {
                drafts.push(drafted(&app, &admin).await);
            }
            let saved = drafts.iter().map(|draft| {
                let change = seen_with(draft, json!({ "headline": headline }));
                send(&app, &admin, "newsArticleUpdate", change)
            });
            assert_eq!(slugs(&join_all(saved).await), numbered(name));
        }
        let mut wishes = Vec::new();
        for organisation in [SCHOOL, HOSPITAL].into_iter().cycle().take(6) {
            let mut wish = whole(&app).await;
            wish["organisation"] = json!(app.organisation_node(organisation).await);
            wish["headline"] = json!("Поход");
            wishes.push(wish);
        }
        let begun = wishes.into_iter().map(|wish| send(&app, &admin, "newsArticleCreate", wish));
        assert_eq!(slugs(&join_all(begun).await), numbered("pohod"));
    }

    async fn one_key_for_two_organisations_at_once_begins_one_draft(app) {
        let admin = app.admin().await.person;
        let mut wishes = Vec::new();
        let first = whole(&app).await;
        for organisation in [SCHOOL, HOSPITAL].into_iter().cycle().take(10) {
            let mut wish = first.clone();
            wish["organisation"] = json!(app.organisation_node(organisation).await);
            wishes.push(wish);
        }
        let sent = wishes.into_iter().map(|wish| send(&app, &admin, "newsArticleCreate", wish));
        let payloads = join_all(sent).await;
        let begun: BTreeSet<&str> = payloads.iter().filter_map(|payload| payload["draft"]["id"].as_str()).collect();
        assert_eq!(begun.len(), 1);
        let refused = payloads.iter().filter(|payload| codes(payload) == ["CONFLICT"]).count();
        assert_eq!(refused, 5, "{payloads:#?}");
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

    async fn nobody_publishes_where_they_only_edit(app) {
        let person = app.staff("two@example.ru", "PUBLISHER", json!({ "organisation": app.organisation_node(SCHOOL).await })).await;
        let admin = app.admin().await.person;
        let grant = "mutation($id: ID!, $scope: RoleScopeInput!) { roleGrant(input: { accountId: $id, role: EDITOR, scope: $scope }) { userErrors { code } } }";
        let account = app.ask_by(&person.person, "{ viewer { account { id } } }", json!({})).await;
        let hospital = app.organisation_node(HOSPITAL).await;
        let granted = app.ask_by(&admin, grant, json!({ "id": account.data()["viewer"]["account"]["id"], "scope": { "organisation": hospital } })).await;
        assert_eq!(granted.data()["roleGrant"]["userErrors"], json!([]), "{:#}", granted.body);
        let draft = drafted(&app, &person.person).await;
        let shown = done(&app, &person.person, "newsArticlePublish", seen(&draft)).await;
        let moved = seen_with(&shown, json!({ "organisation": hospital }));
        let moved = done(&app, &person.person, "newsArticleUpdate", moved).await;
        let refused = send(&app, &person.person, "newsArticlePublish", seen(&moved)).await;
        assert_eq!(codes(&refused), ["MAY_NOT_PUBLISH"]);
    }

    async fn a_correspondent_throws_nothing_away_that_others_are_at(app) {
        let correspondent = with_role(&app, "correspondent", "CORRESPONDENT", SCHOOL).await;
        let draft = drafted(&app, &correspondent).await;
        let submitted = done(&app, &correspondent, "newsArticleSubmit", seen(&draft)).await;
        let refused = send(&app, &correspondent, "newsArticleDiscard", seen(&submitted)).await;
        assert_eq!(codes(&refused), ["IN_REVIEW"]);
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
