//! A draft is shown to whoever has the link to it, as readers would see it, and for an hour.

use chrono::TimeDelta;
use reqwest::{StatusCode, header::ACCEPT};
use serde_json::{Value, json};

use super::{
    HOSPITAL, SCHOOL, benefits, done, drafted, guides, pages, publisher, seen, seen_with, with_role,
};
use crate::{
    on_both_databases,
    support::{Answer, App, Person},
};

const LINK: &str = "query($id: ID!) { previewLink(id: $id) { url expiresAt } }";
const PAGE: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
const JSON: &str = "application/json";

/// Where the link that somebody gets leads, on this server.
async fn path_of(app: &App, person: &Person, draft: &Value) -> String {
    let answer = app.ask_by(person, LINK, json!({ "id": draft["id"] })).await;
    let url = answer.data()["previewLink"]["url"]
        .as_str()
        .expect("a link")
        .to_owned();
    let at = url.find("/preview/").expect("a path");
    url[at..].to_owned()
}

/// What a stranger gets there.
async fn open(app: &App, path: &str, accept: &str) -> Answer {
    let sent = app.client.get(app.url(path)).header(ACCEPT, accept).send();
    Answer::of(sent.await.expect("an answer")).await
}

fn text(answer: &Answer) -> &str {
    answer.body.as_str().expect("text")
}

/// What a stranger gets by the link to a draft: the page, and the same as JSON.
async fn shown(app: &App, person: &Person, draft: &Value) -> (String, Value) {
    let path = path_of(app, person, draft).await;
    let page = open(app, &path, PAGE).await;
    assert_eq!(page.status, StatusCode::OK);
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'"), "{policy}");
    (text(&page).to_owned(), open(app, &path, JSON).await.body)
}

/// A section of a preview, by the name of its field.
fn section<'j>(shown: &'j Value, name: &str) -> &'j Value {
    let sections = shown["sections"].as_array().expect("sections");
    let found = sections.iter().find(|section| section["name"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {shown:#}"))
}

/// The values of a section of facts, as `label: value`.
fn facts(section: &Value) -> Vec<String> {
    let facts = section["facts"].as_array().expect("facts");
    let told = |fact: &Value| {
        let text = |key: &str| fact[key].as_str().expect("text").replace('\u{a0}', " ");
        format!("{}: {}", text("label"), text("value"))
    };
    facts.iter().map(told).collect()
}

on_both_databases! {
    async fn a_stranger_with_the_link_sees_the_draft(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        let path = path_of(&app, &publisher, &draft).await;
        let page = open(&app, &path, PAGE).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.header("content-type").starts_with("text/html"));
        assert_eq!(page.header("cache-control"), "private, no-store");
        assert!(page.header("x-robots-tag").contains("noindex"));
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        for part in [
            "Черновик: это увидят читатели после публикации",
            "Материал пишется",
            "<h1>Собрание перенесли на четверг</h1>",
            "Начало в шесть вечера.",
            "<strong>актовом</strong>",
        ] {
            assert!(text(&page).contains(part), "{part} in {}", text(&page));
        }

        let shown = open(&app, &path, JSON).await;
        assert_eq!(shown.body["kind"], "NEWS_ARTICLE");
        assert_eq!(shown.body["title"], draft["headline"]);
        assert_eq!(shown.body["lead"], draft["lead"]);
        assert_eq!(shown.body["bodyHtml"], draft["bodyHtml"]);
        assert_eq!(shown.body["state"], "DRAFT");
        assert!(shown.body["coverUrl"].is_null() && shown.body["expiresAt"].is_string());

        let published = done(&app, &publisher, "newsArticlePublish", seen(&draft)).await;
        let page = open(&app, &path, PAGE).await;
        assert!(text(&page).contains("Опубликовано"), "{}", text(&page));
        assert_eq!(published["state"], "PUBLISHED");
    }

    async fn a_link_is_for_those_who_may_see_the_draft(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        let stranger = with_role(&app, "stranger", "ORGANISATION_ADMIN", HOSPITAL).await;
        let correspondent = with_role(&app, "correspondent", "CORRESPONDENT", SCHOOL).await;
        for person in [&stranger, &correspondent] {
            let answer = app.ask_by(person, LINK, json!({ "id": draft["id"] })).await;
            assert!(answer.data()["previewLink"].is_null());
        }
        let own = drafted(&app, &correspondent).await;
        let path = path_of(&app, &correspondent, &own).await;
        assert_eq!(open(&app, &path, PAGE).await.status, StatusCode::OK);
    }

    async fn an_altered_or_expired_link_shows_nothing(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        let path = path_of(&app, &publisher, &draft).await;
        let other = drafted(&app, &publisher).await;
        let other = path_of(&app, &publisher, &other).await;
        let (content, rest) = path.split_once('.').expect("parts");
        let (foreign, _) = other.split_once('.').expect("parts");
        let changed = |at: usize| {
            let mut path = path.clone();
            let letter = if &path[at..=at] == "0" { "1" } else { "0" };
            path.replace_range(at..=at, letter);
            path
        };
        for altered in [
            changed(path.len() - 1),
            changed("/preview/".len()),
            changed(content.len() + 1),
            format!("{foreign}.{rest}"),
            format!("{path}.1"),
            "/preview/x".into(),
            "/preview/...".into(),
        ] {
            for accept in [PAGE, JSON] {
                let refused = open(&app, &altered, accept).await;
                assert_eq!(refused.status, StatusCode::NOT_FOUND, "{altered}");
                assert!(!refused.body.to_string().contains("Собрание"));
            }
        }
        app.wait(TimeDelta::minutes(59));
        assert_eq!(open(&app, &path, PAGE).await.status, StatusCode::OK);
        app.wait(TimeDelta::minutes(2));
        let refused = open(&app, &path, PAGE).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
        assert_eq!(refused.header("cache-control"), "private, no-store");
    }

    async fn a_draft_that_is_gone_shows_nothing(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        let path = path_of(&app, &publisher, &draft).await;
        done(&app, &publisher, "newsArticleDiscard", seen(&draft)).await;
        assert_eq!(open(&app, &path, JSON).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_benefit_is_shown_with_all_that_readers_get(app) {
        let publisher = publisher(&app).await;
        let known = app.ask("{ outlets(first: 1) { nodes { name address partner { brandName } } } }").await;
        let outlet = &known.data()["outlets"]["nodes"][0];
        let draft = benefits::drafted(&app, &publisher, json!({
            "value": { "kind": "SPECIAL_PRICE", "amount": "1500", "basePrice": "2000.50" },
            "eligibility": { "minMembershipMonths": 6, "dependentsAllowed": true, "okrugs": ["CAO"],
                "documents": ["Паспорт"], "organisations": [app.organisation_node(SCHOOL).await] },
            "validThrough": "2027-12-31",
            "okrugs": ["SAO", "TAO"],
            "adMark": { "advertiser": "ООО «Пример»", "token": "2Vtzq" },
        })).await;
        let (page, json) = shown(&app, &publisher, &draft).await;
        assert_eq!((&json["kind"], &json["title"]), (&json!("BENEFIT"), &draft["title"]));
        assert_eq!(json["lead"], draft["summary"]);
        assert_eq!(
            facts(section(&json, "value")),
            ["В чём выгода: Особая цена", "Сумма: 1 500 ₽", "Обычная цена: 2 000,50 ₽"]
        );
        let partner = outlet["partner"]["brandName"].as_str().expect("a name");
        assert!(facts(section(&json, "partner")).contains(&format!("Партнёр: {partner}")));
        let eligibility = facts(section(&json, "eligibility"));
        for fact in ["Стаж в профсоюзе: от 6 мес.", "Близким: тоже", "Округа: ЦАО", "Документы: Паспорт"] {
            assert!(eligibility.iter().any(|told| told == fact), "{fact} in {eligibility:?}");
        }
        assert_eq!(section(&json, "terms")["html"], draft["termsHtml"]);
        assert_eq!(
            facts(section(&json, "validity")),
            ["Срок: с 01.01.2026 по 31.12.2027", "Округа: САО, ТАО"]
        );
        assert_eq!(section(&json, "outlets")["items"][0]["title"], outlet["name"]);
        for part in [
            "<h2 id=\"terms\">Условия</h2><p>На <strong>годовой</strong> абонемент.</p>",
            "<h2 id=\"howToUse\">Как воспользоваться</h2>",
            "<dt>Раз на человека</dt><dd>1 за всё время</dd>",
            "<dt>erid</dt><dd>2Vtzq</dd>",
            outlet["address"].as_str().expect("an address"),
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
        // Readers get the common code by redeeming the benefit, not before.
        assert!(!page.contains("PLAVAJ") && !json.to_string().contains("PLAVAJ"));
    }

    async fn a_guide_is_shown_with_its_passport_and_its_warnings(app) {
        let publisher = publisher(&app).await;
        let draft = guides::drafted(&app, &publisher, json!({
            "checkedBy": null,
            "steps": [
                { "title": "Войти", "text": "Откройте портал.", "link": "https://www.mos.ru/", "tip": "Возьмите телефон." },
                { "title": "Подать", "text": "Заполните форму.", "logic": "OR" },
            ],
            "documentGroups": [{ "title": "Личность", "pick": "ONE_OF",
                "items": [{ "name": "Паспорт", "note": "свой", "obtainedByAgency": true }] }],
            "alert": { "text": "Портал не работает до утра.", "until": (app.now() + TimeDelta::hours(5)).to_rfc3339() },
            "fraudWarning": "Код из СМС не называйте.",
            "unionHelp": { "text": "Поможет правовая служба.", "contact": "Кабинет 5" },
        })).await;
        let (page, json) = shown(&app, &publisher, &draft).await;
        assert_eq!(json["kind"], "SERVICE_GUIDE");
        let notices = json["notices"].as_array().expect("notices");
        assert_eq!(notices.len(), 2, "{notices:?}");
        assert!(notices[0].as_str().is_some_and(|text| text.contains("ещё не проверила")));
        assert_eq!(notices[1], "Портал не работает до утра.");
        let service = facts(section(&json, "service"));
        for fact in ["Где подают: mos.ru", "Ведомство: Департамент спорта", "Официальная страница: https://www.mos.ru/pgu/"] {
            assert!(service.iter().any(|told| told == fact), "{fact} in {service:?}");
        }
        let steps = section(&json, "steps");
        assert_eq!(steps["kind"], "STEPS");
        assert_eq!(steps["items"][0], json!({
            "title": "Войти", "lines": ["Откройте портал.", "Совет: Возьмите телефон."], "link": "https://www.mos.ru/",
        }));
        assert_eq!(
            section(&json, "documentGroups")["items"][0]["lines"],
            json!(["Нужны: любой один", "Паспорт (свой), ведомство получит само"])
        );
        for part in [
            "<p class=\"notice\">Портал не работает до утра.</p>",
            "<ol><li><p><a href=\"https://www.mos.ru/\" rel=\"noopener nofollow\">Войти</a></p><p>Откройте портал.</p>",
            "Достаточно одного из действий",
            "<p>Срок: до 5 раб. дн.</p>",
            "Пропуск: 150,50\u{a0}₽",
            "Нет справки",
            "№ 7",
            "Код из СМС не называйте.",
            "Кабинет 5",
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
    }

    async fn a_page_is_shown_with_its_text(app) {
        let publisher = publisher(&app).await;
        let draft = pages::drafted(&app, &publisher, "Контакты", 1).await;
        let (page, json) = shown(&app, &publisher, &draft).await;
        assert_eq!((&json["kind"], &json["title"]), (&json!("ORGANISATION_PAGE"), &json!("Контакты")));
        assert_eq!(json["bodyHtml"], draft["bodyHtml"]);
        assert!(page.contains("<h1>Контакты</h1>") && page.contains("<strong>средам</strong>"), "{page}");
    }

    async fn an_empty_draft_of_any_kind_is_shown_for_what_it_is(app) {
        let publisher = publisher(&app).await;
        for kind in ["newsArticle", "benefit", "serviceGuide", "organisationPage", "course"] {
            let input = json!({
                "organisation": app.organisation_node(SCHOOL).await,
                "clientMutationKey": uuid::Uuid::new_v4(),
            });
            let draft = done(&app, &publisher, &format!("{kind}Create"), input).await;
            let (page, json) = shown(&app, &publisher, &draft).await;
            assert!(page.contains("<h1>Без заголовка</h1>"), "{kind}: {page}");
            assert!(json["title"].is_null() && json["sections"].is_array(), "{kind}: {json:#}");
        }
    }

    async fn nothing_in_the_parts_of_a_preview_runs(app) {
        let publisher = publisher(&app).await;
        let hostile = "\"><script>alert(1)</script><img src=x onerror=alert(2)>";
        let benefit = benefits::drafted(&app, &publisher, json!({
            "summary": hostile, "terms": hostile, "howToUse": hostile,
            "redemption": { "kind": "BOOKING", "url": "javascript:alert(3)", "phone": hostile },
            "eligibility": { "documents": [hostile] },
            "adMark": { "advertiser": hostile, "token": hostile },
        })).await;
        let guide = guides::drafted(&app, &publisher, json!({
            "officialUrl": "javascript:alert(4)",
            "whoMayApply": [hostile],
            "steps": [{ "title": hostile, "text": hostile, "link": "javascript:alert(5)" }],
            "alert": { "text": hostile, "until": (app.now() + TimeDelta::hours(5)).to_rfc3339() },
        })).await;
        for draft in [&benefit, &guide] {
            let (page, json) = shown(&app, &publisher, draft).await;
            let html = page.to_lowercase();
            assert!(html.contains("&lt;script&gt;"), "{html}");
            for running in ["<script", "<img", "href=\"javascript:", "href=\"data:"] {
                assert!(!html.contains(running), "{running} in {html}");
            }
            for section in json["sections"].as_array().expect("sections") {
                let written = section["html"].as_str().unwrap_or_default();
                assert!(!written.contains("<script") && !written.contains("<img"), "{section:#}");
                assert!(!section.to_string().contains("\"link\":\"javascript"), "{section:#}");
            }
        }
    }

    async fn nothing_in_a_preview_runs(app) {
        let publisher = publisher(&app).await;
        let draft = drafted(&app, &publisher).await;
        let hostile = "<script>alert(1)</script>\"><img src=x onerror=alert(2)>{title}";
        let change = seen_with(&draft, json!({ "headline": hostile, "lead": hostile, "body": hostile }));
        let draft = done(&app, &publisher, "newsArticleUpdate", change).await;
        let page = open(&app, &path_of(&app, &publisher, &draft).await, PAGE).await;
        let policy = page.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{policy}");
        let html = text(&page).to_lowercase();
        for running in ["<script", "<img", "<iframe", "javascript:"] {
            assert!(!html.contains(running), "{running} in {html}");
        }
        assert!(html.contains("&lt;script&gt;"), "{html}");
        let style = open(&app, "/preview/page.css", "text/css").await;
        assert!(style.header("content-type").starts_with("text/css"));
    }
}
