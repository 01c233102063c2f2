//! The report to the Council: a page that prints, and a table.

use api::domain::content::AudienceDefinition;
use entities::service_guide;
use reqwest::{Response, StatusCode};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};

use super::{copies, count, months_ago, report, write};
use crate::{
    on_both_databases,
    support::{App, builders},
};

const PAGE: &str = "/reports/service-quality";
const TABLE: &str = "/reports/service-quality.csv";

async fn get(app: &App, path: &str) -> Response {
    app.client
        .get(app.url(path))
        .send()
        .await
        .expect("an answer")
}

fn header<'r>(answer: &'r Response, name: &str) -> &'r str {
    let value = answer.headers().get(name);
    value.map_or("", |value| value.to_str().expect("text"))
}

async fn entitle(app: &App, guide: uuid::Uuid, title: &str) {
    let read = service_guide::Entity::find_by_id(guide)
        .one(app.database.writer())
        .await;
    let mut read = read.expect("a query").expect("a guide").into_active_model();
    read.title = Set(title.into());
    read.update(app.database.writer()).await.expect("entitled");
}

/// Three services: one with enough, one with too few, one for members.
async fn set_up(app: &App) {
    for (slug, title, audience, many) in [
        (
            "enough",
            "=HYPERLINK(\"x\"), <b>справка</b>",
            AudienceDefinition::default(),
            25,
        ),
        (
            "too-few",
            "Справка, редкая",
            AudienceDefinition::default(),
            2,
        ),
        ("hidden", "Тайная справка", builders::members(), 30),
    ] {
        let guide = builders::guide(&app.database, slug, &audience).await;
        entitle(app, guide, title).await;
        let one = report(guide, months_ago(app, 1), app.now());
        write(&app.database, copies(&one, many)).await;
    }
    count(app).await;
}

on_both_databases! {
    async fn the_page_needs_nothing_but_its_style(app) {
        set_up(&app).await;
        let page = get(&app, PAGE).await;
        assert_eq!(page.status(), StatusCode::OK);
        assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");
        assert!(header(&page, "content-security-policy").starts_with("default-src 'none'; style-src 'self'"));
        assert!(header(&page, "cache-control").starts_with("public, max-age=30"));
        let tag = header(&page, "etag").to_owned();
        let text = page.text().await.expect("text");
        assert!(text.contains("=HYPERLINK(&quot;x&quot;), &lt;b&gt;справка&lt;/b&gt;</a>"));
        assert!(text.contains("отзывов мало: не хватает 3"));
        assert!(text.contains("<svg") && !text.contains("<script"));
        assert!(text.contains("Это не оценка всех"));
        assert!(!text.contains("Тайная"));
        let style = get(&app, "/reports/service-quality/page.css").await;
        assert!(style.text().await.expect("text").contains("@media print"));
        let known = app.client.get(app.url(PAGE)).header("if-none-match", tag).send().await;
        assert_eq!(known.expect("an answer").status(), StatusCode::NOT_MODIFIED);
    }

    async fn the_table_is_read_by_others_and_runs_nothing(app) {
        set_up(&app).await;
        let answer = get(&app, TABLE).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(header(&answer, "content-type"), "text/csv; charset=utf-8; header=present");
        assert!(header(&answer, "content-disposition").starts_with("attachment"));
        let text = answer.text().await.expect("text");
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert!(lines[0].starts_with("Услуга,Инструкция,С,По,"));
        assert!(lines[1].starts_with("Все услуги,,"));
        assert!(text.contains("\r\n\"'=HYPERLINK(\"\"x\"\"), <b>справка</b>\",/guides/enough,"));
        assert!(text.contains("\r\n\"Справка, редкая\",/guides/too-few,"));
        assert!(!text.contains("Тайная"));
        // All: 27 reports; of the one with enough all were completed.
        assert!(lines[1].contains(",27,,1,"), "{}", lines[1]);
        let marked = get(&app, &format!("{TABLE}?bom=true")).await;
        assert!(marked.bytes().await.expect("bytes").starts_with(b"\xEF\xBB\xBF"));
    }

    async fn what_cannot_be_shown_is_named(app) {
        for address in [PAGE, TABLE] {
            for (query, named) in [
                ("from=soon", "from"),
                ("from=2020-01-01&to=2026-01-01", "from"),
                ("portal=mos.ru", "portal"),
                ("edition=old", "edition"),
            ] {
                let answer = get(&app, &format!("{address}?{query}")).await;
                assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{query}");
                let text = answer.text().await.expect("text");
                assert!(text.contains("BAD_USER_INPUT") && text.contains(named), "{text}");
            }
        }
        let frozen = get(&app, &format!("{PAGE}?edition=frozen&from=2026-01-01&to=2026-02-01&portal=MOS_RU")).await;
        assert!(frozen.text().await.expect("text").contains("не все месяцы периода закрыты"));
    }
}
