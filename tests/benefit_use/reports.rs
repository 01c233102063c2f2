//! Reports of benefits that were not given, and what proven ones lead to.

use api::domain::benefits::Outlet;
use entities::{benefit, benefit_eligible_organisation, outlet};
use sea_orm::{ActiveModelTrait, EntityTrait, Set};
use serde_json::{Value, json};

use super::{Offer, SCHOOL, audited, crowd, given, new_key, offer, redeem};
use crate::{
    on_both_databases,
    support::{App, Person, builders, user_error},
};

const REPORT: &str = "mutation($benefit: ID!, $outlet: ID, $comment: String, $key: ID!) {
    benefitNotHonouredReport(input: { benefitId: $benefit, outletId: $outlet, comment: $comment, clientMutationKey: $key }) {
        report { id createdAt } userErrors { code field } } }";
const QUEUE: &str =
    "query($state: BenefitReportState) { benefitReports(state: $state) { totalCount nodes {
    id state comment benefitId benefitTitle outlet { id } createdAt decidedAt } } }";
const CONFIRM: &str = "mutation($id: ID!) { benefitReportConfirm(input: { reportId: $id }) {
    report { id state comment benefitTitle } userErrors { code field } } }";
const REJECT: &str = "mutation($id: ID!) { benefitReportReject(input: { reportId: $id }) {
    report { id state comment benefitTitle } userErrors { code field } } }";
const RESUME: &str = "mutation($id: ID!) { benefitResume(input: { benefitId: $id }) {
    benefitId userErrors { code field } } }";

const READ: &str = "query($slug: String!) { benefit(slug: $slug) {
    suspendedSince eligibility { status reasons eligibleFrom } } }";
const MINE: &str = "{ benefits(filter: { eligibleForMe: true }, first: 100) { nodes { slug } } }";
const CHANGED: &str =
    "query($since: String) { changes(types: [BENEFIT], since: $since, first: 40) {
    changed { ... on Benefit { slug suspendedSince } } cursor hasMore } }";

/// What somebody writes.
fn words(offer: &Offer, comment: &str, key: &str) -> Value {
    json!({ "benefit": offer.node, "comment": comment, "key": key })
}

async fn report(app: &App, person: &Person, variables: Value) -> Value {
    let answer = app.ask_by(person, REPORT, variables).await;
    answer.data()["benefitNotHonouredReport"].clone()
}

/// Reports a benefit and returns the report's id.
async fn reported(app: &App, person: &Person, offer: &Offer) -> Value {
    let payload = report(app, person, words(offer, "Не дали", &new_key())).await;
    assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
    payload["report"]["id"].clone()
}

/// Confirms or rejects, and returns the payload.
async fn decide(app: &App, officer: &Person, query: &str, id: &Value) -> Value {
    let answer = app.ask_by(officer, query, json!({ "id": id })).await;
    let data = answer.data().as_object().expect("data");
    data.values().next().expect("a payload").clone()
}

async fn confirm(app: &App, officer: &Person, id: &Value) {
    let decided = decide(app, officer, CONFIRM, id).await;
    assert_eq!(decided["report"]["state"], "CONFIRMED", "{decided:#}");
}

/// Everybody reports a benefit, and an officer confirms.
async fn prove(app: &App, officer: &Person, members: &[Person], offer: &Offer) {
    for member in members {
        let id = reported(app, member, offer).await;
        confirm(app, officer, &id).await;
    }
}

async fn resume(app: &App, officer: &Person, offer: &Offer) {
    let resumed = decide(app, officer, RESUME, &json!(offer.node)).await;
    assert_eq!(resumed["userErrors"], json!([]), "{resumed:#}");
}

/// What a member is told of whether they may use a benefit.
async fn explained(app: &App, person: &Person, slug: &str) -> Value {
    let seen = app.ask_by(person, READ, json!({ "slug": slug })).await;
    seen.data()["benefit"]["eligibility"].clone()
}

/// The benefits that changed since then, and where that list ended.
async fn changed(app: &App, since: Value) -> (Vec<Value>, Value) {
    let (mut items, mut since) = (Vec::new(), since);
    loop {
        let page = app.ask_with(CHANGED, json!({ "since": since })).await;
        let page = &page.data()["changes"];
        items.extend(page["changed"].as_array().expect("items").iter().cloned());
        since = page["cursor"].clone();
        if page["hasMore"] == json!(false) {
            return (items, since);
        }
    }
}

async fn queue(app: &App, officer: &Person, state: Value) -> Value {
    let answer = app.ask_by(officer, QUEUE, json!({ "state": state })).await;
    answer.data()["benefitReports"].clone()
}

on_both_databases! {
    async fn members_report_each_thing_once(app) {
        let crowd = crowd(&app, 1).await;
        let member = &crowd.members[0];
        let bad = offer(&app, "not-given", |_| {}).await;
        let refused = app.ask_with(REPORT, words(&bad, "Не дали", &new_key())).await;
        assert_eq!(refused.code(), "UNAUTHENTICATED");
        let stranger = app.sign_in("+79267654321").await;
        let refused = report(&app, &stranger, words(&bad, "Не дали", &new_key())).await;
        assert_eq!(user_error(&refused), "NOT_ELIGIBLE");

        let key = new_key();
        let first = report(&app, member, words(&bad, " Не дали ", &key)).await;
        assert_eq!(first["userErrors"], json!([]));
        assert_eq!(report(&app, member, words(&bad, "Не дали", &key)).await, first);
        let other = report(&app, member, words(&bad, "Нагрубили", &key)).await;
        assert_eq!(user_error(&other), "CONFLICT");
        assert_eq!(other["userErrors"][0]["field"], json!(["clientMutationKey"]));

        let long = report(&app, member, words(&bad, &"ж".repeat(501), &new_key())).await;
        assert_eq!(user_error(&long), "COMMENT_TOO_LONG");
        let row = benefit::Entity::find_by_id(bad.id).one(app.database.reader()).await;
        let partner = row.expect("a query").expect("a benefit").partner_id.expect("a partner");
        let places = outlet::Entity::find().all(app.database.reader()).await.expect("outlets");
        let (theirs, others): (Vec<_>, Vec<_>) = places.iter().partition(|place| place.partner_id == partner);
        for (place, code) in [(theirs[0], None), (others[0], Some("OUTLET_NOT_FOUND"))] {
            let mut variables = words(&bad, &"ж".repeat(500), &new_key());
            variables["outlet"] = json!(Outlet::NODE.id(place.id).to_string());
            let payload = report(&app, member, variables).await;
            match code {
                None => assert_eq!(payload["userErrors"], json!([]), "{payload:#}"),
                Some(code) => assert_eq!(user_error(&payload), code),
            }
        }

        for _ in 0..3 {
            reported(&app, member, &bad).await;
        }
        let sixth = report(&app, member, words(&bad, "Не дали", &new_key())).await;
        assert_eq!(user_error(&sixth), "TOO_MANY_REPORTS");
        assert_eq!(report(&app, member, words(&bad, "Не дали", &key)).await, first);
    }

    async fn who_was_given_it_lately_may_report_it(app) {
        let members = crowd(&app, 2).await.members;
        let changed = offer(&app, "for-others-now", |_| {}).await;
        given(&app, &members[0], &changed).await;
        let railwaymen = builders::organisation_id(&app.database, "dorprofzhel").await;
        let row = benefit_eligible_organisation::ActiveModel {
            benefit_id: Set(changed.id),
            organisation_id: Set(railwaymen),
        };
        row.insert(app.database.writer()).await.expect("inserted");

        reported(&app, &members[0], &changed).await;
        let refused = report(&app, &members[1], words(&changed, "Не дали", &new_key())).await;
        assert_eq!(user_error(&refused), "NOT_ELIGIBLE");
    }

    async fn three_members_reports_suspend_until_staff_resume(app) {
        let members = crowd(&app, 3).await.members;
        let admin = app.admin().await.person;
        let bad = offer(&app, "never-given", |_| {}).await;
        let mut reports = vec![reported(&app, &members[0], &bad).await];
        for member in &members {
            reports.push(reported(&app, member, &bad).await);
        }
        let waiting = queue(&app, &admin, json!("NEW")).await;
        assert_eq!(waiting["totalCount"], 4);
        let oldest = &waiting["nodes"][0];
        assert_eq!(oldest["id"], reports[0]);
        assert_eq!(oldest["comment"], "Не дали");
        assert_eq!(oldest["benefitId"], json!(bad.node));
        assert_eq!(oldest["benefitTitle"], "never-given");
        assert!(oldest["outlet"].is_null() && oldest["decidedAt"].is_null());

        // Two of these are one member's.
        for id in &reports[..3] {
            confirm(&app, &admin, id).await;
            confirm(&app, &admin, id).await;
        }
        given(&app, &members[2], &bad).await;
        let decided = decide(&app, &admin, REJECT, &reports[0]).await;
        assert_eq!(user_error(&decided), "REPORT_DECIDED");

        confirm(&app, &admin, &reports[3]).await;
        let refused = redeem(&app, &members[2], &bad, &new_key()).await;
        assert_eq!(user_error(&refused), "SUSPENDED");
        assert_eq!(queue(&app, &admin, json!("NEW")).await["totalCount"], 0);
        assert_eq!(queue(&app, &admin, Value::Null).await["totalCount"], 4);

        for _ in 0..2 {
            let resumed = decide(&app, &admin, RESUME, &json!(bad.node)).await;
            assert_eq!(resumed, json!({ "benefitId": bad.node, "userErrors": [] }));
        }
        given(&app, &members[2], &bad).await;
        let done: Vec<String> = audited(&app, &bad).await.into_iter().map(|(action, _)| action).collect();
        assert_eq!(done, ["benefit.suspended", "benefit.resume"]);
    }

    async fn readers_are_told_that_a_benefit_is_suspended(app) {
        let members = crowd(&app, 3).await.members;
        let stranger = app.sign_in("+79267654321").await;
        let admin = app.admin().await.person;
        let bad = offer(&app, "told-to-readers", |_| {}).await;
        let usable = json!({ "status": "ELIGIBLE", "reasons": [], "eligibleFrom": null });
        assert_eq!(explained(&app, &members[0], "told-to-readers").await, usable);
        let (_, since) = changed(&app, Value::Null).await;

        prove(&app, &admin, &members, &bad).await;
        let seen = app.ask_with(READ, json!({ "slug": "told-to-readers" })).await;
        let seen = &seen.data()["benefit"];
        assert!(seen["suspendedSince"].is_string(), "{seen:#}");
        assert_eq!(seen["eligibility"]["status"], "SIGN_IN_REQUIRED");
        let suspended = explained(&app, &members[0], "told-to-readers").await;
        assert_eq!(suspended, json!({ "status": "INELIGIBLE", "reasons": ["TEMPORARILY_SUSPENDED"], "eligibleFrom": null }));
        let to_stranger = explained(&app, &stranger, "told-to-readers").await;
        assert_eq!(to_stranger["reasons"], json!(["NO_MEMBERSHIP", "TEMPORARILY_SUSPENDED"]));
        let mine = app.ask_by(&members[0], MINE, json!({})).await;
        assert!(!mine.data().to_string().contains("told-to-readers"), "the filter and the explanation must agree");
        let (items, since) = changed(&app, since).await;
        assert_eq!(items, [json!({ "slug": "told-to-readers", "suspendedSince": seen["suspendedSince"] })]);
        let statements = app.statements_of("{ benefits(first: 20) { nodes { slug suspendedSince } } }").await;
        assert_eq!(statements.len(), 2, "{statements:#?}");

        resume(&app, &admin, &bad).await;
        assert_eq!(explained(&app, &members[0], "told-to-readers").await, usable);
        let mine = app.ask_by(&members[0], MINE, json!({})).await;
        assert!(mine.data().to_string().contains("told-to-readers"));
        let (items, _) = changed(&app, since).await;
        assert_eq!(items, [json!({ "slug": "told-to-readers", "suspendedSince": null })]);
    }

    async fn what_was_confirmed_before_staff_resumed_counts_no_more(app) {
        let members = crowd(&app, 3).await.members;
        let admin = app.admin().await.person;
        let bad = offer(&app, "resumed", |_| {}).await;
        // Made before the benefit is resumed, decided after.
        let late = reported(&app, &members[0], &bad).await;
        prove(&app, &admin, &members, &bad).await;
        assert_eq!(user_error(&redeem(&app, &members[0], &bad, &new_key()).await), "SUSPENDED");
        resume(&app, &admin, &bad).await;
        confirm(&app, &admin, &late).await;
        prove(&app, &admin, &members[..2], &bad).await;
        given(&app, &members[0], &bad).await;

        prove(&app, &admin, &members[2..], &bad).await;
        assert_eq!(user_error(&redeem(&app, &members[0], &bad, &new_key()).await), "SUSPENDED");
        let done: Vec<String> = audited(&app, &bad).await.into_iter().map(|(action, _)| action).collect();
        assert_eq!(done, ["benefit.suspended", "benefit.resume", "benefit.suspended"]);
    }

    async fn rejected_reports_suspend_nothing(app) {
        let members = crowd(&app, 3).await.members;
        let admin = app.admin().await.person;
        let good = offer(&app, "given-after-all", |_| {}).await;
        for member in &members {
            let id = reported(&app, member, &good).await;
            let decided = decide(&app, &admin, REJECT, &id).await;
            assert_eq!(decided["report"]["state"], "REJECTED");
            let refused = decide(&app, &admin, CONFIRM, &id).await;
            assert_eq!(user_error(&refused), "REPORT_DECIDED");
        }
        given(&app, &members[0], &good).await;
    }

    async fn staff_decide_within_their_reach(app) {
        let crowd = crowd(&app, 1).await;
        let bad = offer(&app, "of-the-federation", |_| {}).await;
        let id = reported(&app, &crowd.members[0], &bad).await;
        for person in [&crowd.members[0], &crowd.officer] {
            let refused = app.ask_by(person, QUEUE, json!({})).await;
            assert_eq!(refused.code(), "FORBIDDEN");
            let refused = app.ask_by(person, CONFIRM, json!({ "id": id })).await;
            assert_eq!(refused.code(), "FORBIDDEN");
        }
        assert_eq!(app.ask(QUEUE).await.code(), "UNAUTHENTICATED");

        let scope = json!({ "organisation": app.organisation_node(SCHOOL).await });
        let director = app.staff("director@example.ru", "ORGANISATION_ADMIN", scope).await.person;
        assert_eq!(queue(&app, &director, Value::Null).await["totalCount"], 0);
        for query in [CONFIRM, REJECT] {
            let refused = decide(&app, &director, query, &id).await;
            assert_eq!(user_error(&refused), "REPORT_NOT_FOUND");
        }
        let refused = decide(&app, &director, RESUME, &json!(bad.node)).await;
        assert_eq!(user_error(&refused), "BENEFIT_NOT_FOUND");
    }
}
