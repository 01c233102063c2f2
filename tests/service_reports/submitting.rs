//! Making a report.

use api::domain::{
    content::AudienceDefinition,
    guides::{ServiceGuide, delete_guide},
    working_days,
};
use chrono::{NaiveDate, TimeDelta};
use entities::{enums::ReportModeration, service_guide};
use futures_util::future::join_all;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    ago, consent, guide, key, members, own, pairs, problems, rows, submit, submitted, told,
};
use crate::{
    benefit_use::crowd,
    on_both_databases,
    support::{App, Backend, builders},
};

/// A server that takes two reports from an address within an hour.
async fn strict(backend: Backend) -> App {
    App::start_with(backend, |settings| settings.reports_per_address = 2).await
}

/// Lets a guide promise something for asking online, in a new revision, as whatever is published.
async fn promise(app: &App, guide: &str, max: i32, unit: &str) {
    let id = ServiceGuide::NODE
        .decode("id", &async_graphql::ID(guide.to_owned()))
        .expect("an id");
    let row = service_guide::Entity::find_by_id(id)
        .one(app.database.writer())
        .await
        .expect("a query")
        .expect("a guide");
    let revision = row.revision + 1;
    let mut passport = row.passport.clone();
    passport["channels"] = json!([{ "kind": "ONLINE", "title": "Портал",
        "processing": { "max": max, "unit": unit } }]);
    passport["legal_basis"] = json!([{ "act": "Закон", "date": "2015-01-01" }]);
    let mut row = row.into_active_model();
    row.passport = Set(passport);
    row.revision = Set(revision);
    row.update(app.database.writer()).await.expect("updated");
}

mod flood {
    use super::*;

    on_both_databases! {
        started by super::super::strict;

        async fn an_address_sends_so_many_within_an_hour(app) {
            let members = members(&app, 3).await;
            let service = guide(&app, "flooded").await;
            for member in &members[..2] {
                submitted(&app, member, told(&app, &service, json!({}))).await;
            }
            let input = told(&app, &service, json!({}));
            let refused = submit(&app, &members[2], input.clone()).await;
            assert_eq!(problems(&refused), pairs(&[("", "TOO_MANY_REPORTS")]));
            assert_eq!(rows(&app).await.len(), 2);
            app.wait(TimeDelta::hours(1));
            let later = app.sign_in("+79161230002").await;
            submitted(&app, &later, input).await;
        }
    }
}

on_both_databases! {
    async fn members_report_who_have_consented(app) {
        let service = guide(&app, "service").await;
        let input = told(&app, &service, json!({}));
        let query = "mutation($input: ServiceReportSubmitInput!) { serviceReportSubmit(input: $input) { report { id } } }";
        let anonymous = app.ask_with(query, json!({ "input": input })).await;
        assert_eq!(anonymous.code(), "UNAUTHENTICATED");
        let stranger = app.sign_in("+79267654321").await;
        let refused = submit(&app, &stranger, input.clone()).await;
        assert_eq!(problems(&refused), pairs(&[("", "CONSENT_REQUIRED"), ("", "NOT_A_MEMBER")]));
        let member = &crowd(&app, 1).await.members[0];
        let refused = submit(&app, member, input.clone()).await;
        assert_eq!(problems(&refused), pairs(&[("", "CONSENT_REQUIRED")]));
        assert!(rows(&app).await.is_empty(), "nothing is half-saved");

        consent(&app, member, true).await;
        let report = submitted(&app, member, input).await;
        assert_eq!(report["moderation"], "NEW");
        assert_eq!((&report["guide"]["slug"], &report["helpedBy"]), (&json!("service"), &json!("SELF")));
        assert_eq!(own(&app, member).await, [report]);
        assert!(own(&app, &stranger).await.is_empty());
    }

    async fn everything_that_was_told_is_kept(app) {
        let members = members(&app, 1).await;
        let service = guide(&app, "service").await;
        let more = json!({
            "channel": "MFC", "fullyOnline": false, "onlineFirstAttempt": true, "outcome": "REFUSED",
            "visits": 3, "queueMinutes": 40, "problems": ["UNCLEAR_REFUSAL", "EXTRA_DOCS", "LOGIN"],
            "refusal": { "isExplained": true, "reason": "DATA_MISMATCH" },
            "ratings": { "overall": 2, "information": 3, "forms": 1, "speed": 5, "convenience": 4, "result": 1 },
            "guideMatched": false, "helpedBy": "MFC", "paidRub": 1500, "platform": "ANDROID", "okrug": "YUVAO",
            "comment": "  Звоните Марии Петровне Ивановой, 8 (916) 123-45-67, ivan@mail.ru, СНИЛС 112-233-445 95. Ждал 40 минут.  ",
        });
        let report = submitted(&app, &members[0], told(&app, &service, more)).await;
        let expected = json!({
            "channel": "MFC", "fullyOnline": false, "onlineFirstAttempt": true, "outcome": "REFUSED",
            "visits": 3, "queueMinutes": 40, "problems": ["LOGIN", "UNCLEAR_REFUSAL", "EXTRA_DOCS"],
            "refusal": { "isExplained": true, "reason": "DATA_MISMATCH" }, "extraDocumentsAsked": true,
            "ratings": { "overall": 2, "information": 3, "forms": 1, "speed": 5, "convenience": 4, "result": 1 },
            "guideMatched": false, "helpedBy": "MFC", "isForAnother": false, "paidRub": 1500,
            "platform": "ANDROID", "okrug": "YUVAO", "submittedOn": ago(&app, 12), "finishedOn": ago(&app, 2),
            "comment": "Звоните [имя], [телефон], [почта], СНИЛС [номер]. Ждал 40 минут.",
            "officialTerm": null, "termUnit": null, "termTaken": null, "escalation": null,
        });
        for (field, value) in expected.as_object().expect("fields") {
            assert_eq!(report[field], *value, "{field}");
        }
        let row = format!("{:?}", rows(&app).await[0]);
        for secret in ["Петровн", "123-45-67", "ivan@", "112-233"] {
            assert!(!row.contains(secret), "{secret} in {row}");
        }
    }

    async fn a_key_stands_for_one_report_for_ever(app) {
        let members = members(&app, 2).await;
        let service = guide(&app, "service").await;
        let input = told(&app, &service, json!({ "comment": "Быстро" }));
        let first = submitted(&app, &members[0], input.clone()).await;
        assert_eq!(submitted(&app, &members[0], input.clone()).await, first);
        let mut other = input.clone();
        other["comment"] = json!("Медленно");
        let refused = submit(&app, &members[0], other).await;
        assert_eq!(problems(&refused), pairs(&[("clientMutationKey", "CONFLICT")]));
        // Another's key is another's.
        let theirs = submitted(&app, &members[1], input.clone()).await;
        assert_ne!(theirs["id"], first["id"]);

        let id = rows(&app).await[0].guide_id;
        delete_guide(app.database.writer(), id).await.expect("deleted");
        app.wait(TimeDelta::days(60));
        let late = app.sign_in("+79161230000").await;
        let again = submitted(&app, &late, input).await;
        assert_eq!(again["id"], first["id"], "late, from an offline queue");
        assert_eq!(again["guide"], Value::Null);
        assert_eq!(rows(&app).await.len(), 2);
    }

    async fn whatever_is_wrong_is_said_at_once_with_its_field(app) {
        let members = members(&app, 1).await;
        let service = guide(&app, "service").await;
        promise(&app, &service, 5, "CALENDAR_DAYS").await;
        let wrong = async |more: Value| problems(&submit(&app, &members[0], told(&app, &service, more)).await);
        let tomorrow = (ago(&app, 0).parse::<NaiveDate>().expect("a day") + TimeDelta::days(1)).to_string();
        let found = wrong(json!({
            "submittedOn": tomorrow, "visits": 101, "ratings": { "overall": 6, "speed": 0 },
            "outcome": "REFUSED", "guideRevision": 100, "comment": "ж".repeat(1001), "paidRub": -1,
        })).await;
        assert_eq!(found, pairs(&[
            ("comment", "TOO_LONG"), ("finishedOn", "FINISHED_BEFORE_SUBMITTED"), ("fullyOnline", "CONTRADICTION"),
            ("guideRevision", "OUT_OF_RANGE"), ("paidRub", "OUT_OF_RANGE"), ("ratings.overall", "OUT_OF_RANGE"),
            ("ratings.speed", "OUT_OF_RANGE"), ("refusal", "MISSING"), ("submittedOn", "IN_FUTURE"),
            ("visits", "OUT_OF_RANGE"),
        ]));
        for (more, field, code) in [
            (json!({ "submittedOn": "2014-12-31" }), "submittedOn", "BEFORE_SERVICE"),
            (json!({ "submittedOn": "0044-03-15" }), "submittedOn", "BEFORE_SERVICE"),
            (json!({ "finishedOn": tomorrow }), "finishedOn", "IN_FUTURE"),
            (json!({ "finishedOn": ago(&app, 13) }), "finishedOn", "FINISHED_BEFORE_SUBMITTED"),
            (json!({ "refusal": { "isExplained": false } }), "refusal", "CONTRADICTION"),
            (json!({ "problems": ["UNCLEAR_REFUSAL"] }), "problems", "CONTRADICTION"),
            (json!({ "outcome": "IN_PROGRESS" }), "finishedOn", "CONTRADICTION"),
            (json!({ "queueMinutes": 5 }), "queueMinutes", "CONTRADICTION"),
            (json!({ "visits": 1 }), "fullyOnline", "CONTRADICTION"),
        ] {
            assert_eq!(wrong(more.clone()).await, pairs(&[(field, code)]), "{more}");
        }
        assert!(rows(&app).await.is_empty(), "nothing is half-saved");
    }

    async fn a_comment_as_long_as_a_book_is_not_kept(app) {
        let members = members(&app, 1).await;
        let service = guide(&app, "service").await;
        // More does not fit into a body.
        let input = told(&app, &service, json!({ "comment": "ж".repeat(30_000) }));
        let refused = submit(&app, &members[0], input).await;
        assert_eq!(problems(&refused), pairs(&[("comment", "TOO_LONG")]));
        assert!(rows(&app).await.is_empty());
    }

    async fn only_a_guide_that_is_seen_is_reported(app) {
        let members = members(&app, 1).await;
        let of_others = builders::members_under(&app.database, "dorprofzhel").await;
        let hidden = builders::guide(&app.database, "of-others", &of_others).await;
        let withdrawn = builders::guide(&app.database, "gone", &AudienceDefinition::default()).await;
        delete_guide(app.database.writer(), withdrawn).await.expect("deleted");
        for id in [hidden, withdrawn, Uuid::now_v7()] {
            let node = ServiceGuide::NODE.id(id).to_string();
            let refused = submit(&app, &members[0], told(&app, &node, json!({}))).await;
            assert_eq!(problems(&refused), pairs(&[("guide", "GUIDE_NOT_FOUND")]));
        }
        let query = "mutation($input: ServiceReportSubmitInput!) { serviceReportSubmit(input: $input) { report { id } } }";
        let input = told(&app, "news:1", json!({}));
        let refused = app.ask_by(&members[0], query, json!({ "input": input })).await;
        assert_eq!(refused.refused("input.guide"), "BAD_USER_INPUT");
    }

    async fn a_service_is_reported_once_in_thirty_days(app) {
        let members = members(&app, 2).await;
        let (service, another) = (guide(&app, "service").await, guide(&app, "another").await);
        let first = submitted(&app, &members[0], told(&app, &service, json!({}))).await;
        let refused = submit(&app, &members[0], told(&app, &service, json!({}))).await;
        assert_eq!(problems(&refused), pairs(&[("guide", "ALREADY_REPORTED")]));
        assert_eq!(refused["earlier"]["id"], first["id"]);
        submitted(&app, &members[0], told(&app, &another, json!({}))).await;
        submitted(&app, &members[1], told(&app, &service, json!({}))).await;
        app.wait(TimeDelta::days(30));
        let later = app.sign_in("+79161230000").await;
        submitted(&app, &later, told(&app, &service, json!({}))).await;
        assert_eq!(own(&app, &later).await.len(), 3);
    }

    async fn of_many_at_once_one_is_taken(app) {
        let members = members(&app, 1).await;
        let service = guide(&app, "service").await;
        let sending = (0..8).map(|_| submit(&app, &members[0], told(&app, &service, json!({}))));
        let payloads = join_all(sending).await;
        let taken = payloads.iter().filter(|payload| payload["report"].is_object());
        assert_eq!(taken.count(), 1, "{payloads:#?}");
        assert_eq!(rows(&app).await.len(), 1);
    }

    async fn what_was_under_way_may_end_and_counts_once(app) {
        let members = members(&app, 1).await;
        let service = guide(&app, "service").await;
        let under_way = json!({ "outcome": "IN_PROGRESS", "finishedOn": null });
        let first = submitted(&app, &members[0], told(&app, &service, under_way.clone())).await;
        for more in [under_way, json!({ "submittedOn": ago(&app, 11) })] {
            let refused = submit(&app, &members[0], told(&app, &service, more)).await;
            assert_eq!(problems(&refused), pairs(&[("guide", "ALREADY_REPORTED")]));
        }
        let ended = submitted(&app, &members[0], told(&app, &service, json!({}))).await;
        let rows = rows(&app).await;
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].moderation, ReportModeration::Duplicate);
        assert_eq!((rows[0].duplicate_of_id, rows[0].version), (Some(rows[1].id), 2));
        let mine = own(&app, &members[0]).await;
        assert_eq!((&mine[0]["id"], &mine[1]["id"]), (&ended["id"], &first["id"]));
        let refused = submit(&app, &members[0], told(&app, &service, json!({}))).await;
        assert_eq!(refused["earlier"]["id"], ended["id"]);
    }

    async fn nobody_reports_all_day(app) {
        let members = members(&app, 1).await;
        for number in 0..10 {
            let service = guide(&app, &format!("service-{number}")).await;
            let taken = submit(&app, &members[0], told(&app, &service, json!({}))).await;
            assert_eq!(taken["userErrors"], json!([]), "{taken:#}");
        }
        let service = guide(&app, "one-more").await;
        let refused = submit(&app, &members[0], told(&app, &service, json!({}))).await;
        assert_eq!(problems(&refused), pairs(&[("", "TOO_MANY_REPORTS")]));
    }

    async fn an_activist_tells_of_those_whom_they_helped(app) {
        let scope = json!({ "federation": true });
        let activist = app.staff("aktivist@example.ru", "ACTIVIST", scope).await.person;
        consent(&app, &activist, true).await;
        let members = members(&app, 1).await;
        let service = guide(&app, "service").await;
        let helped = json!({ "helpedBy": "ACTIVIST" });
        for _ in 0..3 {
            let report = submitted(&app, &activist, told(&app, &service, helped.clone())).await;
            assert_eq!(report["isForAnother"], true);
        }
        // Of themselves they tell as everybody does.
        submitted(&app, &activist, told(&app, &service, json!({}))).await;
        let refused = submit(&app, &activist, told(&app, &service, json!({}))).await;
        assert_eq!(problems(&refused), pairs(&[("guide", "ALREADY_REPORTED")]));
        // A member whom an activist helped tells of themselves.
        let report = submitted(&app, &members[0], told(&app, &service, helped.clone())).await;
        assert_eq!(report["isForAnother"], false);
        let refused = submit(&app, &members[0], told(&app, &service, helped)).await;
        assert_eq!(problems(&refused), pairs(&[("guide", "ALREADY_REPORTED")]));
    }

    async fn the_term_is_counted_in_the_guides_own_unit(app) {
        let members = members(&app, 2).await;
        let service = guide(&app, "service").await;
        let term = |report: &Value| json!([report["officialTerm"], report["termUnit"], report["termTaken"]]);
        promise(&app, &service, 7, "CALENDAR_DAYS").await;
        let report = submitted(&app, &members[0], told(&app, &service, json!({}))).await;
        assert_eq!(term(&report), json!([7, "CALENDAR_DAYS", 10]));
        promise(&app, &service, 5, "WORKING_DAYS").await;
        let report = submitted(&app, &members[1], told(&app, &service, json!({}))).await;
        let day = |days| ago(&app, days).parse::<NaiveDate>().expect("a day");
        let taken = working_days::between(day(12), day(2));
        assert_eq!(term(&report), json!([5, "WORKING_DAYS", taken]));
    }

    async fn own_reports_are_read_page_by_page(app) {
        let members = members(&app, 1).await;
        let mut ids = Vec::new();
        for number in 0..3 {
            let service = guide(&app, &format!("service-{number}")).await;
            let report = submitted(&app, &members[0], told(&app, &service, json!({}))).await;
            ids.insert(0, report["id"].clone());
        }
        let query = "query($after: String) { viewer { serviceReports(first: 2, after: $after) {
            nodes { id } pageInfo { hasNextPage endCursor } } } }";
        let mut read = Vec::new();
        let mut after = Value::Null;
        for is_more in [true, false] {
            let page = app.ask_by(&members[0], query, json!({ "after": after })).await;
            let page = page.data()["viewer"]["serviceReports"].clone();
            read.extend(page["nodes"].as_array().expect("nodes").iter().map(|node| node["id"].clone()));
            assert_eq!(page["pageInfo"]["hasNextPage"], is_more);
            after = page["pageInfo"]["endCursor"].clone();
        }
        assert_eq!(read, ids);
    }

    async fn a_key_is_a_uuid(app) {
        let members = members(&app, 1).await;
        let service = guide(&app, "service").await;
        let mut input = told(&app, &service, json!({}));
        input["clientMutationKey"] = json!("7");
        let query = "mutation($input: ServiceReportSubmitInput!) { serviceReportSubmit(input: $input) { report { id } } }";
        let refused = app.ask_by(&members[0], query, json!({ "input": input })).await;
        assert_eq!(refused.refused("input.clientMutationKey"), "BAD_USER_INPUT");
        input["clientMutationKey"] = json!(key());
        input["okrug"] = json!("TINAO");
        let refused = app.ask_by(&members[0], query, json!({ "input": input })).await;
        assert_eq!(refused.refused("input.okrug"), "BAD_USER_INPUT");
    }
}
