//! Readers say whether a guide was of use: once a day each, and nobody knows who.

use api::{
    domain::guide_watch::forget_old,
    infra::{auth::Viewer, clock::moscow_date},
};
use chrono::TimeDelta;
use entities::{
    account, cache_generation, change_log, enums::GuideConcernKind, guide_opinion,
    guide_opinion_sum,
};
use futures_util::future::join_all;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    HOSPITAL, concerns_of, done, guide, key, node, open_kinds, pair, problems, somebody, with_role,
};
use crate::{
    on_both_databases,
    support::{App, builders},
};

const SUBMIT: &str =
    "mutation($input: GuideFeedbackSubmitInput!) { guideFeedbackSubmit(input: $input) {
    feedback { useful notUseful } userErrors { code field message } } }";

async fn say(app: &App, input: &Value) -> Value {
    let answer = app.ask_with(SUBMIT, json!({ "input": input })).await;
    answer.data()["guideFeedbackSubmit"].clone()
}

async fn say_as(app: &App, viewer: Viewer, input: &Value) -> Value {
    let answer = app.ask_as(viewer, SUBMIT, json!({ "input": input })).await;
    answer.data()["guideFeedbackSubmit"].clone()
}

fn opinion(guide: Uuid, is_useful: bool) -> Value {
    json!({ "clientMutationKey": key(), "guide": node(guide), "isUseful": is_useful })
}

fn with(mut input: Value, more: Value) -> Value {
    for (name, value) in more.as_object().expect("fields") {
        input[name] = value.clone();
    }
    input
}

async fn opinions(app: &App) -> Vec<guide_opinion::Model> {
    guide_opinion::Entity::find()
        .all(app.database.writer())
        .await
        .expect("opinions")
}

async fn sums(app: &App) -> Vec<(i64, i64)> {
    let rows = guide_opinion_sum::Entity::find()
        .all(app.database.writer())
        .await
        .expect("sums");
    rows.iter()
        .map(|row| (row.useful, row.not_useful))
        .collect()
}

on_both_databases! {
    async fn what_is_wrong_with_an_opinion_is_named_and_nothing_is_kept(app) {
        let id = guide(&app, "judged").await;
        let hidden = builders::guide(&app.database, "for-members", &builders::members()).await;
        for (input, expected) in [
            (opinion(Uuid::now_v7(), true), vec![pair("guide", "GUIDE_NOT_FOUND")]),
            (opinion(hidden, true), vec![pair("guide", "GUIDE_NOT_FOUND")]),
            (with(opinion(id, true), json!({ "reason": "OUTDATED" })), vec![pair("reason", "OUT_OF_PLACE")]),
            (with(opinion(id, false), json!({ "comment": "я".repeat(501) })), vec![pair("comment", "TOO_LONG")]),
            (
                with(opinion(hidden, true), json!({ "reason": "OTHER", "comment": "я".repeat(501) })),
                vec![pair("guide", "GUIDE_NOT_FOUND"), pair("reason", "OUT_OF_PLACE"), pair("comment", "TOO_LONG")],
            ),
        ] {
            let refused = say(&app, &input).await;
            assert_eq!(problems(&refused), expected);
            assert!(refused["feedback"].is_null());
        }
        let no_key = with(opinion(id, true), json!({ "clientMutationKey": "x" }));
        let refused = app.ask_with(SUBMIT, json!({ "input": no_key })).await;
        assert_eq!(refused.refused("input.clientMutationKey"), "BAD_USER_INPUT");
        let endless = with(opinion(id, false), json!({ "comment": "я".repeat(50_000) }));
        let refused = app.ask_with(SUBMIT, json!({ "input": endless })).await;
        assert_eq!(refused.status.as_u16(), 413);
        assert!(opinions(&app).await.is_empty() && sums(&app).await.is_empty());

        let member = builders::member_of(&app.database, "ppo-primer-shkola").await;
        let said = say_as(&app, member, &opinion(hidden, true)).await;
        assert_eq!(said["feedback"], json!({ "useful": 1, "notUseful": 0 }));
    }

    async fn an_opinion_counts_once_and_the_last_of_the_day_holds(app) {
        let (id, other) = (guide(&app, "judged").await, guide(&app, "other").await);
        let first = opinion(id, true);
        for _ in 0..2 {
            assert_eq!(say(&app, &first).await["feedback"], json!({ "useful": 1, "notUseful": 0 }));
        }
        for another in [with(first.clone(), json!({ "isUseful": false })), with(first.clone(), json!({ "guide": node(other) }))] {
            assert_eq!(problems(&say(&app, &another).await), [pair("clientMutationKey", "CONFLICT")]);
        }
        let second = with(opinion(id, false), json!({ "reason": "MISSING_STEP", "comment": "  Нет шага с паролем " }));
        assert_eq!(say(&app, &second).await["feedback"], json!({ "useful": 0, "notUseful": 1 }));
        let kept = opinions(&app).await;
        assert_eq!(kept.len(), 1, "the second opinion of a day stands in the first one's place");
        assert_eq!(kept[0].comment.as_deref(), Some("Нет шага с паролем"));
        // Somebody else has their own.
        assert_eq!(say_as(&app, somebody(), &opinion(id, true)).await["feedback"], json!({ "useful": 1, "notUseful": 1 }));
        let seen = app.ask("{ guide(slug: \"judged\") { feedback { useful notUseful } } }").await;
        assert_eq!(seen.data()["guide"]["feedback"], json!({ "useful": 1, "notUseful": 1 }));
        // The next day is another one.
        app.wait(TimeDelta::days(1));
        assert_eq!(say(&app, &opinion(id, true)).await["feedback"], json!({ "useful": 2, "notUseful": 1 }));
    }

    async fn many_opinions_at_once_all_count(app) {
        let id = guide(&app, "judged").await;
        let inputs: Vec<Value> = (0..20).map(|number| opinion(id, number % 4 != 0)).collect();
        let said = join_all(inputs.iter().map(|input| say_as(&app, somebody(), input))).await;
        assert!(said.iter().all(|payload| payload["userErrors"] == json!([])));
        assert_eq!(sums(&app).await, [(15, 5)]);
        assert_eq!(opinions(&app).await.len(), 20);
    }

    async fn nobody_stands_behind_an_opinion(app) {
        let id = guide(&app, "judged").await;
        let person = app.sign_in("+79161234567").await;
        let told = change_log::Entity::find().count(app.database.reader()).await.expect("a count");
        let generations = cache_generation::Entity::find().all(app.database.reader()).await.expect("rows");
        let comment = json!({ "comment": "Звоните +7 916 123-45-67 или ivan@example.ru" });
        done(&app, &person, "guideFeedbackSubmit", "feedback { useful }", with(opinion(id, false), comment)).await;
        say(&app, &opinion(id, true)).await;

        let kept = format!("{:?}", opinions(&app).await);
        let accounts = account::Entity::find().all(app.database.reader()).await.expect("rows");
        let whose = accounts.iter().flat_map(|row| [row.id.to_string(), row.person_id.to_string()]);
        for trace in whose.chain(["127.0.0.1".into(), "123-45-67".into(), "ivan@example.ru".into()]) {
            assert!(!kept.contains(&trace), "{trace} in {kept}");
        }
        // Neither readers' copies nor caches hear of it.
        assert_eq!(change_log::Entity::find().count(app.database.reader()).await.expect("a count"), told);
        assert_eq!(cache_generation::Entity::find().all(app.database.reader()).await.expect("rows"), generations);

        assert!(opinions(&app).await.iter().all(|row| row.voter.is_some()));
        forget_old(&app.database, app.now() + TimeDelta::hours(26)).await.expect("forgotten");
        let left = opinions(&app).await;
        assert!(left.len() == 2 && left.iter().all(|row| row.voter.is_none() && row.voter_ends_at.is_none()));
        forget_old(&app.database, app.now() + TimeDelta::days(366)).await.expect("forgotten");
        assert!(opinions(&app).await.is_empty());
        assert_eq!(sums(&app).await, [(1, 1)], "the sums stay");
    }

    async fn a_flood_from_one_address_is_stopped(app) {
        let id = guide(&app, "judged").await;
        for number in 0..30 {
            assert_eq!(say(&app, &opinion(id, number % 2 == 0)).await["userErrors"], json!([]));
        }
        assert_eq!(problems(&say(&app, &opinion(id, true)).await), [pair("", "TOO_MANY")]);
        assert_eq!(sums(&app).await, [(0, 1)], "thirty of one address are one");
        assert_eq!(say_as(&app, somebody(), &opinion(id, true)).await["userErrors"], json!([]));
    }

    async fn a_guide_that_helps_few_is_doubtful_until_somebody_has_looked(app) {
        let id = guide(&app, "judged").await;
        for number in 0..19 {
            say_as(&app, somebody(), &opinion(id, number % 2 == 0)).await;
        }
        assert!(open_kinds(&app, id).await.is_empty(), "nineteen say nothing");
        say_as(&app, somebody(), &opinion(id, false)).await;
        assert_eq!(open_kinds(&app, id).await, [GuideConcernKind::Feedback]);
        let details = &concerns_of(&app, id).await[0].details;
        assert!(details.contains("10 читателям из последних 20"), "{details}");

        let admin = app.admin().await.person;
        let seen = app.ask_by(&admin, "{ guideConcerns { nodes { id } } }", json!({})).await;
        let concern = json!({ "id": seen.data()["guideConcerns"]["nodes"][0]["id"] });
        done(&app, &admin, "guideConcernDismiss", "concern { isOpen }", concern).await;
        for _ in 0..19 {
            say_as(&app, somebody(), &opinion(id, false)).await;
        }
        assert!(open_kinds(&app, id).await.is_empty(), "what was dealt with does not count again");
        say_as(&app, somebody(), &opinion(id, false)).await;
        assert_eq!(open_kinds(&app, id).await, [GuideConcernKind::Feedback]);
    }

    async fn editors_read_what_readers_of_their_guides_say(app) {
        let id = guide(&app, "judged").await;
        let saying = json!({ "reason": "WRONG_LINK", "comment": "Ссылка не открывается" });
        say(&app, &with(opinion(id, false), saying)).await;
        say_as(&app, somebody(), &opinion(id, true)).await;
        let query = "query($filter: GuideOpinionFilter) { guideOpinions(filter: $filter) { totalCount
            nodes { isUseful reason comment revision day guide { slug } } } }";
        let stranger = with_role(&app, "stranger", "EDITOR", HOSPITAL).await;
        let refused = app.ask_by(&stranger, query, json!({})).await;
        assert_eq!(refused.data()["guideOpinions"]["totalCount"], 0);

        let admin = app.admin().await.person;
        let seen = app.ask_by(&admin, query, json!({ "filter": { "guide": node(id), "hasComment": true } })).await;
        assert_eq!(seen.data()["guideOpinions"], json!({ "totalCount": 1, "nodes": [{
            "isUseful": false, "reason": "WRONG_LINK", "comment": "Ссылка не открывается", "revision": 1,
            "day": moscow_date(app.now()), "guide": { "slug": "judged" } }] }));
        let useful = app.ask_by(&admin, query, json!({ "filter": { "isUseful": true } })).await;
        assert_eq!(useful.data()["guideOpinions"]["totalCount"], 1);
    }
}
