//! Readers' opens, reads and shares are counted, once a batch, with nobody behind them.

use api::{
    domain::{
        benefits::Benefit, content::AudienceDefinition, news::NewsArticle, reach::forget_batches,
    },
    infra::clock::moscow_date,
};
use chrono::{Days, NaiveDate, TimeDelta};
use entities::{
    account, audit_entry, cache_generation, change_log, content_reach,
    enums::{ContentKind, ContentState},
    event_batch,
};
use futures_util::future::join_all;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    on_both_databases,
    support::{Answer, App, Person, builders},
};

const RECORD: &str = "mutation($input: ContentEventsRecordInput!) {
    contentEventsRecord(input: $input) { accepted userErrors { code field message } } }";
const REACH: &str = "query($id: ID!, $from: Date, $to: Date) {
    contentReach(id: $id, from: $from, to: $to) { day opened read shared pushOpened } }";

async fn send(app: &App, input: &Value) -> Answer {
    app.ask_with(RECORD, json!({ "input": input })).await
}

/// A batch of its own.
async fn record(app: &App, events: Value) -> Value {
    let answer = send(app, &batch(events)).await;
    answer.data()["contentEventsRecord"].clone()
}

fn batch(events: Value) -> Value {
    json!({ "batchKey": Uuid::new_v4(), "events": events })
}

fn opened(id: &str) -> Value {
    json!([{ "content": id, "kind": "OPENED" }])
}

fn today(app: &App) -> NaiveDate {
    moscow_date(app.now())
}

async fn article(app: &App, slug: &str, audience: &AudienceDefinition) -> String {
    let id = builders::article(&app.database, slug, audience).await;
    NewsArticle::NODE.id(id).to_string()
}

async fn public_article(app: &App) -> String {
    article(app, "counted", &AudienceDefinition::default()).await
}

async fn editor(app: &App, organisation: &str) -> Person {
    let scope = json!({ "organisation": app.organisation_node(organisation).await });
    let email = format!("{organisation}@example.ru");
    app.staff(&email, "EDITOR", scope).await.person
}

/// What is counted, in no order.
async fn counted(app: &App) -> Vec<content_reach::Model> {
    let rows = content_reach::Entity::find()
        .all(app.database.reader())
        .await;
    rows.expect("counts")
}

on_both_databases! {
    async fn a_batch_that_is_sent_five_times_at_once_counts_once(app) {
        let (one, other) = (public_article(&app).await, article(&app, "also", &AudienceDefinition::default()).await);
        let yesterday = today(&app) - Days::new(1);
        let input = batch(json!([
            { "content": other, "kind": "SHARED" },
            { "content": one, "kind": "OPENED", "count": 3 },
            { "content": one, "kind": "OPENED" },
            { "content": one, "kind": "READ" },
            { "content": one, "kind": "PUSH_OPENED", "day": yesterday },
        ]));
        let answers = join_all((0..5).map(|_| send(&app, &input))).await;
        for answer in answers {
            assert_eq!(answer.data()["contentEventsRecord"], json!({ "accepted": 5, "userErrors": [] }));
        }
        let mut sums: Vec<(bool, i64, i64, i64, i64)> = counted(&app)
            .await
            .into_iter()
            .map(|row| (row.day == yesterday, row.opened, row.read, row.shared, row.push_opened))
            .collect();
        sums.sort_unstable();
        assert_eq!(sums, [(false, 0, 0, 1, 0), (false, 4, 1, 0, 0), (true, 0, 0, 0, 1)]);

        // Another batch adds to it.
        record(&app, opened(&one)).await;
        assert_eq!(counted(&app).await.iter().map(|row| row.opened).sum::<i64>(), 5);
    }

    async fn many_batches_at_once_lose_nothing(app) {
        let mut ids = Vec::new();
        for number in 0..8 {
            ids.push(article(&app, &format!("counted-{number}"), &AudienceDefinition::default()).await);
        }
        let event = |id: &String| json!({ "content": id, "kind": "OPENED" });
        let batches: Vec<Value> = (0..20)
            .map(|number| {
                // Each begins with another article.
                let mut ids = ids.clone();
                ids.rotate_left(number % 8);
                batch(ids.iter().map(event).collect())
            })
            .collect();
        for answer in join_all(batches.iter().map(|input| send(&app, input))).await {
            assert_eq!(answer.data()["contentEventsRecord"]["accepted"], 8);
        }
        assert!(counted(&app).await.iter().all(|row| row.opened == 20));
        assert_eq!(counted(&app).await.len(), 8);
    }

    async fn what_somebody_may_not_see_they_do_not_count(app) {
        let hidden = article(&app, "for-members", &builders::members()).await;
        let draft = builders::unpublished(&app.database, ContentKind::NewsArticle, "unwritten", ContentState::Draft).await;
        let school = builders::organisation_id(&app.database, "ppo-primer-shkola").await;
        let unknown = [
            hidden.clone(),
            NewsArticle::NODE.id(draft).to_string(),
            NewsArticle::NODE.id(Uuid::now_v7()).to_string(),
            NewsArticle::NODE.id(school).to_string(),
            app.organisation_node("ppo-primer-shkola").await,
        ];
        for id in &unknown {
            let payload = record(&app, opened(id)).await;
            assert_eq!(payload, json!({ "accepted": 1, "userErrors": [] }), "the answer tells nothing");
        }
        assert!(counted(&app).await.is_empty());

        let member = builders::member_of(&app.database, "ppo-primer-shkola").await;
        let input = json!({ "input": batch(opened(&hidden)) });
        app.ask_as(member, RECORD, input).await.data();
        assert_eq!(counted(&app).await.len(), 1);
    }

    async fn nobody_stands_behind_a_count(app) {
        let person = app.sign_in("+79161234567").await;
        let id = public_article(&app).await;
        let told = change_log::Entity::find().count(app.database.reader()).await.expect("a count");
        let noted = audit_entry::Entity::find().count(app.database.reader()).await.expect("a count");
        let generations = cache_generation::Entity::find().all(app.database.reader()).await.expect("rows");

        let sent = app
            .client
            .post(app.url("/graphql"))
            .header("accept", "application/graphql-response+json")
            .header("authorization", format!("Bearer {}", person.access_token))
            .header("x-client", "android/2.1.0")
            .json(&json!({ "query": RECORD, "variables": { "input": batch(opened(&id)) } }))
            .send()
            .await
            .expect("an answer");
        assert_eq!(Answer::of(sent).await.data()["contentEventsRecord"]["accepted"], 1);

        let batches = event_batch::Entity::find().all(app.database.reader()).await.expect("rows");
        let kept = format!("{:?}{batches:?}", counted(&app).await);
        let accounts = account::Entity::find().all(app.database.reader()).await.expect("rows");
        let whose = accounts.iter().flat_map(|row| [row.id.to_string(), row.person_id.to_string()]);
        for trace in whose.chain(["127.0.0.1".into(), "android".into(), "9161234567".into()]) {
            assert!(!kept.contains(&trace), "{trace} in {kept}");
        }
        assert_eq!(batches.len(), 1);
        // Neither readers' copies nor caches hear of it.
        assert_eq!(change_log::Entity::find().count(app.database.reader()).await.expect("a count"), told);
        assert_eq!(audit_entry::Entity::find().count(app.database.reader()).await.expect("a count"), noted);
        assert_eq!(cache_generation::Entity::find().all(app.database.reader()).await.expect("rows"), generations);
    }

    async fn a_batch_has_bounds(app) {
        let id = public_article(&app).await;
        let event = |more: Value| {
            let mut event = json!({ "content": id, "kind": "READ" });
            for (name, value) in more.as_object().expect("fields") {
                event[name] = value.clone();
            }
            event
        };
        let long_ago = today(&app) - Days::new(2);
        let tomorrow = today(&app) + Days::new(1);
        for (events, code, field) in [
            (json!([]), "BATCH_SIZE", json!(["events"])),
            (json!([event(json!({})), event(json!({ "count": 0 }))]), "COUNT_OUT_OF_RANGE", json!(["events", "1", "count"])),
            (json!([event(json!({ "count": 11 }))]), "COUNT_OUT_OF_RANGE", json!(["events", "0", "count"])),
            (json!([event(json!({ "day": long_ago }))]), "DAY_OUT_OF_RANGE", json!(["events", "0", "day"])),
            (json!([event(json!({ "day": tomorrow }))]), "DAY_OUT_OF_RANGE", json!(["events", "0", "day"])),
        ] {
            let payload = record(&app, events).await;
            let error = &payload["userErrors"][0];
            assert_eq!((&error["code"], &error["field"]), (&json!(code), &field), "{payload:#}");
            assert!(payload["accepted"].is_null());
        }
        let hundred: Vec<Value> = (0..100).map(|_| event(json!({ "count": 10 }))).collect();
        let too_many: Vec<Value> = (0..101).map(|_| event(json!({}))).collect();
        assert_eq!(send(&app, &batch(json!(too_many))).await.code(), "BAD_USER_INPUT");
        let no_key = json!({ "batchKey": "x", "events": [event(json!({}))] });
        assert_eq!(send(&app, &no_key).await.refused("input.batchKey"), "BAD_USER_INPUT");
        assert_eq!(send(&app, &batch(opened("x"))).await.refused("content"), "BAD_USER_INPUT");
        assert!(counted(&app).await.is_empty());
        assert_eq!(record(&app, json!(hundred)).await["accepted"], 100);
        assert_eq!(counted(&app).await[0].read, 1000);
    }

    async fn a_batch_is_remembered_for_two_days(app) {
        let input = batch(opened(&public_article(&app).await));
        send(&app, &input).await.data();
        let soon = app.now() + TimeDelta::hours(47);
        assert_eq!(forget_batches(app.database.writer(), soon).await.expect("a statement"), 0);
        let later = app.now() + TimeDelta::hours(49);
        assert_eq!(forget_batches(app.database.writer(), later).await.expect("a statement"), 1);
        assert_eq!(counted(&app).await.len(), 1, "the count stays");
    }

    async fn editors_see_how_their_content_is_read(app) {
        let id = builders::benefit(&app.database, "read", &AudienceDefinition::default()).await;
        builders::hand_over(&app.database, id, "ppo-primer-shkola").await;
        let id = Benefit::NODE.id(id).to_string();
        let yesterday = today(&app) - Days::new(1);
        record(&app, json!([
            { "content": id, "kind": "OPENED", "count": 2 },
            { "content": id, "kind": "SHARED", "day": yesterday },
        ])).await;
        let stranger = editor(&app, "ppo-primer-bolnica").await;
        let refused = app.ask_by(&stranger, REACH, json!({ "id": id })).await;
        assert!(refused.data()["contentReach"].is_null());

        let theirs = editor(&app, "ppo-primer-shkola").await;
        let early = json!({ "id": id, "from": "2020-01-01", "to": "2021-12-31" });
        assert_eq!(app.ask_by(&theirs, REACH, early).await.refused("from"), "BAD_USER_INPUT");
        let seen = app.ask_by(&theirs, REACH, json!({ "id": id })).await;
        assert_eq!(seen.data()["contentReach"], json!([
            { "day": yesterday, "opened": 0, "read": 0, "shared": 1, "pushOpened": 0 },
            { "day": today(&app), "opened": 2, "read": 0, "shared": 0, "pushOpened": 0 },
        ]));
        let only = json!({ "id": id, "from": yesterday, "to": yesterday });
        let seen = app.ask_by(&theirs, REACH, only).await;
        assert_eq!(seen.data()["contentReach"][0]["shared"], 1);
        assert!(seen.data()["contentReach"][1].is_null());
    }
}
