//! A draft is shown to whoever has the link to it, as readers would see it, and for an hour.

use chrono::TimeDelta;
use reqwest::{StatusCode, header::ACCEPT};
use serde_json::{Value, json};

use super::{HOSPITAL, SCHOOL, done, drafted, publisher, seen, seen_with, with_role};
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
