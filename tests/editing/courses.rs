//! Courses, from their editors' desk to the portal.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{SCHOOL, codes, done, fields, publisher, route, seen, seen_with, send};
use crate::{
    on_both_databases,
    support::{App, Person, answer::each},
};

/// What is asked of a course's draft.
pub const DRAFT: &str = "title summary provider format level hours certificateKind body bodyHtml
    programme { title hours text } materials { title url } relatedGuides { slug }
    published { title slug }";

const READ: &str = "query($slug: String!) { course(slug: $slug) { id slug path title summary format
    level hours certificateKind bodyHtml plainText programme { title hours } materials { title url }
    relatedGuides { slug } organisation { slug } openGraph { title } structuredData revision } }";

/// Begins a course that lacks nothing.
async fn drafted(app: &App, person: &Person, title: &str) -> Value {
    let guide = app.ask("{ guide(slug: \"zagranpasport\") { id } }").await;
    let input = json!({
        "organisation": app.organisation_node(SCHOOL).await,
        "clientMutationKey": Uuid::new_v4(),
        "title": title,
        "summary": "Как помочь коллеге с услугой.",
        "format": "HYBRID",
        "level": "BEGINNER",
        "hours": 6,
        "certificateKind": "COMPLETION",
        "programme": [
            { "title": "Вход", "hours": 2, "text": "Виды записей" },
            { "title": "Заявление", "hours": 4 },
        ],
        "materials": [{ "title": "Портал", "url": "https://www.gosuslugi.ru/" }],
        "body": "Занятия по **средам**.",
        "relatedGuides": [guide.data()["guide"]["id"]],
    });
    done(app, person, "courseCreate", input).await
}

/// A course as a stranger sees it.
async fn read(app: &App, slug: &str) -> Value {
    let answer = app.ask_with(READ, json!({ "slug": slug })).await;
    answer.data()["course"].clone()
}

on_both_databases! {
    async fn a_course_names_all_it_lacks(app) {
        let publisher = publisher(&app).await;
        let input = json!({
            "organisation": app.organisation_node(SCHOOL).await,
            "clientMutationKey": Uuid::new_v4(),
            "hours": 0,
            "programme": [{ "title": " ", "hours": -1 }],
            "materials": [{ "title": "Портал", "url": "javascript:alert(1)" }],
        });
        let draft = done(&app, &publisher, "courseCreate", input).await;
        let refused = send(&app, &publisher, "coursePublish", seen(&draft)).await;
        assert_eq!(fields(&refused), [
            "title", "summary", "format", "hours", "programme.0.title", "programme.0.hours", "materials.0.url",
        ]);
        assert_eq!(codes(&refused), [
            "MISSING", "MISSING", "MISSING", "OUT_OF_RANGE", "MISSING", "OUT_OF_RANGE", "NOT_AN_ADDRESS",
        ]);
    }

    async fn a_course_is_written_published_and_taken_back(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher, "Услуги для всех").await;
        assert_eq!(draft["problems"], json!([]));
        assert_eq!(draft["programme"][1], json!({ "title": "Заявление", "hours": 4, "text": null }));
        assert!(read(&app, "uslugi-dlya-vseh").await.is_null());

        let shown = done(&app, &publisher, "coursePublish", seen(&draft)).await;
        assert_eq!((&shown["state"], &shown["slug"]), (&json!("PUBLISHED"), &json!("uslugi-dlya-vseh")));
        let course = read(&app, "uslugi-dlya-vseh").await;
        assert_eq!(course["path"], "/courses/uslugi-dlya-vseh");
        assert_eq!((&course["hours"], &course["certificateKind"]), (&json!(6), &json!("COMPLETION")));
        assert_eq!(course["bodyHtml"], "<p>Занятия по <strong>средам</strong>.</p>\n");
        assert!(course["plainText"].as_str().expect("words").contains("Виды записей"));
        assert_eq!(each(&course["relatedGuides"], "slug"), ["zagranpasport"]);
        let linked: Value = serde_json::from_str(course["structuredData"].as_str().expect("JSON-LD")).expect("JSON");
        assert_eq!((&linked["@type"], &linked["timeRequired"]), (&json!("Course"), &json!("PT270M")));
        assert_eq!(linked["syllabusSections"][0]["name"], "Вход");
        assert_eq!(route(&app, "/courses/uslugi-dlya-vseh").await["__typename"], "Course");
        let listed = app.ask("{ courses(first: 100) { totalCount nodes { slug } } }").await;
        assert_eq!(listed.data()["courses"]["totalCount"], 7);
        assert!(each(&listed.data()["courses"], "slug").contains(&"uslugi-dlya-vseh".to_owned()));

        let changed = seen_with(&shown, json!({ "title": "Услуги для профкома", "materials": null }));
        let draft = done(&app, &publisher, "courseUpdate", changed).await;
        assert_eq!(draft["published"]["title"], "Услуги для всех");
        let shown = done(&app, &publisher, "coursePublish", seen(&draft)).await;
        let course = read(&app, "uslugi-dlya-vseh").await;
        assert_eq!((&course["title"], &course["materials"]), (&json!("Услуги для профкома"), &json!([])));

        let withdrawal = seen_with(&shown, json!({ "explanation": "Курс устарел." }));
        done(&app, &publisher, "courseWithdraw", withdrawal).await;
        assert!(read(&app, "uslugi-dlya-vseh").await.is_null());
        let led = route(&app, "/courses/uslugi-dlya-vseh").await;
        assert_eq!((&led["__typename"], &led["explanation"]), (&json!("Withdrawn"), &json!("Курс устарел.")));
    }

    async fn a_demo_course_lacks_nothing(app) {
        let admin = app.admin().await.person;
        let courses = app.ask("{ courses(first: 20) { nodes { id slug sessions(first: 5) { totalCount } } } }").await;
        let courses = courses.data()["courses"]["nodes"].as_array().cloned().expect("courses");
        assert_eq!(courses.len(), 6);
        for course in courses {
            assert_eq!(course["sessions"]["totalCount"], 1, "{course}");
            let query = "query($id: ID!) { draft(id: $id) { ... on CourseDraft { problems { code field } } } }";
            let opened = app.ask_by(&admin, query, json!({ "id": course["id"] })).await;
            assert_eq!(opened.data()["draft"]["problems"], json!([]), "{course}");
        }
    }
}
