//! What moderators make of reports, and how those who reported hear of it.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use entities::audit_entry;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use super::{
    REPORT, ago, guide, letters, members, moderator, own, pairs, problems, queue, rows, send,
    submitted, titles, told,
};
use crate::{
    on_both_databases,
    support::{App, Person},
};

/// Takes a step; returns the payload.
async fn step(app: &App, person: &Person, name: &str, report: &Value, more: Value) -> Value {
    let mut input = json!({ "id": report["id"], "version": report["version"] });
    for (field, value) in more.as_object().expect("fields") {
        input[field] = value.clone();
    }
    let shown = format!("version duplicateOf moderatedAt {REPORT}");
    let fields = format!("report {{ {shown} }} current {{ {shown} }}");
    send(app, person, name, &fields, input).await
}

/// Takes a step that nothing stands against; returns the report as it is then.
pub async fn taken(app: &App, person: &Person, name: &str, report: &Value, more: Value) -> Value {
    let payload = step(app, person, name, report, more).await;
    assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
    assert!(payload["current"].is_null());
    payload["report"].clone()
}

const DECIDE: &str = "serviceReportModerate";

/// What the audit log says of reports: what was done, with its details.
async fn audited(app: &App) -> Vec<(String, Value)> {
    let entries = audit_entry::Entity::find()
        .filter(audit_entry::Column::ObjectType.eq("service_report"))
        .order_by_asc(audit_entry::Column::Seq)
        .all(app.database.reader())
        .await
        .expect("entries");
    let told = entries.into_iter().map(|entry| {
        let details = serde_json::from_str(&entry.details).expect("details");
        (entry.action, details)
    });
    told.collect()
}

on_both_databases! {
    async fn moderators_and_nobody_else_read_the_queue(app) {
        let members = members(&app, 1).await;
        let service = guide(&app, "service").await;
        submitted(&app, &members[0], told(&app, &service, json!({ "okrug": "YUVAO" }))).await;
        let query = "{ serviceReports { totalCount } }";
        assert_eq!(app.ask(query).await.code(), "UNAUTHENTICATED");
        let refused = app.ask_by(&members[0], query, json!({})).await;
        assert_eq!(refused.code(), "FORBIDDEN");
        let report = queue(&app, &moderator(&app).await, json!({})).await.remove(0);
        for name in ["serviceReportAnswer", "serviceReportResolve"] {
            let field = if name == "serviceReportAnswer" { "answer" } else { "resolution" };
            let query = format!("mutation($id: ID!) {{ {name}(input: {{ id: $id, version: 1, {field}: \"Да\" }}) {{ report {{ id }} }} }}");
            let refused = app.ask_by(&members[0], &query, json!({ "id": report["id"] })).await;
            assert_eq!(refused.code(), "FORBIDDEN");
        }
        // Whoever moderates for a union that does not keep the guide, or for another okrug, finds none.
        let school = json!({ "organisation": app.organisation_node("ppo-primer-shkola").await });
        let elsewhere = app.staff("school@example.ru", "MODERATOR", school).await.person;
        assert!(queue(&app, &elsewhere, json!({})).await.is_empty());
        let refused = step(&app, &elsewhere, DECIDE, &report, json!({ "decision": "ACCEPT" })).await;
        assert_eq!(problems(&refused), pairs(&[("id", "REPORT_NOT_FOUND")]));
        let of_okrug = app.staff("yuvao@example.ru", "MODERATOR", json!({ "okrug": "YUVAO" })).await.person;
        assert_eq!(queue(&app, &of_okrug, json!({})).await.len(), 1);
    }

    async fn an_accepted_report_is_told_to_its_author(app) {
        let members = members(&app, 2).await;
        let service = guide(&app, "service").await;
        submitted(&app, &members[0], told(&app, &service, json!({}))).await;
        let moderator = moderator(&app).await;
        let report = queue(&app, &moderator, json!({ "moderation": "NEW" })).await.remove(0);
        let accepted = taken(&app, &moderator, DECIDE, &report, json!({ "decision": "ACCEPT" })).await;
        assert_eq!((&accepted["moderation"], &accepted["version"]), (&json!("ACCEPTED"), &json!(2)));
        assert!(accepted["moderatedAt"].is_string());
        let again = taken(&app, &moderator, DECIDE, &report, json!({ "decision": "ACCEPT" })).await;
        assert_eq!(again, accepted, "asked twice, it is done once");
        let inbox = letters(&app, &members[0]).await;
        assert_eq!(inbox.len(), 1);
        assert_eq!((&inbox[0]["title"], &inbox[0]["link"]), (&json!("Отчёт принят"), &json!("/guides/service")));
        assert_eq!(inbox[0]["kind"], "SERVICE");
        assert!(letters(&app, &members[1]).await.is_empty());
        assert_eq!(own(&app, &members[0]).await[0]["moderation"], "ACCEPTED");
        let expected = json!({ "from": "NEW", "to": "ACCEPTED", "fragments": 0 });
        assert_eq!(audited(&app).await, [("service_report.accept".to_owned(), expected)]);
    }

    async fn a_letter_is_read_once_and_by_its_addressee(app) {
        let members = members(&app, 2).await;
        let service = guide(&app, "service").await;
        submitted(&app, &members[0], told(&app, &service, json!({}))).await;
        let moderator = moderator(&app).await;
        let report = queue(&app, &moderator, json!({})).await.remove(0);
        taken(&app, &moderator, DECIDE, &report, json!({ "decision": "ACCEPT" })).await;
        let letter = letters(&app, &members[0]).await.remove(0);
        let read = json!({ "id": letter["id"] });
        let fields = "inboxItem { id readAt }";
        let refused = send(&app, &members[1], "inboxItemMarkRead", fields, read.clone()).await;
        assert_eq!(problems(&refused), pairs(&[("id", "ITEM_NOT_FOUND")]));
        let counts = "{ viewer { inbox { totalCount unreadCount } } }";
        let unread = app.ask_by(&members[0], counts, json!({})).await;
        assert_eq!(unread.data()["viewer"]["inbox"], json!({ "totalCount": 1, "unreadCount": 1 }));
        let first = send(&app, &members[0], "inboxItemMarkRead", fields, read.clone()).await;
        assert!(first["inboxItem"]["readAt"].is_string(), "{first:#}");
        assert_eq!(send(&app, &members[0], "inboxItemMarkRead", fields, read).await, first);
        let unread = app.ask_by(&members[0], counts, json!({})).await;
        assert_eq!(unread.data()["viewer"]["inbox"]["unreadCount"], 0);
        let all = "mutation { inboxMarkAllRead { markedCount userErrors { code } } }";
        let marked = app.ask_by(&members[0], all, json!({})).await;
        assert_eq!(marked.data()["inboxMarkAllRead"]["markedCount"], 0);
    }

    async fn letters_and_campaigns_stand_in_one_inbox_by_their_time(app) {
        let members = members(&app, 1).await;
        let moderator = moderator(&app).await;
        let admin = app.admin().await.person;
        let mut expected = Vec::new();
        for number in 0..2 {
            let service = guide(&app, &format!("service-{number}")).await;
            let sent = submitted(&app, &members[0], told(&app, &service, json!({}))).await;
            let report = json!({ "id": sent["id"], "version": 1 });
            taken(&app, &moderator, DECIDE, &report, json!({ "decision": "ACCEPT" })).await;
            expected.push("Отчёт принят".to_owned());
            let title = format!("Собрание {number}");
            ring(&app, &admin, &title).await;
            expected.push(title);
            let count = expected.len();
            crate::push::wait_until(async || titles(&app, &members[0]).await.len() == count).await;
        }
        assert_eq!(titles(&app, &members[0]).await, expected);
        let query = "query($first: Int, $after: String, $last: Int, $before: String) { viewer { inbox(first: $first, after: $after, last: $last, before: $before) {
            edges { cursor node { title } } pageInfo { hasNextPage hasPreviousPage } } } }";
        let page = async |arguments: Value| {
            let page = app.ask_by(&members[0], query, arguments).await;
            page.data()["viewer"]["inbox"].clone()
        };
        let read = |page: &Value| -> Vec<String> {
            let edges = page["edges"].as_array().expect("edges").iter();
            edges.map(|edge| edge["node"]["title"].as_str().expect("a title").to_owned()).collect()
        };
        expected.reverse();
        let first = page(json!({ "first": 3 })).await;
        assert_eq!(read(&first), expected[..3]);
        assert_eq!(first["pageInfo"]["hasNextPage"], true);
        let rest = page(json!({ "first": 3, "after": first["edges"][2]["cursor"] })).await;
        assert_eq!(read(&rest), expected[3..]);
        assert_eq!(rest["pageInfo"]["hasNextPage"], false);
        let back = page(json!({ "last": 2, "before": first["edges"][2]["cursor"] })).await;
        assert_eq!(read(&back), expected[..2]);
        let end = page(json!({ "last": 3 })).await;
        assert_eq!(read(&end), expected[1..]);
        assert_eq!(end["pageInfo"]["hasPreviousPage"], true);
    }

    async fn a_rejection_says_why(app) {
        let members = members(&app, 1).await;
        let service = guide(&app, "service").await;
        submitted(&app, &members[0], told(&app, &service, json!({}))).await;
        let moderator = moderator(&app).await;
        let report = queue(&app, &moderator, json!({})).await.remove(0);
        for (more, field, code) in [
            (json!({ "decision": "REJECT" }), "reason", "MISSING"),
            (json!({ "decision": "REJECT", "reason": "ж".repeat(501) }), "reason", "TOO_LONG"),
            (json!({ "decision": "ACCEPT", "reason": "Спасибо" }), "reason", "CONTRADICTION"),
            (json!({ "decision": "ACCEPT", "duplicateOf": report["id"] }), "duplicateOf", "CONTRADICTION"),
        ] {
            let refused = step(&app, &moderator, DECIDE, &report, more).await;
            assert_eq!(problems(&refused), pairs(&[(field, code)]));
        }
        assert!(letters(&app, &members[0]).await.is_empty() && audited(&app).await.is_empty());
        let reason = json!({ "decision": "REJECT", "reason": "Это другая услуга" });
        let rejected = taken(&app, &moderator, DECIDE, &report, reason).await;
        assert_eq!(rejected["moderation"], "REJECTED");
        let letter = letters(&app, &members[0]).await.remove(0);
        assert_eq!(letter["title"], "Отчёт отклонён");
        assert!(letter["body"].as_str().expect("a text").ends_with("Это другая услуга"));
        // A mistake can be mended.
        let accepted = taken(&app, &moderator, DECIDE, &rejected, json!({ "decision": "ACCEPT" })).await;
        assert_eq!(accepted["moderation"], "ACCEPTED");
    }

    async fn of_two_moderators_one_is_told_what_the_other_did(app) {
        let members = members(&app, 1).await;
        let service = guide(&app, "service").await;
        submitted(&app, &members[0], told(&app, &service, json!({}))).await;
        let moderator = moderator(&app).await;
        let report = queue(&app, &moderator, json!({})).await.remove(0);
        let accepted = taken(&app, &moderator, DECIDE, &report, json!({ "decision": "ACCEPT" })).await;
        let reason = json!({ "decision": "REJECT", "reason": "Не о том" });
        let refused = step(&app, &moderator, DECIDE, &report, reason).await;
        assert_eq!(problems(&refused), pairs(&[("version", "CONFLICT")]));
        assert_eq!((&refused["report"], &refused["current"]), (&Value::Null, &accepted));
        assert_eq!(letters(&app, &members[0]).await.len(), 1);
    }

    async fn a_duplicate_names_a_report_of_the_same_service(app) {
        let members = members(&app, 3).await;
        let (service, another) = (guide(&app, "service").await, guide(&app, "another").await);
        for (member, service) in [(0, &service), (1, &service), (2, &another)] {
            submitted(&app, &members[member], told(&app, service, json!({}))).await;
        }
        let moderator = moderator(&app).await;
        let reports = queue(&app, &moderator, json!({})).await;
        let duplicate = |of: &Value| json!({ "decision": "DUPLICATE", "duplicateOf": of["id"] });
        let mut missing = duplicate(&reports[0]);
        missing["duplicateOf"] = Value::Null;
        for more in [missing, duplicate(&reports[1]), duplicate(&reports[2])] {
            let refused = step(&app, &moderator, DECIDE, &reports[1], more).await;
            assert_eq!(problems(&refused), pairs(&[("duplicateOf", "REPORT_NOT_FOUND")]));
        }
        let marked = taken(&app, &moderator, DECIDE, &reports[1], duplicate(&reports[0])).await;
        assert_eq!((&marked["moderation"], &marked["duplicateOf"]), (&json!("DUPLICATE"), &reports[0]["id"]));
        // No circle closes.
        let refused = step(&app, &moderator, DECIDE, &reports[0], duplicate(&reports[1])).await;
        assert_eq!(problems(&refused), pairs(&[("duplicateOf", "REPORT_NOT_FOUND")]));
        assert_eq!(titles(&app, &members[1]).await, ["Об этом уже сообщили"]);
        assert!(titles(&app, &members[0]).await.is_empty());
    }

    async fn all_who_reported_hear_of_the_answer(app) {
        let members = members(&app, 3).await;
        let service = guide(&app, "service").await;
        for member in &members {
            submitted(&app, member, told(&app, &service, json!({ "comment": "Не открывается" }))).await;
        }
        let moderator = moderator(&app).await;
        let reports = queue(&app, &moderator, json!({})).await;
        let duplicate = json!({ "decision": "DUPLICATE", "duplicateOf": reports[0]["id"] });
        taken(&app, &moderator, DECIDE, &reports[1], duplicate).await;

        let yesterday = json!({ "addressee": " ", "answerDueOn": ago(&app, 1) });
        let refused = step(&app, &moderator, "serviceReportEscalate", &reports[0], yesterday).await;
        assert_eq!(problems(&refused), pairs(&[("addressee", "MISSING"), ("answerDueOn", "BAD_DEADLINE")]));
        for (name, more) in [("serviceReportAnswer", json!({ "answer": "Да" })), ("serviceReportResolve", json!({ "resolution": "Да" }))] {
            let refused = step(&app, &moderator, name, &reports[0], more).await;
            assert_eq!(problems(&refused), pairs(&[("id", "NOT_ALLOWED_NOW")]));
        }
        let due = (ago(&app, 0).parse::<NaiveDate>().expect("a day") + TimeDelta::days(10)).to_string();
        let to = json!({ "addressee": "Оператор портала", "answerDueOn": due });
        let sent = taken(&app, &moderator, "serviceReportEscalate", &reports[0], to.clone()).await;
        assert_eq!(sent["moderation"], "ESCALATED");
        assert_eq!(sent["escalation"]["isOverdue"], false);
        assert_eq!(taken(&app, &moderator, "serviceReportEscalate", &reports[0], to).await, sent);
        let refused = step(&app, &moderator, DECIDE, &sent, json!({ "decision": "ACCEPT" })).await;
        assert_eq!(problems(&refused), pairs(&[("id", "NOT_ALLOWED_NOW")]));

        let answered = taken(&app, &moderator, "serviceReportAnswer", &sent, json!({ "answer": "Исправим до пятницы" })).await;
        let refused = step(&app, &moderator, "serviceReportAnswer", &answered, json!({ "answer": "Уже" })).await;
        assert_eq!(problems(&refused), pairs(&[("id", "NOT_ALLOWED_NOW")]));
        let resolved = taken(&app, &moderator, "serviceReportResolve", &answered, json!({ "resolution": "Вход починен" })).await;
        assert_eq!((&resolved["escalation"]["answer"], &resolved["escalation"]["resolution"]), (&json!("Исправим до пятницы"), &json!("Вход починен")));
        assert_eq!(resolved["version"], 4);

        let way = ["Отчёт передан", "На отчёт ответили", "Работа по отчёту закончена"];
        assert_eq!(titles(&app, &members[0]).await, way);
        assert_eq!(titles(&app, &members[1]).await[1..], way);
        assert!(titles(&app, &members[2]).await.is_empty());
        assert_eq!(own(&app, &members[0]).await[0]["escalation"]["answer"], "Исправим до пятницы");
        let actions: Vec<String> = audited(&app).await.into_iter().map(|(action, _)| action).collect();
        assert_eq!(actions, ["service_report.duplicate", "service_report.escalate", "service_report.answer", "service_report.resolve"]);
        let log = format!("{:?}", audited(&app).await);
        for secret in ["Исправим", "Оператор", "Не открывается"] {
            assert!(!log.contains(secret), "{secret} in {log}");
        }
    }

    async fn whoever_repeats_a_repetition_hears_of_the_answer_as_well(app) {
        let members = members(&app, 3).await;
        let service = guide(&app, "service").await;
        for member in &members {
            submitted(&app, member, told(&app, &service, json!({}))).await;
        }
        let moderator = moderator(&app).await;
        let reports = queue(&app, &moderator, json!({})).await;
        for (one, other) in [(0, 1), (1, 2)] {
            let duplicate = json!({ "decision": "DUPLICATE", "duplicateOf": reports[other]["id"] });
            taken(&app, &moderator, DECIDE, &reports[one], duplicate).await;
        }
        let to = json!({ "addressee": "Оператор", "answerDueOn": ago(&app, 0) });
        taken(&app, &moderator, "serviceReportEscalate", &reports[2], to).await;
        for member in &members[..2] {
            assert_eq!(titles(&app, member).await, ["Об этом уже сообщили", "Отчёт передан"]);
        }
        assert_eq!(titles(&app, &members[2]).await, ["Отчёт передан"]);
    }

    async fn an_answer_that_does_not_come_is_overdue(app) {
        let members = members(&app, 2).await;
        let service = guide(&app, "service").await;
        for member in &members {
            submitted(&app, member, told(&app, &service, json!({}))).await;
        }
        let person = moderator(&app).await;
        let reports = queue(&app, &person, json!({})).await;
        let to = json!({ "addressee": "Оператор", "answerDueOn": ago(&app, 0) });
        taken(&app, &person, "serviceReportEscalate", &reports[0], to).await;
        assert!(queue(&app, &person, json!({ "isOverdue": true })).await.is_empty(), "not today");
        app.wait(TimeDelta::days(1));
        let admin = app.admin().await.person;
        let overdue = queue(&app, &admin, json!({ "isOverdue": true })).await;
        assert_eq!(overdue.len(), 1);
        assert_eq!((&overdue[0]["id"], &overdue[0]["escalation"]["isOverdue"]), (&reports[0]["id"], &json!(true)));
        let others = queue(&app, &admin, json!({ "isOverdue": false })).await;
        assert_eq!(others[0]["id"], reports[1]["id"]);
        taken(&app, &admin, "serviceReportAnswer", &overdue[0], json!({ "answer": "Поздно, но да" })).await;
        assert!(queue(&app, &admin, json!({ "isOverdue": true })).await.is_empty());
    }

    async fn the_queue_is_narrowed(app) {
        let members = members(&app, 3).await;
        let (service, another) = (guide(&app, "service").await, guide(&app, "another").await);
        let first = json!({ "okrug": "NAO" });
        let second = json!({ "okrug": "CAO", "submittedOn": ago(&app, 40) });
        for (member, guide, more) in [(0, &service, first), (1, &service, second), (2, &another, json!({}))] {
            submitted(&app, &members[member], told(&app, guide, more)).await;
        }
        let moderator = moderator(&app).await;
        let all = queue(&app, &moderator, json!({})).await;
        let ids: BTreeMap<String, usize> = all.iter().enumerate().map(|(at, report)| (report["id"].to_string(), at)).collect();
        for (filter, expected) in [
            (json!({ "guide": service }), vec![0, 1]),
            (json!({ "okrug": "TINAO" }), vec![0]),
            (json!({ "okrug": "CAO", "guide": another }), vec![]),
            (json!({ "from": ago(&app, 40), "to": ago(&app, 13) }), vec![1]),
            (json!({ "from": ago(&app, 12) }), vec![0, 2]),
            (json!({ "moderation": "REJECTED" }), vec![]),
            (json!({ "guide": all[0]["id"] }), vec![]),
        ] {
            let found = queue(&app, &moderator, filter.clone()).await;
            let found: Vec<usize> = found.iter().map(|report| ids[&report["id"].to_string()]).collect();
            assert_eq!(found, expected, "{filter}");
        }
        let query = "query($filter: ServiceReportFilter) { serviceReports(filter: $filter) { totalCount } }";
        let variables = json!({ "filter": { "from": "0000-01-01" } });
        let refused = app.ask_by(&moderator, query, variables).await;
        assert_eq!(refused.refused("filter.from"), "BAD_USER_INPUT");
    }

    async fn moderators_take_out_and_see_no_author(app) {
        let members = members(&app, 1).await;
        let service = guide(&app, "service").await;
        let comment = json!({ "comment": "Больна гриппом, а талона нет" });
        submitted(&app, &members[0], told(&app, &service, comment)).await;
        let moderator = moderator(&app).await;
        let report = queue(&app, &moderator, json!({})).await.remove(0);
        let row = rows(&app).await.remove(0);
        assert!(!report.to_string().contains(&row.author), "{report:#}");
        let refused = step(&app, &moderator, DECIDE, &report, json!({ "decision": "ACCEPT", "redact": ["ангина"] })).await;
        assert_eq!(problems(&refused), pairs(&[("redact", "FRAGMENT_NOT_FOUND")]));
        let clean = json!({ "decision": "ACCEPT", "redact": ["Больна гриппом"] });
        let accepted = taken(&app, &moderator, DECIDE, &report, clean).await;
        assert_eq!(accepted["comment"], "[скрыто], а талона нет");
        assert_eq!(own(&app, &members[0]).await[0]["comment"], "[скрыто], а талона нет");
        let kept = format!("{:?}", rows(&app).await) + &format!("{:?}", audited(&app).await);
        assert!(!kept.contains("грипп"), "{kept}");
    }
}

/// A campaign of the federation's to everybody who has a device or an account.
async fn ring(app: &App, admin: &Person, title: &str) {
    let input = json!({
        "clientMutationKey": super::key(),
        "organisation": app.organisation_node("mfp").await,
        "kind": "SERVICE",
        "title": title,
        "body": "В четверг",
        "audience": {},
    });
    let made = send(app, admin, "pushCampaignCreate", "campaign { id }", input).await;
    let input = json!({ "id": made["campaign"]["id"] });
    let begun = send(app, admin, "pushCampaignSchedule", "campaign { id }", input).await;
    assert_eq!(begun["userErrors"], json!([]), "{begun:#}");
}
