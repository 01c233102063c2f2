//! Item 21 of the federation's plan, as those live through it who take part: members report that a
//! service fails, a moderator takes it to the operator, readers are warned, the guide is corrected, a
//! course opens, and those who reported hear what came of it.

use std::cmp::Reverse;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    editing::{
        self, SCHOOL,
        guides::{SLUG, in_days, published},
        seen_with,
    },
    guide_watch::{
        self,
        concerns::{CONFIRMED, concerns, tomorrow},
        pair, problems, with_role,
    },
    on_both_databases, push,
    service_quality::{count, quality, share},
    service_reports::{
        self, ago, members, moderating::taken, moderator, own, queue, submitted_now, titles,
    },
    support::{App, Person, answer::each},
    training::{self, new_key},
};

const TITLE: &str = "Пропуск в бассейн";
const ANSWER: &str = "Вход починим до пятницы.";
const RESOLUTION: &str = "Вход работает, инструкция исправлена.";
const CHANGE: &str = "Вход — только с подтверждённой записью";
/// What is written to whoever reported what was taken on.
const WAY: [&str; 3] = [
    "Отчёт передан",
    "На отчёт ответили",
    "Работа по отчёту закончена",
];

/// Those who take part.
struct People {
    /// What the last of them tells, the first has told.
    reporters: Vec<Person>,
    /// A member who reports nothing.
    bystander: Person,
    moderator: Person,
    editor: Person,
    publisher: Person,
}

async fn people(app: &App) -> People {
    let mut reporters = members(app, 7).await;
    let bystander = reporters.pop().expect("a member");
    People {
        reporters,
        bystander,
        moderator: moderator(app).await,
        editor: with_role(app, "editor", "EDITOR", SCHOOL).await,
        publisher: editing::publisher(app).await,
    }
}

/// The guide as a stranger sees it.
async fn page(app: &App) -> Value {
    let query =
        "query($slug: String!) { guide(slug: $slug) { id revision steps { title } alert { text }
        quality { missingReports ask figures { reports } } } }";
    let answer = app.ask_with(query, json!({ "slug": SLUG })).await;
    answer.data()["guide"].clone()
}

/// While reports are too few, nothing is told of them but how many are missing.
async fn only_the_missing_are_told(app: &App, guide: &str, missing: u8) {
    let shown = quality(app, json!({ "guide": guide })).await;
    assert!(shown["figures"].is_null(), "{shown:#}");
    assert_eq!(shown["missingReports"], missing);
    assert!(shown["ask"].is_string());
    let of_guide = page(app).await["quality"].clone();
    assert!(of_guide["figures"].is_null() && of_guide["ask"].is_string());
    assert_eq!(of_guide["missingReports"], missing);
}

/// Each reporter's application has failed, every day another's; the reports, as the moderator finds them.
async fn reports_come_in(app: &App, people: &People, guide: &str) -> Vec<Value> {
    for (days, reporter) in (0..).zip(&people.reporters) {
        let failure = json!({
            "submittedOn": ago(app, days),
            "finishedOn": null,
            "fullyOnline": false,
            "outcome": "TECH_FAILURE",
            "problems": ["LOGIN"],
            "guideMatched": false,
            "comment": "Вход не открывается",
        });
        let report = service_reports::told(app, guide, failure);
        submitted_now(app, reporter, report).await;
    }
    let new = json!({ "guide": guide, "moderation": "NEW" });
    let mut reports = queue(app, &people.moderator, new).await;
    assert_eq!(reports.len(), people.reporters.len());
    let day = |report: &Value| report["submittedOn"].as_str().map(str::to_owned);
    reports.sort_by_key(|report| Reverse(day(report)));
    reports
}

async fn members_do_not_moderate(app: &App, member: &Person, report: &Value) {
    let query = "mutation($id: ID!) { serviceReportModerate(input: { id: $id, version: 1, decision: ACCEPT }) { report { id } } }";
    let refused = app
        .ask_by(member, query, json!({ "id": report["id"] }))
        .await;
    assert_eq!(refused.code(), "FORBIDDEN");
}

/// Accepts a report and returns it as it is then.
async fn accept(app: &App, moderator: &Person, report: &Value) -> Value {
    let decision = json!({ "decision": "ACCEPT" });
    taken(app, moderator, "serviceReportModerate", report, decision).await
}

/// Takes a report to the operator of the service, together with one that repeats it.
async fn escalate(app: &App, moderator: &Person, report: &Value, repeating: &Value) -> Value {
    let duplicate = json!({ "decision": "DUPLICATE", "duplicateOf": report["id"] });
    taken(
        app,
        moderator,
        "serviceReportModerate",
        repeating,
        duplicate,
    )
    .await;
    let to = json!({ "addressee": "Оператор портала", "answerDueOn": in_days(app, 10) });
    let escalated = taken(app, moderator, "serviceReportEscalate", report, to).await;
    assert_eq!(escalated["moderation"], "ESCALATED");
    escalated
}

/// What waits for somebody on their dashboard.
async fn waiting(app: &App, editor: &Person) -> Value {
    let query = "{ dashboard { openConcerns { nodes { kind guideTitle } } } }";
    let answer = app.ask_by(editor, query, json!({})).await;
    answer.data()["dashboard"]["openConcerns"]["nodes"].clone()
}

/// The spike, as an editor finds it.
async fn spike(app: &App, editor: &Person) -> Value {
    let due = json!([{ "kind": "SPIKE", "guideTitle": TITLE }]);
    assert_eq!(waiting(app, editor).await, due);
    let seen = concerns(app, editor, json!({ "isOpen": true })).await;
    assert_eq!(seen["totalCount"], 1);
    let spike = seen["nodes"][0].clone();
    let details = spike["details"].as_str().expect("details");
    assert!(details.contains("за 7 дней сообщили 5 раз"), "{details}");
    assert!(spike["proposedAlert"].is_string());
    spike
}

/// An editor may not warn readers, a publisher does; the version that the guide has then.
async fn warn_readers(app: &App, people: &People) -> Value {
    let spike = spike(app, &people.editor).await;
    let input = json!({
        "id": spike["id"],
        "version": spike["guideVersion"],
        "alert": { "until": tomorrow(app) },
    });
    let name = "guideConcernConfirm";
    let refused = guide_watch::send(app, &people.editor, name, CONFIRMED, input.clone()).await;
    assert_eq!(problems(&refused), [pair("", "MAY_NOT_PUBLISH")]);
    assert!(page(app).await["alert"].is_null());

    let confirmed = guide_watch::done(app, &people.publisher, name, CONFIRMED, input).await;
    assert_eq!(confirmed["concern"]["closedAs"], "CONFIRMED");
    assert_eq!(page(app).await["alert"]["text"], spike["proposedAlert"]);
    assert_eq!(waiting(app, &people.editor).await, json!([]));
    confirmed["draft"]["version"].clone()
}

/// The operator answers, and the moderator brings the report to its end.
async fn bring_to_an_end(app: &App, moderator: &Person, report: &Value) {
    let answer = json!({ "answer": ANSWER });
    let answered = taken(app, moderator, "serviceReportAnswer", report, answer).await;
    let resolution = json!({ "resolution": RESOLUTION });
    taken(
        app,
        moderator,
        "serviceReportResolve",
        &answered,
        resolution,
    )
    .await;
}

/// An editor corrects the guide and takes the warning away, a publisher shows it to readers.
async fn correct(app: &App, people: &People, guide: &Value) {
    let before = page(app).await;
    let correction = json!({
        "steps": [
            { "title": "Подтвердить запись", "text": "Без неё вход не откроется." },
            { "title": "Подать", "text": "Заполните форму." },
        ],
        "alert": null,
    });
    let input = seen_with(guide, correction);
    let changed = editing::done(app, &people.editor, "serviceGuideUpdate", input).await;
    assert_eq!(page(app).await["steps"], before["steps"]);

    let input = seen_with(&changed, json!({ "changeNote": CHANGE }));
    editing::done(app, &people.publisher, "serviceGuidePublish", input).await;
    let after = page(app).await;
    assert_eq!(
        each(&after["steps"], "title"),
        ["Подтвердить запись", "Подать"]
    );
    assert!(after["alert"].is_null());
    assert!(after["revision"].as_i64() > before["revision"].as_i64());
    assert_eq!(latest_change(app, &people.editor, guide).await, CHANGE);
}

/// What the guide's history says of the revision that readers see.
async fn latest_change(app: &App, editor: &Person, guide: &Value) -> Value {
    let query = "query($id: ID!) { contentRevisions(id: $id, first: 1) { nodes { changeNote isCurrent } } }";
    let history = app
        .ask_by(editor, query, json!({ "id": guide["id"] }))
        .await;
    let latest = &history.data()["contentRevisions"]["nodes"][0];
    assert_eq!(latest["isCurrent"], true);
    latest["changeNote"].clone()
}

/// Everybody sees how often the service failed, how sure that is, and that the operator was taken to task.
async fn figures_are_public(app: &App, guide: &str) {
    let shown = quality(app, json!({ "guide": guide })).await;
    let figures = &shown["figures"];
    assert_eq!(
        (&figures["reports"], &shown["missingReports"]),
        (&json!(5), &json!(0))
    );
    let failures = json!({
        "code": "TF", "numerator": 5, "denominator": 5,
        "value": 1.0, "low": 0.5655, "high": 1.0, "light": "RED",
    });
    assert_eq!(*share(figures, "TF"), failures);
    let resolved = share(figures, "ESC");
    assert_eq!(
        (&resolved["numerator"], &resolved["denominator"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(page(app).await["quality"]["figures"]["reports"], 5);
}

/// Publishes a course on the service; its address.
async fn open_course(app: &App, publisher: &Person, guide: &str) -> Value {
    let input = json!({
        "organisation": app.organisation_node(SCHOOL).await,
        "clientMutationKey": new_key(),
        "title": "Пропуск без очереди",
        "summary": "Как подать и куда писать, если не вышло.",
        "format": "HYBRID",
        "level": "BEGINNER",
        "hours": 2,
        "certificateKind": "COMPLETION",
        "programme": [{ "title": "Вход", "hours": 2 }],
        "body": "Занятия по средам.",
        "relatedGuides": [guide],
    });
    let draft = editing::done(app, publisher, "courseCreate", input).await;
    let input = editing::seen(&draft);
    let shown = editing::done(app, publisher, "coursePublish", input).await;
    shown["slug"].clone()
}

/// The course as a stranger sees it.
async fn course(app: &App, slug: &Value) -> Value {
    let query = "query($slug: String!) { course(slug: $slug) { id relatedGuides { slug }
        sessions(first: 5) { nodes { seats registered } } } }";
    let answer = app.ask_with(query, json!({ "slug": slug })).await;
    answer.data()["course"].clone()
}

/// Sets a session of the course; its id.
async fn set_session(app: &App, publisher: &Person, course: &Value) -> Value {
    let starts_at = app.now() + TimeDelta::days(3);
    let input = json!({
        "clientMutationKey": new_key(),
        "course": course["id"],
        "organisation": app.organisation_node(SCHOOL).await,
        "startsAt": starts_at.to_rfc3339(),
        "endsAt": (starts_at + TimeDelta::hours(2)).to_rfc3339(),
        "place": "Актовый зал",
        "seats": 12,
    });
    let fields = "trainingSession { id }";
    let made = training::done(app, publisher, "trainingSessionCreate", fields, input).await;
    made["trainingSession"]["id"].clone()
}

/// One of those who reported takes a seat on a course about the service.
async fn a_reporter_learns(app: &App, people: &People, guide: &str) {
    let slug = open_course(app, &people.publisher, guide).await;
    let opened = course(app, &slug).await;
    assert_eq!(opened["relatedGuides"], json!([{ "slug": SLUG }]));
    let session = set_session(app, &people.publisher, &opened).await;
    let input = json!({ "session": session, "clientMutationKey": new_key() });
    let fields = "registration { status }";
    let reporter = &people.reporters[0];
    let seat = training::done(app, reporter, "trainingRegister", fields, input).await;
    assert_eq!(seat["registration"]["status"], "REGISTERED");
    let sessions = course(app, &slug).await["sessions"]["nodes"].clone();
    assert_eq!(sessions, json!([{ "seats": 12, "registered": 1 }]));
}

/// Each hears of their own report, and who has made none hears nothing.
async fn those_who_reported_are_told(app: &App, people: &People) {
    let [first, others @ .., repeating] = &people.reporters[..] else {
        panic!("too few have reported");
    };
    let way = |begun: &'static str| [vec![begun], WAY.to_vec()].concat();
    assert_eq!(titles(app, first).await, way("Отчёт принят"));
    assert_eq!(titles(app, repeating).await, way("Об этом уже сообщили"));
    for reporter in others {
        assert_eq!(titles(app, reporter).await, ["Отчёт принят"]);
    }
    let inbox = push::inbox(app, first).await;
    assert_eq!(
        (&inbox["totalCount"], &inbox["unreadCount"]),
        (&json!(4), &json!(4))
    );
    let (resolution, answer) = (&inbox["nodes"][0], &inbox["nodes"][1]);
    assert_eq!(resolution["link"], format!("/guides/{SLUG}"));
    for (letter, words) in [(resolution, RESOLUTION), (answer, ANSWER)] {
        let body = letter["body"].as_str().expect("a text");
        assert!(body.contains(TITLE) && body.ends_with(words), "{body}");
    }
    assert_eq!(
        own(app, first).await[0]["escalation"]["resolution"],
        RESOLUTION
    );
    let inbox = push::inbox(app, &people.bystander).await;
    assert_eq!(
        inbox,
        json!({ "totalCount": 0, "unreadCount": 0, "nodes": [] })
    );
}

on_both_databases! {
    async fn a_report_comes_back_as_an_answer_a_corrected_guide_and_a_course(app) {
        let people = people(&app).await;
        let draft = published(&app, &people.publisher, json!({})).await;
        let guide = page(&app).await["id"].as_str().expect("an id").to_owned();
        only_the_missing_are_told(&app, &guide, 5).await;

        let reports = reports_come_in(&app, &people, &guide).await;
        members_do_not_moderate(&app, &people.reporters[0], &reports[0]).await;
        let accepted = accept(&app, &people.moderator, &reports[0]).await;
        for report in &reports[1..4] {
            accept(&app, &people.moderator, report).await;
        }
        assert_eq!(count(&app).await.concerns, 0, "four are too few");
        only_the_missing_are_told(&app, &guide, 1).await;

        accept(&app, &people.moderator, &reports[4]).await;
        let escalated = escalate(&app, &people.moderator, &accepted, &reports[5]).await;
        assert_eq!(count(&app).await.concerns, 1);
        let version = warn_readers(&app, &people).await;

        bring_to_an_end(&app, &people.moderator, &escalated).await;
        correct(&app, &people, &json!({ "id": draft["id"], "version": version })).await;
        assert_eq!(count(&app).await.concerns, 0, "what was answered is not asked again");
        figures_are_public(&app, &guide).await;

        a_reporter_learns(&app, &people, &guide).await;
        those_who_reported_are_told(&app, &people).await;
    }
}
