//! Guides, from their editors' desk to their readers, and what keeps them true afterwards.

use api::domain::editing::{REMIND_JOB, remind_of_overdue};
use chrono::{Days, TimeDelta};
use entities::{audit_entry, change_log, job};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{HOSPITAL, SCHOOL, codes, done, fields, publisher, seen, seen_with, send, with_role};
use crate::{
    on_both_databases,
    support::{App, Person, answer::each, builders},
};

/// What is asked of a guide's draft.
pub const DRAFT: &str = "title shortTitle summary portal officialUrl checkedBy checkedAt nextReviewAt
    steps { title text logic } documentGroups { title items { name } } costs { amount { amount } isVerified }
    legalBasis { act } lifeEvents { slug } relatedGuides { slug } refusalGrounds { accept provide }
    published { slug title warnings }";

pub const SLUG: &str = "propusk-v-bassejn";
const CHECKER: &str = "Анна Иванова, юрист федерации";

/// The Moscow day after so many others.
pub fn in_days(app: &App, days: u64) -> String {
    let moscow = app.now() + TimeDelta::hours(3);
    (moscow.date_naive() + Days::new(days)).to_string()
}

/// Everything that publishing asks for, with something changed.
async fn whole(app: &App, change: Value) -> Value {
    let known = app
        .ask("{ guideCategories { id } lifeEvents { id } }")
        .await;
    let mut input = json!({
        "organisation": app.organisation_node(SCHOOL).await,
        "clientMutationKey": Uuid::new_v4(),
        "title": "Пропуск в бассейн",
        "summary": "Как получить пропуск.",
        "category": known.data()["guideCategories"][0]["id"],
        "lifeEvents": [known.data()["lifeEvents"][0]["id"]],
        "portal": "MOS_RU",
        "level": "MOSCOW",
        "authority": "Департамент спорта",
        "officialUrl": "https://www.mos.ru/pgu/",
        "whoMayApply": ["Житель Москвы"],
        "documentGroups": [{ "title": "Личность", "pick": "ONE_OF", "items": [{ "name": "Паспорт" }] }],
        "steps": [{ "title": "Войти", "text": "Откройте портал." }, { "title": "Подать", "text": "Заполните форму." }],
        "channels": [{ "kind": "ONLINE", "title": "Портал", "processing": { "max": 5, "unit": "WORKING_DAYS" } }],
        "costs": [{ "title": "Пропуск", "amount": "150.50" }],
        "results": [{ "name": "Пропуск", "form": "ELECTRONIC" }],
        "refusalGrounds": { "provide": ["Нет справки"] },
        "legalBasis": [{ "act": "Приказ", "number": "7" }],
        "checkedBy": CHECKER,
        "checkedAt": app.now().to_rfc3339(),
        "nextReviewAt": in_days(app, 90),
    });
    for (name, value) in change.as_object().expect("fields") {
        input[name] = value.clone();
    }
    input
}

/// Begins a guide that lacks nothing, with something changed.
pub async fn drafted(app: &App, person: &Person, change: Value) -> Value {
    done(app, person, "serviceGuideCreate", whole(app, change).await).await
}

/// Shows readers a guide that lacks nothing, with something changed.
pub async fn published(app: &App, person: &Person, change: Value) -> Value {
    let draft = drafted(app, person, change).await;
    done(app, person, "serviceGuidePublish", seen(&draft)).await
}

/// The guide as a stranger sees it.
async fn read(app: &App, slug: &str) -> Value {
    let query = "query($slug: String!) { guide(slug: $slug) { id slug title shortTitle portal officialUrl
        steps { title logic } channels { processing { max unit isVerified } } costs { amount { amount } isVerified }
        documentGroups { required pick items { name } } refusalGrounds { provide } legalBasis { act number }
        lifeEvents { slug } organisation { slug } warnings isVerified checkedAt checkedBy nextReviewAt
        revision plainText } }";
    app.ask_with(query, json!({ "slug": slug })).await.data()["guide"].clone()
}

/// What somebody says who has checked a guide until that day.
pub fn confirmation(draft: &Value, next_review_at: &str) -> Value {
    let more = json!({ "checkedBy": CHECKER, "nextReviewAt": next_review_at });
    seen_with(draft, more)
}

/// What waits to be checked, as that person sees it.
async fn due(app: &App, person: &Person) -> Value {
    let query = "{ guidesDueForReview(first: 50) { totalCount nodes { isOverdue version guide { slug nextReviewAt } } } }";
    let answer = app.ask_by(person, query, json!({})).await;
    answer.data()["guidesDueForReview"].clone()
}

fn slugs(due: &Value) -> Vec<&str> {
    let nodes = due["nodes"].as_array().expect("nodes");
    nodes
        .iter()
        .map(|node| node["guide"]["slug"].as_str().expect("a slug"))
        .collect()
}

/// Waits until somebody has so many e-mails that name the overdue guide.
async fn until_told(app: &App, contact: &str, count: usize) {
    for _ in 0..400 {
        let sent = app.outbox.to(contact);
        if sent
            .iter()
            .filter(|sent| sent.text.contains("«Пропуск в бассейн»"))
            .count()
            == count
        {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("{contact} was not told {count} times");
}

async fn of_the_federation(app: &App) -> Person {
    app.staff(
        "federal@example.ru",
        "PUBLISHER",
        json!({ "federation": true }),
    )
    .await
    .person
}

on_both_databases! {
    async fn a_guide_that_says_nothing_names_all_it_lacks(app) {
        let publisher = publisher(&app).await;
        let input = json!({
            "organisation": app.organisation_node(SCHOOL).await,
            "clientMutationKey": Uuid::new_v4(),
        });
        let draft = done(&app, &publisher, "serviceGuideCreate", input).await;
        let refused = send(&app, &publisher, "serviceGuidePublish", seen(&draft)).await;
        assert_eq!(fields(&refused), [
            "title", "summary", "category", "portal", "level", "authority", "officialUrl", "whoMayApply",
            "documentGroups", "steps", "channels", "results", "legalBasis", "checkedBy", "checkedAt", "nextReviewAt",
        ]);
        assert!(codes(&refused).iter().all(|code| *code == "MISSING"));
        assert_eq!(draft["problems"].as_array().expect("problems").len(), 16);
    }

    async fn a_problem_inside_of_a_list_names_its_entry(app) {
        let publisher = publisher(&app).await;
        let change = json!({
            "steps": [
                { "title": "Войти", "text": "Откройте портал." },
                { "title": "Подать", "text": "Заполните форму.", "link": "javascript:alert(1)" },
                { "title": " ", "text": "Ждите." },
            ],
            "documentGroups": [{ "title": "Личность", "pick": "ALL", "items": [] }],
            "channels": [{ "kind": "MFC", "title": "МФЦ", "processing": { "max": 0, "unit": "HOURS" } }],
            "costs": [{ "title": "Пропуск", "amount": "0", "validFrom": "2026-05-01", "validTo": "2026-04-01" }],
            "unionHelp": { "text": "" },
        });
        let draft = drafted(&app, &publisher, change).await;
        let refused = send(&app, &publisher, "serviceGuidePublish", seen(&draft)).await;
        assert_eq!(fields(&refused), [
            "documentGroups.0.items", "steps.1.link", "steps.2.title", "channels.0.processing.max",
            "costs.0.validTo", "unionHelp.text",
        ]);
        assert_eq!(codes(&refused), [
            "MISSING", "NOT_AN_ADDRESS", "MISSING", "OUT_OF_RANGE", "OUT_OF_RANGE", "MISSING",
        ]);
    }

    async fn a_sum_must_be_one(app) {
        let publisher = publisher(&app).await;
        let costs = json!({ "costs": [{ "title": "Пропуск", "amount": "сто" }] });
        let query = "mutation($input: ServiceGuideCreateInput!) { serviceGuideCreate(input: $input) { draft { id } } }";
        let variables = json!({ "input": whole(&app, costs).await });
        let answer = app.ask_by(&publisher, query, variables).await;
        assert_eq!(answer.refused("input.costs.0.amount"), "BAD_USER_INPUT");
    }

    async fn none_is_published_without_a_law_the_official_page_and_a_checker(app) {
        let publisher = publisher(&app).await;
        for (change, field, code) in [
            (json!({ "legalBasis": [] }), "legalBasis", "MISSING"),
            (json!({ "officialUrl": null }), "officialUrl", "MISSING"),
            (json!({ "officialUrl": "http://www.mos.ru/" }), "officialUrl", "NOT_AN_ADDRESS"),
            (json!({ "officialUrl": "https://mos.ru.example.com/" }), "officialUrl", "NOT_OFFICIAL"),
            (json!({ "portal": "GOSUSLUGI" }), "officialUrl", "NOT_OFFICIAL"),
            (json!({ "checkedBy": " " }), "checkedBy", "MISSING"),
            (json!({ "checkedAt": null }), "checkedAt", "MISSING"),
            (json!({ "checkedAt": (app.now() + TimeDelta::days(1)).to_rfc3339() }), "checkedAt", "OUT_OF_RANGE"),
            (json!({ "nextReviewAt": "2026-01-01" }), "nextReviewAt", "IN_THE_PAST"),
        ] {
            let draft = drafted(&app, &publisher, change.clone()).await;
            assert_eq!(draft["problems"], json!([{ "field": [field], "code": code }]), "{change}");
            let refused = send(&app, &publisher, "serviceGuidePublish", seen(&draft)).await;
            assert_eq!((fields(&refused), codes(&refused)), (vec![field.to_owned()], vec![code]), "{change}");
        }
        assert!(read(&app, SLUG).await.is_null());
    }

    async fn readers_see_what_was_published(app) {
        let publisher = publisher(&app).await;
        let draft = published(&app, &publisher, json!({})).await;
        assert_eq!((&draft["state"], &draft["slug"]), (&json!("PUBLISHED"), &json!(SLUG)));
        let guide = read(&app, SLUG).await;
        assert_eq!(guide["shortTitle"], "Пропуск в бассейн");
        assert_eq!(guide["organisation"]["slug"], SCHOOL);
        assert_eq!(guide["steps"][1], json!({ "title": "Подать", "logic": "AND" }));
        assert_eq!(guide["channels"][0]["processing"], json!({ "max": 5, "unit": "WORKING_DAYS", "isVerified": true }));
        assert_eq!(guide["costs"][0], json!({ "amount": { "amount": "150.50" }, "isVerified": true }));
        assert_eq!(guide["documentGroups"][0]["required"], true);
        assert_eq!(guide["refusalGrounds"]["provide"], json!(["Нет справки"]));
        assert_eq!(guide["legalBasis"], json!([{ "act": "Приказ", "number": "7" }]));
        assert_eq!(guide["lifeEvents"].as_array().expect("events").len(), 1);
        assert_eq!((&guide["warnings"], &guide["checkedBy"]), (&json!([]), &json!(CHECKER)));
        assert!(guide["plainText"].as_str().expect("a text").contains("Заполните форму."));

        // A correction waits beside it, then stands in its place, life events and all.
        let change = seen_with(&draft, json!({ "lifeEvents": [], "steps": [{ "title": "Прийти", "text": "Лично." }] }));
        let changed = done(&app, &publisher, "serviceGuideUpdate", change).await;
        assert_eq!(read(&app, SLUG).await, guide);
        done(&app, &publisher, "serviceGuidePublish", seen(&changed)).await;
        let corrected = read(&app, SLUG).await;
        assert_eq!((&corrected["lifeEvents"], &corrected["steps"][0]["title"]), (&json!([]), &json!("Прийти")));

        let shown = app.ask_by(&publisher, "query($id: ID!) { draft(id: $id) { ... on ServiceGuideDraft { id version } } }",
            json!({ "id": corrected["id"] })).await;
        let gone = done(&app, &publisher, "serviceGuideArchive", seen(&shown.data()["draft"])).await;
        assert_eq!(gone["state"], "ARCHIVED");
        assert!(read(&app, SLUG).await.is_null());
    }

    async fn history_names_the_lists_that_changed_as_clients_do(app) {
        let publisher = publisher(&app).await;
        let draft = published(&app, &publisher, json!({})).await;
        let change = seen_with(&draft, json!({ "steps": [], "unionHelp": { "text": "Поможем." } }));
        done(&app, &publisher, "serviceGuideUpdate", change).await;
        let query = "query($id: ID!) { contentRevisions(id: $id, first: 1) { nodes { differences { field } } } }";
        let history = app.ask_by(&publisher, query, json!({ "id": draft["id"] })).await;
        let differences = &history.data()["contentRevisions"]["nodes"][0]["differences"];
        assert_eq!(each(differences, "field"), ["steps", "unionHelp.text"]);
    }

    async fn a_demo_guide_opens_lacking_only_somebody_who_has_checked_it(app) {
        let publisher = of_the_federation(&app).await;
        let shown = read(&app, "zagranpasport").await;
        assert_eq!(shown["warnings"].as_array().expect("warnings").len(), 1);
        let query = "query($id: ID!) { draft(id: $id) { ... on ServiceGuideDraft { id version title problems { field } steps { title } } } }";
        let opened = app.ask_by(&publisher, query, json!({ "id": shown["id"] })).await;
        let opened = &opened.data()["draft"];
        assert_eq!(opened["title"], shown["title"]);
        assert_eq!(opened["problems"], json!([{ "field": ["checkedBy"] }, { "field": ["checkedAt"] }]));
        let steps = opened["steps"].as_array().expect("steps").len();
        assert_eq!(shown["steps"].as_array().expect("steps").len(), steps);

        let checked = json!({ "checkedBy": CHECKER, "checkedAt": app.now().to_rfc3339() });
        let completed = done(&app, &publisher, "serviceGuideUpdate", seen_with(opened, checked)).await;
        done(&app, &publisher, "serviceGuidePublish", seen(&completed)).await;
        let after = read(&app, "zagranpasport").await;
        assert_eq!((&after["warnings"], &after["isVerified"]), (&json!([]), &json!(true)));
        assert_eq!((&after["steps"], &after["legalBasis"]), (&shown["steps"], &shown["legalBasis"]));
    }

    async fn every_demo_guide_opens_lacking_only_somebody_who_has_checked_it(app) {
        let publisher = of_the_federation(&app).await;
        let guides = app.ask("{ guides(first: 50) { nodes { id } } }").await;
        let ids = each(&guides.data()["guides"], "id");
        assert_eq!(ids.len(), 12);
        for id in ids {
            let query = "query($id: ID!) { draft(id: $id) { ... on ServiceGuideDraft { slug problems { field code } } } }";
            let opened = app.ask_by(&publisher, query, json!({ "id": id })).await;
            let lacking = json!([{ "field": ["checkedBy"], "code": "MISSING" }, { "field": ["checkedAt"], "code": "MISSING" }]);
            assert_eq!(opened.data()["draft"]["problems"], lacking, "{:#}", opened.body);
        }
    }

    async fn confirming_takes_the_warning_away_until_the_next_time(app) {
        let publisher = publisher(&app).await;
        let draft = published(&app, &publisher, json!({ "nextReviewAt": in_days(&app, 3) })).await;
        app.wait(TimeDelta::days(5));
        let publisher = with_role(&app, "later", "PUBLISHER", SCHOOL).await;
        let overdue = read(&app, SLUG).await;
        assert_eq!(overdue["warnings"].as_array().expect("warnings").len(), 1);

        let past = confirmation(&draft, "2026-01-01");
        let refused = send(&app, &publisher, "serviceGuideConfirmChecked", past).await;
        assert_eq!((fields(&refused), codes(&refused)), (vec!["nextReviewAt".to_owned()], vec!["IN_THE_PAST"]));
        let mut nameless = confirmation(&draft, &in_days(&app, 90));
        nameless["checkedBy"] = json!(" ");
        let refused = send(&app, &publisher, "serviceGuideConfirmChecked", nameless).await;
        assert_eq!((fields(&refused), codes(&refused)), (vec!["checkedBy".to_owned()], vec!["MISSING"]));

        let next = in_days(&app, 90);
        let confirmed = done(&app, &publisher, "serviceGuideConfirmChecked", confirmation(&draft, &next)).await;
        assert_eq!((&confirmed["state"], &confirmed["nextReviewAt"]), (&json!("PUBLISHED"), &json!(next)));
        let after = read(&app, SLUG).await;
        assert_eq!((&after["warnings"], &after["nextReviewAt"]), (&json!([]), &json!(next)));
        assert!(after["checkedAt"].as_str() > overdue["checkedAt"].as_str());
        assert_eq!(after["revision"].as_i64().expect("a number"), overdue["revision"].as_i64().expect("a number") + 1);
        assert_eq!(after["steps"], overdue["steps"]);

        // The request that got lost comes again: nothing more happens.
        let noted = || audit_entry::Entity::find()
            .filter(audit_entry::Column::Action.eq("content.confirm_checked"))
            .count(app.database.reader());
        let changes = || change_log::Entity::find().count(app.database.reader());
        let before = (noted().await.expect("a count"), changes().await.expect("a count"));
        assert_eq!(before.0, 1);
        let again = done(&app, &publisher, "serviceGuideConfirmChecked", confirmation(&draft, &next)).await;
        assert_eq!(again, confirmed);
        assert_eq!((noted().await.expect("a count"), changes().await.expect("a count")), before);
        let stale = confirmation(&draft, &in_days(&app, 91));
        let refused = send(&app, &publisher, "serviceGuideConfirmChecked", stale).await;
        assert_eq!(codes(&refused), ["CONFLICT"]);
        assert_eq!(refused["current"]["nextReviewAt"], json!(next));
    }

    async fn only_a_publisher_of_that_organisation_confirms(app) {
        let publisher = publisher(&app).await;
        let draft = published(&app, &publisher, json!({})).await;
        let input = confirmation(&draft, &in_days(&app, 120));
        for (name, role, organisation, code) in [
            ("correspondent", "CORRESPONDENT", SCHOOL, "NOT_FOUND"),
            ("editor", "EDITOR", SCHOOL, "MAY_NOT_PUBLISH"),
            ("stranger", "PUBLISHER", HOSPITAL, "NOT_FOUND"),
        ] {
            let person = with_role(&app, name, role, organisation).await;
            let refused = send(&app, &person, "serviceGuideConfirmChecked", input.clone()).await;
            assert_eq!(codes(&refused), [code], "{name}");
        }
        let unseen = drafted(&app, &publisher, json!({})).await;
        let unseen = confirmation(&unseen, &in_days(&app, 120));
        let refused = send(&app, &publisher, "serviceGuideConfirmChecked", unseen).await;
        assert_eq!(codes(&refused), ["NOT_PUBLISHED"]);
    }

    async fn a_draft_beside_it_stays_and_keeps_the_confirmation(app) {
        let publisher = publisher(&app).await;
        let draft = published(&app, &publisher, json!({})).await;
        let change = seen_with(&draft, json!({ "title": "Пропуск в два бассейна" }));
        let changed = done(&app, &publisher, "serviceGuideUpdate", change).await;
        let next = in_days(&app, 120);
        let confirmed = done(&app, &publisher, "serviceGuideConfirmChecked", confirmation(&changed, &next)).await;
        assert_eq!((&confirmed["state"], &confirmed["title"]), (&json!("DRAFT"), &json!("Пропуск в два бассейна")));
        let shown = read(&app, SLUG).await;
        assert_eq!((&shown["title"], &shown["nextReviewAt"]), (&json!("Пропуск в бассейн"), &json!(next)));
        done(&app, &publisher, "serviceGuidePublish", seen(&confirmed)).await;
        let shown = read(&app, SLUG).await;
        assert_eq!((&shown["title"], &shown["nextReviewAt"]), (&json!("Пропуск в два бассейна"), &json!(next)));
    }

    async fn staff_see_what_is_due_where_they_edit_the_soonest_first(app) {
        let publisher = publisher(&app).await;
        for (title, days) in [("Позже", 10), ("Скоро", 2), ("Нескоро", 60)] {
            let change = json!({ "title": title, "nextReviewAt": in_days(&app, days) });
            published(&app, &publisher, change).await;
        }
        let found = due(&app, &publisher).await;
        assert_eq!((slugs(&found), &found["totalCount"]), (vec!["skoro", "pozzhe"], &json!(2)));
        assert_eq!(found["nodes"][0]["isOverdue"], false);
        let stranger = with_role(&app, "stranger", "EDITOR", HOSPITAL).await;
        assert_eq!(due(&app, &stranger).await["totalCount"], 0);

        app.wait(TimeDelta::days(3));
        let publisher = with_role(&app, "later", "PUBLISHER", SCHOOL).await;
        let found = due(&app, &publisher).await;
        let overdue: Vec<bool> = found["nodes"].as_array().expect("nodes").iter()
            .map(|node| node["isOverdue"].as_bool().expect("an answer")).collect();
        assert_eq!(overdue, [true, false]);

        // Its version is what confirming asks for.
        let first = &found["nodes"][0];
        let id = read(&app, "skoro").await["id"].clone();
        let input = confirmation(&json!({ "id": id, "version": first["version"] }), &in_days(&app, 90));
        done(&app, &publisher, "serviceGuideConfirmChecked", input).await;
        assert_eq!(slugs(&due(&app, &publisher).await), ["pozzhe"]);
    }

    async fn editors_are_reminded_of_an_overdue_guide_once_a_week(app) {
        let publisher = publisher(&app).await;
        published(&app, &publisher, json!({ "nextReviewAt": in_days(&app, 1) })).await;
        with_role(&app, "editor", "EDITOR", SCHOOL).await;
        let school = builders::organisation_id(&app.database, SCHOOL).await;
        let remind = || remind_of_overdue(&app.database, app.now());
        let jobs = || job::Entity::find()
            .filter(job::Column::Kind.eq(REMIND_JOB))
            .filter(job::Column::UniqueKey.starts_with(format!("guides_overdue:{school}:")))
            .count(app.database.reader());
        remind().await.expect("reminded");
        assert_eq!(jobs().await.expect("a count"), 0);

        app.wait(TimeDelta::days(3));
        for _ in 0..3 {
            remind().await.expect("reminded");
        }
        assert_eq!(jobs().await.expect("a count"), 1);
        for told in ["editor@example.ru", "publisher@example.ru"] {
            until_told(&app, told, 1).await;
        }
        app.wait(TimeDelta::days(7));
        remind().await.expect("reminded");
        assert_eq!(jobs().await.expect("a count"), 2);
        until_told(&app, "editor@example.ru", 2).await;
    }
}
