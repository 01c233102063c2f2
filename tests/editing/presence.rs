//! Who is at a draft now, as the others see it.

use api::domain::editing::forget_presence;
use chrono::TimeDelta;
use entities::{audit_entry, draft_presence};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::{HOSPITAL, SCHOOL, codes, done, drafted, publisher, seen, with_role};
use crate::{
    on_both_databases,
    support::{App, Person},
};

const EDITORS: &str =
    "draft { ... on NewsArticleDraft { editors { name isMe since lastSeenAt } } }";

/// Says that somebody is at a draft, or has left it.
async fn say(app: &App, person: &Person, what: &str, draft: &Value) -> Value {
    let query = format!(
        "mutation($id: ID!) {{ draftPresence{what}(input: {{ id: $id }}) {{
            {EDITORS} userErrors {{ code field }} }} }}"
    );
    let answer = app
        .ask_by(person, &query, json!({ "id": draft["id"] }))
        .await;
    answer.data()[format!("draftPresence{what}")].clone()
}

/// Who is at a draft, as somebody sees it: their names, and since when.
async fn editors(app: &App, person: &Person, draft: &Value) -> Vec<Value> {
    let query = "query($id: ID!) { draft(id: $id) { ... on NewsArticleDraft {
        editors { name isMe since lastSeenAt } } } }";
    let answer = app
        .ask_by(person, query, json!({ "id": draft["id"] }))
        .await;
    let editors = answer.data()["draft"]["editors"].as_array();
    editors.expect("editors").clone()
}

fn names(editors: &[Value]) -> Vec<&str> {
    editors
        .iter()
        .map(|editor| editor["name"].as_str().expect("a name"))
        .collect()
}

async fn rows(app: &App) -> u64 {
    let count = draft_presence::Entity::find().count(app.database.reader());
    count.await.expect("a count")
}

on_both_databases! {
    async fn those_who_are_at_a_draft_see_each_other(app) {
        let publisher = publisher(&app).await;
        let editor = with_role(&app, "editor", "EDITOR", SCHOOL).await;
        let draft = drafted(&app, &publisher).await;
        let logged = || audit_entry::Entity::find().count(app.database.reader());
        let before = logged().await.expect("a count");
        assert_eq!(editors(&app, &editor, &draft).await, Vec::<Value>::new());

        let touched = say(&app, &publisher, "Touch", &draft).await;
        assert_eq!(touched["userErrors"], json!([]));
        assert_eq!(touched["draft"]["editors"][0]["isMe"], true);
        app.wait(TimeDelta::seconds(20));
        say(&app, &editor, "Touch", &draft).await;
        let seen_by_editor = editors(&app, &editor, &draft).await;
        assert_eq!(names(&seen_by_editor), ["p***@example.ru", "e***@example.ru"]);
        let is_me = |at: usize| seen_by_editor[at]["isMe"].as_bool().expect("a flag");
        assert_eq!((is_me(0), is_me(1)), (false, true));

        // Heard of again, since the same moment.
        say(&app, &publisher, "Touch", &draft).await;
        let again = editors(&app, &editor, &draft).await;
        assert_eq!(again[0]["since"], seen_by_editor[0]["since"]);
        assert_ne!(again[0]["lastSeenAt"], seen_by_editor[0]["lastSeenAt"]);

        let left = say(&app, &publisher, "End", &draft).await;
        assert_eq!(left["userErrors"], json!([]));
        assert_eq!(names(&editors(&app, &editor, &draft).await), ["e***@example.ru"]);
        // Twice is as once.
        assert_eq!(say(&app, &publisher, "End", &draft).await["userErrors"], json!([]));
        assert_eq!(logged().await.expect("a count"), before);
    }

    async fn whoever_is_silent_for_a_minute_has_left_and_comes_anew(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        say(&app, &publisher, "Touch", &draft).await;
        let first = editors(&app, &publisher, &draft).await;
        app.wait(TimeDelta::seconds(40));
        assert_eq!(editors(&app, &publisher, &draft).await, first);
        app.wait(TimeDelta::seconds(25));
        assert_eq!(editors(&app, &publisher, &draft).await, Vec::<Value>::new());
        say(&app, &publisher, "Touch", &draft).await;
        let again = editors(&app, &publisher, &draft).await;
        assert_ne!(again[0]["since"], first[0]["since"]);

        app.wait(TimeDelta::seconds(65));
        let forgotten = forget_presence(app.database.writer(), app.now()).await;
        assert_eq!(forgotten.expect("a count"), 1);
        assert_eq!(rows(&app).await, 0);
    }

    async fn only_whoever_may_see_a_draft_is_at_it(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        let stranger = with_role(&app, "stranger", "ORGANISATION_ADMIN", HOSPITAL).await;
        let correspondent = with_role(&app, "correspondent", "CORRESPONDENT", SCHOOL).await;
        for person in [&stranger, &correspondent] {
            for what in ["Touch", "End"] {
                let refused = say(&app, person, what, &draft).await;
                assert_eq!(codes(&refused), ["NOT_FOUND"], "{what}");
                assert!(refused["draft"].is_null());
            }
        }
        assert_eq!(rows(&app).await, 0);
        let own = drafted(&app, &correspondent).await;
        assert_eq!(say(&app, &correspondent, "Touch", &own).await["userErrors"], json!([]));
        // What is published has no draft yet, and its editor's page is open all the same.
        let published = done(&app, &publisher, "newsArticlePublish", seen(&draft)).await;
        assert_eq!(say(&app, &publisher, "Touch", &published).await["userErrors"], json!([]));
        assert_eq!(rows(&app).await, 2);
    }

    async fn a_draft_that_is_gone_has_nobody_at_it(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        say(&app, &publisher, "Touch", &draft).await;
        done(&app, &publisher, "newsArticleDiscard", seen(&draft)).await;
        assert_eq!(rows(&app).await, 0);
        assert_eq!(codes(&say(&app, &publisher, "Touch", &draft).await), ["NOT_FOUND"]);
    }

    async fn one_person_is_at_twenty_drafts_at_most(app) {
        let publisher = publisher(&app).await;
        let mut drafts = Vec::new();
        for _ in 0..22 {
            let draft = drafted(&app, &publisher).await;
            say(&app, &publisher, "Touch", &draft).await;
            drafts.push(draft);
        }
        assert_eq!(rows(&app).await, 20);
        assert_eq!(editors(&app, &publisher, &drafts[0]).await, Vec::<Value>::new());
        assert_eq!(editors(&app, &publisher, &drafts[21]).await.len(), 1);
    }

    async fn a_list_asks_once_who_is_at_its_drafts(app) {
        let publisher = publisher(&app).await;
        let editor = with_role(&app, "editor", "EDITOR", SCHOOL).await;
        for _ in 0..3 {
            let draft = drafted(&app, &publisher).await;
            say(&app, &publisher, "Touch", &draft).await;
            say(&app, &editor, "Touch", &draft).await;
        }
        let list = "{ drafts(first: 10) { nodes { ... on NewsArticleDraft { id editors { name } } } } }";
        let statements = app.statements_of_by(&publisher, list).await;
        let of = |table: &str| {
            let from = format!("FROM \"{table}\"");
            statements.iter().filter(|sql| sql.contains(&from)).count()
        };
        assert_eq!(of("draft_presence"), 1, "{statements:#?}");
        assert_eq!(of("person"), 1, "{statements:#?}");
    }
}
