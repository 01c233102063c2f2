//! Keeping content to come back to.

use api::domain::{
    benefits::Benefit, content::AudienceDefinition, guides::ServiceGuide, news::NewsArticle,
};
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{App, Person, answer::each, builders, user_error},
};

const ADD: &str = "mutation($id: ID!) { savedItemAdd(input: { id: $id }) {
    savedItemId userErrors { code field } } }";
const REMOVE: &str = "mutation($id: ID!) { savedItemRemove(input: { id: $id }) {
    savedItemId userErrors { code field } } }";
const SAVED: &str = "query($after: String) { viewer { saved(first: 2, after: $after) { totalCount
    nodes { id savedAt item { __typename
        ... on NewsArticle { slug } ... on Benefit { slug } ... on ServiceGuide { slug } } }
    pageInfo { hasNextPage endCursor } } } }";

async fn add(app: &App, person: &Person, id: &str) -> Value {
    let answer = app.ask_by(person, ADD, json!({ "id": id })).await;
    answer.data()["savedItemAdd"].clone()
}

async fn remove(app: &App, person: &Person, id: &str) -> Value {
    let answer = app.ask_by(person, REMOVE, json!({ "id": id })).await;
    answer.data()["savedItemRemove"].clone()
}

async fn saved(app: &App, person: &Person, after: &Value) -> Value {
    let answer = app.ask_by(person, SAVED, json!({ "after": after })).await;
    answer.data()["viewer"]["saved"].clone()
}

on_both_databases! {
    async fn content_is_kept_until_it_is_removed(app) {
        let public = AudienceDefinition::default();
        let article = builders::article(&app.database, "kept-article", &public).await;
        let benefit = builders::benefit(&app.database, "kept-benefit", &public).await;
        let guide = builders::guide(&app.database, "kept-guide", &public).await;
        let ids = [
            NewsArticle::NODE.id(article).to_string(),
            Benefit::NODE.id(benefit).to_string(),
            ServiceGuide::NODE.id(guide).to_string(),
        ];
        let person = app.sign_in("+79161234567").await;
        for id in ids.iter().chain(&ids) {
            let done = json!({ "savedItemId": id, "userErrors": [] });
            assert_eq!(add(&app, &person, id).await, done);
        }

        let first = saved(&app, &person, &Value::Null).await;
        assert_eq!(first["totalCount"], 3);
        assert_eq!(each(&first, "id"), [ids[2].clone(), ids[1].clone()]);
        assert_eq!(first["nodes"][0]["item"], json!({ "__typename": "ServiceGuide", "slug": "kept-guide" }));
        assert_eq!(first["nodes"][1]["item"], json!({ "__typename": "Benefit", "slug": "kept-benefit" }));
        let second = saved(&app, &person, &first["pageInfo"]["endCursor"]).await;
        assert_eq!(second["nodes"][0]["item"], json!({ "__typename": "NewsArticle", "slug": "kept-article" }));
        assert_eq!(second["pageInfo"]["hasNextPage"], false);

        let another = app.sign_in("+79267654321").await;
        assert_eq!(remove(&app, &another, &ids[1]).await["userErrors"], json!([]));
        assert_eq!(saved(&app, &another, &Value::Null).await["totalCount"], 0);
        assert_eq!(saved(&app, &person, &Value::Null).await["totalCount"], 3);

        builders::withdraw(&app.database, article, "Ошибка", None).await;
        let second = saved(&app, &person, &first["pageInfo"]["endCursor"]).await;
        assert_eq!(second["nodes"][0]["id"], json!(ids[0]));
        assert!(second["nodes"][0]["item"].is_null());
        for id in [&ids[0], &ids[0], &ids[2]] {
            let done = json!({ "savedItemId": id, "userErrors": [] });
            assert_eq!(remove(&app, &person, id).await, done);
        }
        assert_eq!(each(&saved(&app, &person, &Value::Null).await, "id"), [ids[1].clone()]);
    }

    async fn only_what_one_sees_is_kept(app) {
        let public = AudienceDefinition::default();
        let article = builders::article(&app.database, "seen-by-all", &public).await;
        let article = NewsArticle::NODE.id(article).to_string();
        for query in [ADD, REMOVE] {
            let refused = app.ask_with(query, json!({ "id": article })).await;
            assert_eq!(refused.code(), "UNAUTHENTICATED");
        }

        let person = app.sign_in("+79161234567").await;
        let members = builders::members();
        let hidden = builders::benefit(&app.database, "for-members", &members).await;
        let organisation = app.organisation_node("mfp").await;
        for id in [Benefit::NODE.id(hidden).to_string(), organisation] {
            let refused = add(&app, &person, &id).await;
            assert_eq!(user_error(&refused), "ITEM_NOT_FOUND");
            assert_eq!(refused["userErrors"][0]["field"], json!(["id"]));
        }
        for query in [ADD, REMOVE] {
            let malformed = app.ask_by(&person, query, json!({ "id": "news:1" })).await;
            assert_eq!(malformed.refused("input.id"), "BAD_USER_INPUT");
        }
        assert_eq!(saved(&app, &person, &Value::Null).await["totalCount"], 0);
    }
}
