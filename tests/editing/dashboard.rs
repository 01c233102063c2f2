//! What waits for whoever writes, and what is not theirs to see.

use api::{
    domain::{content::AudienceDefinition, news::NewsArticle, push::PushCampaign},
    infra::graphql::NodeId,
};
use chrono::{SecondsFormat, TimeDelta};
use entities::{
    enums::{PushCampaignState, PushChunkState, PushProvider},
    push_campaign, push_chunk,
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};
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
    failingCampaigns { totalCount nodes { id state failure progress { refused } } }
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

/// A campaign of the school's that has begun, with so many of a hundred messages refused; its id.
async fn begun(app: &App, admin: &Person, refused: i32) -> Uuid {
    let create = "mutation($input: PushCampaignCreateInput!) { pushCampaignCreate(input: $input) { campaign { id } userErrors { code } } }";
    let input = json!({
        "clientMutationKey": Uuid::new_v4(),
        "organisation": app.organisation_node(SCHOOL).await,
        "kind": "SERVICE", "title": "Учение", "body": "Проверка связи", "audience": {},
    });
    let made = app.ask_by(admin, create, json!({ "input": input })).await;
    let id = made.data()["pushCampaignCreate"]["campaign"]["id"]
        .as_str()
        .expect("a campaign")
        .into();
    let id = NodeId::decode("id", &id).expect("an id").uuid;
    let now = app.now();
    turn(app, id, |campaign| {
        campaign.state = Set(PushCampaignState::Running);
        campaign.started_at = Set(Some(now));
    })
    .await;
    let chunk = push_chunk::Model {
        id: Uuid::now_v7(),
        campaign_id: id,
        number: 0,
        provider: PushProvider::Fcm,
        urgency: 0,
        lo: 1,
        hi: 100,
        state: PushChunkState::Done,
        not_before_at: now,
        leased_until_at: None,
        fence: 0,
        members: vec![],
        done: vec![],
        rung: vec![],
        planned: 100,
        delivered: 100 - refused,
        pruned: 0,
        refused,
        expired: 0,
        skipped: 0,
        created_at: now,
        finished_at: Some(now),
    };
    let written = push_chunk::Entity::insert(chunk.into_active_model());
    written
        .exec_without_returning(app.database.writer())
        .await
        .expect("a chunk");
    id
}

/// Changes a campaign past the product.
async fn turn(app: &App, id: Uuid, change: impl FnOnce(&mut push_campaign::ActiveModel)) {
    let found = push_campaign::Entity::find_by_id(id)
        .one(app.database.writer())
        .await;
    let mut campaign = found
        .expect("a query")
        .expect("a campaign")
        .into_active_model();
    change(&mut campaign);
    campaign
        .update(app.database.writer())
        .await
        .expect("updated");
}

on_both_databases! {
    async fn who_sends_campaigns_learns_which_fail(app) {
        let publisher = publisher(&app).await;
        let editor = with_role(&app, "editor", "EDITOR", SCHOOL).await;
        let stranger = with_role(&app, "stranger", "PUBLISHER", HOSPITAL).await;
        let admin = app.admin().await.person;
        let nothing = json!({ "totalCount": 0, "nodes": [] });
        // Five of a hundred are not too many.
        begun(&app, &admin, 5).await;
        assert_eq!(dashboard(&app, &publisher).await["failingCampaigns"], nothing);

        let failed = begun(&app, &admin, 0).await;
        let now = app.now();
        for (id, at) in [(failed, now), (begun(&app, &admin, 0).await, now - TimeDelta::days(8))] {
            turn(&app, id, |campaign| {
                campaign.state = Set(PushCampaignState::Failed);
                campaign.failure = Set(Some("TOO_LONG".into()));
                campaign.updated_at = Set(at);
            })
            .await;
        }
        let refused = begun(&app, &admin, 6).await;
        let node = |id| PushCampaign::NODE.id(id).to_string();
        assert_eq!(dashboard(&app, &publisher).await["failingCampaigns"], json!({ "totalCount": 2, "nodes": [
            { "id": node(refused), "state": "RUNNING", "failure": null, "progress": { "refused": 6 } },
            { "id": node(failed), "state": "FAILED", "failure": "TOO_LONG", "progress": { "refused": 0 } },
        ] }));
        assert_eq!(dashboard(&app, &stranger).await["failingCampaigns"], nothing, "of another union");
        assert!(dashboard(&app, &editor).await["failingCampaigns"].is_null());
    }

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
