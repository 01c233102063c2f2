//! Full load, changes, removals, and cursors that lead nowhere.

use api::{domain::content::AudienceDefinition, infra::auth::Viewer};
use entities::{change_log, news_article, published_object};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr,
};
use serde_json::{Value, json};

use super::phone::{CHANGES, Phone};
use crate::{
    on_both_databases,
    support::{App, builders},
};

async fn is_reset(app: &App, phone: &Phone) -> bool {
    let page = phone.ask(app, 10).await.data()["changes"].clone();
    if page["resetRequired"] == json!(true) {
        assert_eq!(
            (&page["cursor"], &page["changed"]),
            (&Value::Null, &json!([]))
        );
    }
    page["resetRequired"] == json!(true)
}

fn of_type<'a>(phone: &'a Phone, name: &str) -> Vec<&'a Value> {
    phone
        .items
        .values()
        .filter(|item| item["type"] == name)
        .collect()
}

fn decoded(cursor: &Value) -> Value {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let bytes = BASE64_URL_SAFE_NO_PAD
        .decode(cursor.as_str().expect("a cursor"))
        .expect("base64");
    serde_json::from_slice(&bytes).expect("a cursor")
}

fn encoded(cursor: &Value) -> Value {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    json!(BASE64_URL_SAFE_NO_PAD.encode(cursor.to_string()))
}

on_both_databases! {
    async fn what_is_no_cursor_is_refused(app) {
        for since in ["", "мусор", "e30", "WyJuZXdzIiwxXQ", "AAAA"] {
            let refused = app.ask_with(CHANGES, json!({ "since": since })).await;
            assert_eq!(refused.refused("since"), "BAD_USER_INPUT", "{since}");
        }
        for first in [0, 101, -1] {
            let refused = app.ask_with(CHANGES, json!({ "first": first })).await;
            assert_eq!(refused.refused("first"), "BAD_USER_INPUT");
        }
    }

    async fn a_copy_of_something_else_begins_anew(app) {
        let mut phone = Phone::new(Viewer::Anonymous);
        phone.catch_up(&app, 100).await;
        let followed = phone.cursor.clone();
        assert!(!is_reset(&app, &phone).await);

        phone.types = json!(["SERVICE_GUIDE"]);
        assert!(is_reset(&app, &phone).await, "another choice of types");
        phone.types = Value::Null;

        builders::article(&app.database, "for-members", &builders::members()).await;
        let member = builders::member_of(&app.database, "ppo-primer-shkola").await;
        phone.viewer = member;
        assert!(is_reset(&app, &phone).await, "another audience");
        phone.viewer = Viewer::Anonymous;

        for (part, value) in [("e", json!(99)), ("p", json!({ "f": { "since": 1_000_000 } })), ("p", json!({ "f": { "since": -5 } }))] {
            let mut cursor = decoded(&followed);
            cursor[part] = value;
            phone.cursor = encoded(&cursor);
            assert!(is_reset(&app, &phone).await, "{cursor}");
        }
    }

    async fn everything_published_is_in_the_copy_reference_data_first(app) {
        let mut phone = Phone::new(Viewer::Anonymous);
        let first = phone.take_page(&app, 5).await;
        assert_eq!(first["changed"][0]["type"], "NewsCategory");
        assert_eq!(first["hasMore"], true);
        phone.catch_up(&app, 17).await;
        let published = published_object::Entity::find()
            .filter(published_object::Column::ObjectType.ne("ConsentText"))
            .count(app.database.reader()).await.expect("a count");
        assert_eq!(phone.items.len() as u64, published);
        for (of, least) in [("NewsArticle", 80), ("Benefit", 40), ("ServiceGuide", 12), ("OrganisationPage", 5), ("Course", 6),
            ("Organisation", 30), ("NewsCategory", 5), ("BenefitCategory", 5), ("GuideCategory", 3), ("LifeEvent", 3),
            ("Partner", 10), ("Outlet", 50)] {
            assert!(of_type(&phone, of).len() >= least, "{of}: {}", of_type(&phone, of).len());
        }
    }

    async fn from_then_on_only_what_has_changed_comes(app) {
        let mut phone = Phone::new(Viewer::Anonymous);
        phone.types = json!(["NEWS_ARTICLE"]);
        phone.catch_up(&app, 100).await;
        let public = AudienceDefinition::default();
        let id = builders::article(&app.database, "brand-new", &public).await;
        builders::benefit(&app.database, "not-asked-for", &public).await;
        let page = phone.take_page(&app, 50).await;
        assert_eq!(page["changed"].as_array().expect("a list").len(), 1);
        assert_eq!(page["changed"][0]["headline"], "brand-new");
        assert_eq!((&page["hasMore"], &page["removed"]), (&json!(false), &json!([])));

        builders::withdraw(&app.database, id, "ошибка", None).await;
        let page = phone.take_page(&app, 50).await;
        assert_eq!(page["removed"][0]["reason"], "WITHDRAWN");
        assert_eq!(page["removed"].as_array().expect("a list").len(), 1);
        assert_eq!(phone.items, phone.fresh(&app).await);
    }

    async fn what_is_for_others_now_is_taken_away_without_telling_more(app) {
        let public = AudienceDefinition::default();
        let id = builders::article(&app.database, "soon-for-members", &public).await;
        let mut phone = Phone::new(Viewer::Anonymous);
        phone.catch_up(&app, 100).await;
        builders::change_audience(&app.database, id, &builders::members()).await;
        let page = phone.take_page(&app, 50).await;
        assert_eq!(page["removed"][0]["reason"], "UNAVAILABLE");
        assert_eq!(page["changed"], json!([]));

        // What strangers never saw is not told them when it goes.
        builders::withdraw(&app.database, id, "ошибка", None).await;
        let page = phone.take_page(&app, 50).await;
        assert_eq!((&page["removed"], &page["changed"]), (&json!([]), &json!([])));
    }

    async fn a_copy_older_than_the_log_begins_anew(app) {
        let mut phone = Phone::new(Viewer::Anonymous);
        phone.catch_up(&app, 100).await;
        let lagging = phone.cursor.clone();
        let public = AudienceDefinition::default();
        builders::article(&app.database, "after-the-copy", &public).await;
        phone.catch_up(&app, 100).await;
        let long_ago = chrono::DateTime::from_timestamp(1_000_000_000, 0).expect("an instant");
        change_log::Entity::update_many()
            .col_expr(change_log::Column::ChangedAt, Expr::value(long_ago))
            .exec(app.database.writer()).await.expect("aged");
        let day_before = api::infra::clock::Clock::system().now() - chrono::TimeDelta::days(180);
        let gone = api::infra::db::prune_changes(&app.database, day_before).await.expect("pruned");
        assert!(gone > 100, "{gone}");
        assert!(!is_reset(&app, &phone).await, "a copy at the head needs no log");
        phone.cursor = lagging;
        assert!(is_reset(&app, &phone).await);
        // A new copy still has everything: what is published does not stand in the log.
        phone.cursor = Value::Null;
        phone.catch_up(&app, 100).await;
        assert!(of_type(&phone, "NewsArticle").len() > 80);
    }

    async fn a_heavy_page_is_cut_short_and_nothing_is_lost(app) {
        let public = AudienceDefinition::default();
        for number in 0..4 {
            builders::article(&app.database, &format!("heavy-{number}"), &public).await;
        }
        app.database.writer().execute_unprepared(&format!(
            "UPDATE content_revision SET document = '\"{}\"' WHERE content_id IN (SELECT id FROM content WHERE slug LIKE 'heavy-%')",
            "x".repeat(150_000))).await.expect("heavier");
        let mut phone = Phone::new(Viewer::Anonymous);
        phone.types = json!(["NEWS_ARTICLE"]);
        let page = phone.take_page(&app, 50).await;
        assert_eq!(page["changed"].as_array().expect("a list").len(), 1, "two would be too heavy");
        assert_eq!(page["hasMore"], true);
        phone.catch_up(&app, 50).await;
        let articles = news_article::Entity::find().count(app.database.reader()).await.expect("a count");
        assert_eq!(phone.items.len() as u64, articles);
    }
}
