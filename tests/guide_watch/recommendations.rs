//! Recommendations: written by staff, published by who may, read by all or by activists alone.

use entities::change_log;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::{
    HOSPITAL, SCHOOL, done, guide, key, node, noted, pair, problems, send, somebody, with_role,
};
use crate::{
    on_both_databases,
    support::{Answer, App, Backend, Person, answer::each, builders},
};

const DRAFT: &str =
    "recommendation { id title body bodyHtml audience metric isPublished publishedAt withdrawnAt }";
const LIST: &str = "query($filter: RecommendationFilter) { recommendations(filter: $filter) { totalCount nodes {
    id title audience metric bodyHtml plainText body { __typename } guide { slug } organisation { slug } publishedAt } } }";

async fn written(app: &App, more: Value) -> Value {
    let mut input = json!({
        "clientMutationKey": key(),
        "organisation": app.organisation_node(SCHOOL).await,
        "audience": "ALL",
        "title": "Проверьте запись в МФЦ",
        "body": "Возьмите **паспорт**.",
    });
    for (name, value) in more.as_object().expect("fields") {
        input[name] = value.clone();
    }
    input
}

/// A server that keeps answers: what is for few must not stand in what is kept for all.
async fn keeping(backend: Backend) -> App {
    App::start_with(backend, |settings| settings.cache_megabytes = 16).await
}

/// One that is published.
async fn advised(app: &App, publisher: &Person, more: Value) -> Value {
    let input = written(app, more).await;
    let made = done(app, publisher, "recommendationCreate", DRAFT, input).await;
    let id = json!({ "id": made["recommendation"]["id"] });
    let shown = done(app, publisher, "recommendationPublish", DRAFT, id).await;
    shown["recommendation"].clone()
}

async fn publisher(app: &App) -> Person {
    with_role(app, "publisher", "PUBLISHER", SCHOOL).await
}

fn titles(answer: &Answer) -> Vec<String> {
    each(&answer.data()["recommendations"], "title")
}

on_both_databases! {
    started by keeping;

    async fn what_is_wrong_with_a_recommendation_is_named_at_once(app) {
        let publisher = publisher(&app).await;
        let wrong = json!({ "title": " ", "body": "я".repeat(20_001), "guide": node(uuid::Uuid::now_v7()) });
        let refused = send(&app, &publisher, "recommendationCreate", DRAFT, written(&app, wrong).await).await;
        assert_eq!(problems(&refused), [pair("title", "MISSING"), pair("body", "TOO_LONG"), pair("guide", "GUIDE_NOT_FOUND")]);
        let elsewhere = json!({ "organisation": app.organisation_node(HOSPITAL).await });
        let refused = send(&app, &publisher, "recommendationCreate", DRAFT, written(&app, elsewhere).await).await;
        assert_eq!(problems(&refused), [pair("organisation", "ORGANISATION_NOT_FOUND")]);
        let none = app.ask_by(&publisher, "{ recommendationDrafts { totalCount } }", json!({})).await;
        assert_eq!(none.data()["recommendationDrafts"]["totalCount"], 0);
    }

    async fn readers_see_what_somebody_published_who_may(app) {
        let about = guide(&app, "advised").await;
        let editor = with_role(&app, "editor", "EDITOR", SCHOOL).await;
        let input = written(&app, json!({ "guide": node(about), "metric": "CSAT" })).await;
        let made = done(&app, &editor, "recommendationCreate", DRAFT, input.clone()).await;
        // The same wish is the same recommendation.
        let again = done(&app, &editor, "recommendationCreate", DRAFT, input.clone()).await;
        assert_eq!(again, made);
        let mut other = input;
        other["title"] = json!("Другое");
        let refused = send(&app, &editor, "recommendationCreate", DRAFT, other).await;
        assert_eq!(problems(&refused), [pair("clientMutationKey", "CONFLICT")]);
        let id = json!({ "id": made["recommendation"]["id"] });
        let refused = send(&app, &editor, "recommendationPublish", DRAFT, id.clone()).await;
        assert_eq!(problems(&refused), [pair("", "MAY_NOT_PUBLISH")]);
        let stranger = with_role(&app, "stranger", "PUBLISHER", HOSPITAL).await;
        let refused = send(&app, &stranger, "recommendationPublish", DRAFT, id.clone()).await;
        assert_eq!(problems(&refused), [pair("id", "NOT_FOUND")]);
        assert_eq!(app.ask(LIST).await.data()["recommendations"]["totalCount"], 0);

        let publisher = publisher(&app).await;
        let told = change_log::Entity::find().count(app.database.reader()).await.expect("a count");
        for _ in 0..2 {
            let shown = done(&app, &publisher, "recommendationPublish", DRAFT, id.clone()).await;
            assert_eq!(shown["recommendation"]["isPublished"], true);
        }
        assert_eq!(noted(&app, "recommendation.publish").await, 1);
        assert_eq!(change_log::Entity::find().count(app.database.reader()).await.expect("a count"), told + 1);
        let seen = app.ask(LIST).await;
        let seen = &seen.data()["recommendations"];
        assert_eq!(seen["totalCount"], 1);
        let first = &seen["nodes"][0];
        assert_eq!((&first["metric"], &first["audience"]), (&json!("CSAT"), &json!("ALL")));
        assert_eq!((&first["guide"]["slug"], &first["organisation"]["slug"]), (&json!("advised"), &json!(SCHOOL)));
        assert!(first["bodyHtml"].as_str().expect("HTML").contains("<strong>паспорт</strong>"));
        assert_eq!(first["body"], json!([{ "__typename": "ParagraphBlock" }]));
        let beside = app.ask("{ guide(slug: \"advised\") { recommendations { title } } }").await;
        assert_eq!(beside.data()["guide"]["recommendations"], json!([{ "title": "Проверьте запись в МФЦ" }]));
    }

    async fn a_correction_shows_at_once_and_what_is_withdrawn_is_gone(app) {
        let publisher = publisher(&app).await;
        let shown = advised(&app, &publisher, json!({})).await;
        assert_eq!(titles(&app.ask(LIST).await).len(), 1);
        let editor = with_role(&app, "editor", "EDITOR", SCHOOL).await;
        let change = json!({ "id": shown["id"], "title": "Возьмите и СНИЛС" });
        let refused = send(&app, &editor, "recommendationUpdate", DRAFT, change.clone()).await;
        assert_eq!(problems(&refused), [pair("", "MAY_NOT_PUBLISH")]);
        for _ in 0..2 {
            done(&app, &publisher, "recommendationUpdate", DRAFT, change.clone()).await;
        }
        assert_eq!(noted(&app, "recommendation.update").await, 1, "the second time nothing changes");
        assert_eq!(titles(&app.ask(LIST).await), ["Возьмите и СНИЛС"]);

        let id = json!({ "id": shown["id"] });
        let refused = send(&app, &editor, "recommendationWithdraw", DRAFT, id.clone()).await;
        assert_eq!(problems(&refused), [pair("", "MAY_NOT_PUBLISH")]);
        done(&app, &publisher, "recommendationWithdraw", DRAFT, id.clone()).await;
        assert!(titles(&app.ask(LIST).await).is_empty());
        let query = "query($id: ID!) { node(id: $id) { id } }";
        assert!(app.ask_with(query, id.clone()).await.data()["node"].is_null());
        // An editor may change what readers do not see.
        done(&app, &editor, "recommendationUpdate", DRAFT, json!({ "id": shown["id"], "body": "Иначе." })).await;
        done(&app, &publisher, "recommendationPublish", DRAFT, id.clone()).await;
        assert_eq!(app.ask_with(query, id.clone()).await.data()["node"]["id"], shown["id"]);
        assert_eq!(app.ask(LIST).await.data()["recommendations"]["nodes"][0]["plainText"], "Иначе.");
    }

    async fn what_is_for_activists_is_for_activists_alone(app) {
        let publisher = publisher(&app).await;
        let about = guide(&app, "advised").await;
        advised(&app, &publisher, json!({ "guide": node(about) })).await;
        let secret = advised(&app, &publisher, json!({ "guide": node(about), "audience": "ACTIVISTS", "title": "Активистам" })).await;
        let of_guide = "{ guide(slug: \"advised\") { recommendations { title } } }";
        let by_id = "query($id: ID!) { node(id: $id) { ... on Recommendation { title } } }";
        let member = builders::member_of(&app.database, SCHOOL).await;
        for viewer in [api::infra::auth::Viewer::Anonymous, somebody(), member] {
            let seen = app.ask_as(viewer.clone(), LIST, json!({})).await;
            assert_eq!(titles(&seen), ["Проверьте запись в МФЦ"]);
            assert_eq!(seen.data()["recommendations"]["totalCount"], 1);
            let filtered = app.ask_as(viewer.clone(), LIST, json!({ "filter": { "audience": "ACTIVISTS" } })).await;
            assert_eq!(filtered.data()["recommendations"]["totalCount"], 0);
            let guide = app.ask_as(viewer.clone(), of_guide, json!({})).await;
            assert_eq!(each(&guide.data()["guide"]["recommendations"], "title"), ["Проверьте запись в МФЦ"]);
            let node = app.ask_as(viewer, by_id, json!({ "id": secret["id"] })).await;
            assert!(node.data()["node"].is_null());
        }
        // Over HTTP as well, where answers are kept: first strangers ask, then an activist, then strangers.
        assert_eq!(titles(&app.ask(LIST).await).len(), 1);
        let activist = with_role(&app, "activist", "ACTIVIST", SCHOOL).await;
        let seen = app.ask_by(&activist, LIST, json!({})).await;
        assert_eq!(titles(&seen), ["Активистам", "Проверьте запись в МФЦ"]);
        let guide = app.ask_by(&activist, of_guide, json!({})).await;
        assert_eq!(each(&guide.data()["guide"]["recommendations"], "title"), ["Активистам", "Проверьте запись в МФЦ"]);
        let node = app.ask_by(&activist, by_id, json!({ "id": secret["id"] })).await;
        assert_eq!(node.data()["node"]["title"], "Активистам");
        assert_eq!(titles(&app.ask(LIST).await).len(), 1);
    }

    async fn what_is_about_a_guide_for_members_is_for_members(app) {
        let publisher = publisher(&app).await;
        let about = builders::guide(&app.database, "for-members", &builders::members()).await;
        advised(&app, &publisher, json!({ "guide": node(about) })).await;
        assert!(titles(&app.ask(LIST).await).is_empty());
        let member = builders::member_of(&app.database, SCHOOL).await;
        assert_eq!(titles(&app.ask_as(member, LIST, json!({})).await).len(), 1);
    }
}
