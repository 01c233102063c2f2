//! A session in calendars, and the page on which a certificate is checked.

use sea_orm::Set;

use super::{meeting, seen};
use crate::{
    on_both_databases,
    support::{App, builders},
};

/// What stands at an address.
async fn fetch(app: &App, url: &str) -> (u16, String, String) {
    let answer = app.client.get(url).send().await.expect("an answer");
    let status = answer.status().as_u16();
    let header = |name: &str| {
        let value = answer.headers().get(name);
        value.map_or(String::new(), |value| {
            value.to_str().expect("text").to_owned()
        })
    };
    let (kind, keep) = (header("content-type"), header("cache-control"));
    let text = answer.text().await.expect("text");
    assert!(status != 200 || kind.starts_with("text/calendar"), "{kind}");
    (status, keep, text)
}

on_both_databases! {
    async fn a_session_stands_in_calendars_for_those_who_may_see_it(app) {
        let public = meeting(&app, |_| {}).await;
        let address = app.url(&format!("/training/sessions/{}.ics", public.node));
        let (status, keep, text) = fetch(&app, &address).await;
        assert_eq!((status, keep.as_str()), (200, "public, max-age=30, stale-while-revalidate=30"));
        for line in ["BEGIN:VCALENDAR\r\n", "METHOD:PUBLISH\r\n", "SEQUENCE:0\r\n", "DTSTART;TZID=Europe/Moscow:", "SUMMARY:Госуслуги для профактива\r\n", "LOCATION:Актовый зал\r\n"] {
            assert!(text.contains(line), "{line} in {text}");
        }
        assert!(!text.contains("meet.example"), "where it is held online is for those with a seat");

        let course = builders::course(&app.database, "for-members", &builders::members()).await;
        let hidden = meeting(&app, |row| row.course_id = Set(course)).await;
        let address = app.url(&format!("/training/sessions/{}.ics", hidden.node));
        assert_eq!(fetch(&app, &address).await.0, 404);
        let member = builders::member_of(&app.database, crate::training::SCHOOL).await;
        let query = "query($id: ID!) { node(id: $id) { ... on TrainingSession { calendarUrl } } }";
        let answer = app.ask_as(member, query, serde_json::json!({ "id": hidden.node })).await;
        let keyed = answer.data()["node"]["calendarUrl"].as_str().expect("an address").to_owned();
        assert!(seen(&app, &hidden).await.is_null());
        let (status, keep, text) = fetch(&app, &keyed).await;
        assert_eq!((status, keep.as_str()), (200, "private, no-store"));
        assert!(text.contains("SUMMARY:for-members\r\n"), "{text}");
        let altered = format!("{}0", &keyed[..keyed.len() - 1]);
        let altered = if altered == keyed { format!("{}1", &keyed[..keyed.len() - 1]) } else { altered };
        assert_eq!(fetch(&app, &altered).await.0, 404);
        for wrong in ["x.ics", public.node.as_str(), "AAAA.ics"] {
            let (status, ..) = fetch(&app, &app.url(&format!("/training/sessions/{wrong}"))).await;
            assert!([400, 404].contains(&status), "{wrong}: {status}");
        }
    }

    async fn the_page_for_certificates_runs_only_its_own(app) {
        let page = app.client.get(app.url("/certificate")).send().await.expect("an answer");
        assert_eq!(page.status(), 200);
        let policy = page.headers()["content-security-policy"].to_str().expect("text").to_owned();
        assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"), "{policy}");
        let html = page.text().await.expect("text");
        for file in ["/verify/page.css", "/certificate/page.js"] {
            assert!(html.contains(file), "{file}");
            let part = app.client.get(app.url(file)).send().await.expect("an answer");
            assert_eq!(part.status(), 200, "{file}");
        }
    }
}
