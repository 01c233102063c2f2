//! What waits for whoever writes, and what is not theirs to see.

use api::domain::{content::AudienceDefinition, news::NewsArticle};
use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{HOSPITAL, SCHOOL, done, drafted, publisher, seen, seen_with, whole, with_role};
use crate::{
    on_both_databases,
    support::{App, Person, builders},
};

const DASHBOARD: &str = "{ dashboard {
    waitingForReview { totalCount nodes { id state title organisation { slug } } }
    myDrafts { totalCount nodes { id } }
    returnedToMe { totalCount nodes { id returnComment } }
    scheduled { totalCount nodes { id publishAt } }
    overdueGuides { totalCount nodes { title daysOverdue organisation { slug } } }
    freshness { lastNewsAt newsLast30Days isStale organisation { slug } }
    reach { last7Days { opened read shared pushOpened } previous7Days { opened } }
    withdrawnLast30Days
} }";

async fn dashboard(app: &App, person: &Person) -> Value {
    let answer = app.ask_by(person, DASHBOARD, json!({})).await;
    answer.data()["dashboard"].clone()
}

/// Another draft of everything that publishing asks for.
async fn another(app: &App, person: &Person, headline: &str) -> Value {
    let mut input = whole(app).await;
    input["headline"] = json!(headline);
    done(app, person, "newsArticleCreate", input).await
}

on_both_databases! {
    async fn each_union_sees_its_own_numbers(app) {
        let publisher = publisher(&app).await;
        let editor = with_role(&app, "editor", "EDITOR", SCHOOL).await;
        let stranger = with_role(&app, "stranger", "EDITOR", HOSPITAL).await;
        let before = dashboard(&app, &stranger).await;

        let waiting = drafted(&app, &publisher).await;
        done(&app, &publisher, "newsArticleSubmit", seen(&waiting)).await;
        for (headline, days) in [("Через три дня", 3), ("Через месяц", 30)] {
            let draft = another(&app, &publisher, headline).await;
            let at = (app.now() + TimeDelta::days(days)).to_rfc3339_opts(SecondsFormat::Micros, true);
            done(&app, &publisher, "newsArticlePublish", seen_with(&draft, json!({ "at": at }))).await;
        }
        let draft = another(&app, &publisher, "Снимут").await;
        let published = done(&app, &publisher, "newsArticlePublish", seen(&draft)).await;
        done(&app, &publisher, "newsArticleWithdraw", seen_with(&published, json!({ "explanation": "Ошибка" }))).await;
        let draft = another(&app, &publisher, "Прочтут").await;
        let read = done(&app, &publisher, "newsArticlePublish", seen(&draft)).await;
        let events = json!({ "input": { "batchKey": Uuid::new_v4(), "events": [
            { "content": read["id"], "kind": "OPENED", "count": 4 },
            { "content": read["id"], "kind": "READ" },
        ] } });
        let record = "mutation($input: ContentEventsRecordInput!) { contentEventsRecord(input: $input) { accepted } }";
        app.ask_with(record, events).await.data();
        let guide = builders::guide(&app.database, "due", &AudienceDefinition::default()).await;
        builders::let_lapse(&app.database, guide, SCHOOL).await;

        assert_eq!(dashboard(&app, &stranger).await, before, "nothing of another union shows");
        let seen = dashboard(&app, &editor).await;
        assert_eq!(seen["waitingForReview"], json!({ "totalCount": 1, "nodes": [{
            "id": waiting["id"], "state": "IN_REVIEW", "title": waiting["headline"], "organisation": { "slug": SCHOOL } }] }));
        assert_eq!(seen["myDrafts"]["totalCount"], 0);
        assert_eq!(seen["scheduled"]["totalCount"], 1);
        assert!(seen["scheduled"]["nodes"][0]["publishAt"].is_string());
        assert_eq!(seen["overdueGuides"]["totalCount"], 1);
        assert_eq!(seen["overdueGuides"]["nodes"][0]["organisation"]["slug"], SCHOOL);
        assert_eq!(seen["withdrawnLast30Days"], 1);
        assert_eq!(seen["reach"], json!({
            "last7Days": { "opened": 4, "read": 1, "shared": 0, "pushOpened": 0 }, "previous7Days": { "opened": 0 } }));
        let fresh = seen["freshness"].as_array().expect("organisations");
        let school = fresh.iter().find(|row| row["organisation"]["slug"] == SCHOOL).expect("the school");
        assert_eq!(school["isStale"], false);
        assert!(school["newsLast30Days"].as_i64() >= Some(1));
        assert!(!fresh.iter().any(|row| row["organisation"]["slug"] == HOSPITAL));
        assert_eq!(dashboard(&app, &publisher).await["myDrafts"]["totalCount"], 3);
    }

    async fn who_wrote_it_learns_that_it_came_back(app) {
        let correspondent = with_role(&app, "correspondent", "CORRESPONDENT", SCHOOL).await;
        let editor = with_role(&app, "editor", "EDITOR", SCHOOL).await;
        let draft = drafted(&app, &correspondent).await;
        assert_eq!(dashboard(&app, &correspondent).await["returnedToMe"]["totalCount"], 0);
        let submitted = done(&app, &correspondent, "newsArticleSubmit", seen(&draft)).await;
        let comment = seen_with(&submitted, json!({ "comment": "Где адрес?" }));
        done(&app, &editor, "newsArticleReturn", comment).await;
        let returned = json!({ "totalCount": 1, "nodes": [{ "id": draft["id"], "returnComment": "Где адрес?" }] });
        assert_eq!(dashboard(&app, &correspondent).await["returnedToMe"], returned);
        assert_eq!(dashboard(&app, &editor).await["returnedToMe"]["totalCount"], 0, "it came back to its author");
    }

    async fn the_silent_come_first_and_reach_is_compared_by_weeks(app) {
        let admin = app.admin().await.person;
        let article = builders::article(&app.database, "older", &AudienceDefinition::default()).await;
        let id = NewsArticle::NODE.id(article);
        let record = |times: i32| json!({ "input": { "batchKey": Uuid::new_v4(),
            "events": [{ "content": id, "kind": "OPENED", "count": times }] } });
        let mutation = "mutation($input: ContentEventsRecordInput!) { contentEventsRecord(input: $input) { accepted } }";
        app.ask_with(mutation, record(3)).await.data();
        let seen = dashboard(&app, &admin).await;
        assert_eq!(seen["reach"]["last7Days"]["opened"], 3);
        let times: Vec<&str> = seen["freshness"]
            .as_array()
            .expect("organisations")
            .iter()
            .map(|row| row["lastNewsAt"].as_str().unwrap_or_default())
            .collect();
        assert!(times.len() > 2 && times.is_sorted(), "{times:?}");

        app.wait(TimeDelta::days(7));
        app.ask_with(mutation, record(1)).await.data();
        let admin = app.admin().await.person;
        let seen = dashboard(&app, &admin).await;
        assert_eq!(seen["reach"]["last7Days"]["opened"], 1);
        assert_eq!(seen["reach"]["previous7Days"]["opened"], 3);
    }
}
