//! Texts that were written to do harm are only letters when readers get them.

mod inspecting;
mod strings;

use std::{collections::BTreeSet, fmt::Write as _, path::Path, process::Command};

use api::domain::{
    content::{Pictures, RenderedText},
    media::Picture,
};
use entities::enums::ImageFormat;
use serde_json::{Value, json};
use uuid::Uuid;

use self::{
    inspecting::{faults_of_blocks, faults_of_html},
    strings::Hostile,
};
use super::{done, drafted, publisher, seen, seen_with, whole};
use crate::on_both_databases;

/// The contract's number of hostile texts; families times contexts make several times as many.
const FEWEST: usize = 500;
const TEXTS_A_PAGE: usize = 50;
/// How many of them an editor puts into one article, and how many bytes of JSON these may take together:
/// a request has 64 KiB, and the rest of the article goes with them.
const IN_ONE_ARTICLE: usize = 100;
const LARGEST_ARTICLE: usize = 60_000;
/// Of one text, when they stand together in an article.
const LONGEST: usize = 500;
/// From one of these to the next. A prime, so that contexts take turns.
const STRIDE: usize = 1_009;
/// The one picture that texts may show; its description is hostile as well.
const PICTURE: Uuid = Uuid::from_u128(0x0000_0000_0000_4000_8000_0000_0000_0000);

const SLUG: &str = "sobranie-perenesli-na-chetverg";
const ARTICLE: &str = "query($slug: String!) { newsArticle(slug: $slug) { bodyHtml plainText body { __typename
    ... on ParagraphBlock { spans { text marks href } } ... on HeadingBlock { level spans { text href } }
    ... on ListBlock { ordered items { depth spans { text href } } } ... on QuoteBlock { spans { text href } }
    ... on CalloutBlock { kind spans { text href } } ... on VideoBlock { url title }
    ... on TableBlock { header { spans { text href } } rows { cells { spans { text href } } } } } } }";

fn pictures() -> Pictures {
    let picture = Picture {
        id: PICTURE,
        format: ImageFormat::Webp,
        checksum: "0123456789abcdef".repeat(4),
        width: 800,
        height: 600,
        alt: "\"><script>alert(1)</script><img src=x onerror='alert(1)'>`{{".into(),
        blur_hash: "L6PZfSi_.AyE_3t7t7R**0o#DgR4".into(),
        credit: None,
    };
    [(PICTURE, picture)].into()
}

fn rendered(source: &str) -> RenderedText {
    RenderedText::from_markdown(source, &pictures())
}

fn blocks_of(text: &RenderedText) -> Value {
    text.stored_blocks().expect("blocks")
}

/// What of a text lived through rendering.
fn survivals(hostile: &Hostile) -> Vec<String> {
    let (first, second) = (rendered(&hostile.source), rendered(&hostile.source));
    let mut faults = faults_of_html(&first.html);
    faults.extend(faults_of_blocks(&blocks_of(&first)));
    if (&first.html, &first.plain) != (&second.html, &second.plain)
        || blocks_of(&first) != blocks_of(&second)
    {
        faults.push("is rendered otherwise each time".into());
    }
    let shown: String = hostile.source.chars().take(200).collect();
    let about = |fault: String| {
        let html: String = first.html.chars().take(500).collect();
        format!("{}: {fault}\n  of {shown:?}\n  as {html:?}", hostile.family)
    };
    faults.into_iter().map(about).collect()
}

#[test]
fn nothing_hostile_lives_through_rendering() {
    let all = strings::all();
    let distinct: BTreeSet<&str> = all.iter().map(|hostile| &*hostile.source).collect();
    assert!(distinct.len() >= FEWEST, "{} texts", distinct.len());
    let faults: Vec<String> = all.iter().flat_map(survivals).collect();
    let shown: Vec<&str> = faults.iter().take(20).map(String::as_str).collect();
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        shown.join("\n")
    );
}

#[test]
fn what_is_not_rendered_is_found_hostile() {
    let all = strings::all();
    let is_found = |hostile: &&Hostile| {
        let faults = faults_of_html(&hostile.source);
        faults
            .iter()
            .any(|fault| fault.starts_with("the element") || fault.starts_with("the attributes"))
    };
    let raw: Vec<&Hostile> = all.iter().filter(is_found).collect();
    let families: BTreeSet<&str> = raw.iter().map(|hostile| hostile.family).collect();
    assert!(raw.len() >= FEWEST, "the inspection sees {}", raw.len());
    for family in [
        "script elements",
        "event handlers",
        "SVG",
        "frames and plugins",
    ] {
        assert!(families.contains(family), "{family}: {families:?}");
    }
    for address in [
        "javascript:alert(1)",
        "ht\ttps://rutube.ru/",
        "https:rutube.ru",
        "//rutube.ru",
    ] {
        assert!(
            !faults_of_blocks(&json!([{ "url": address }])).is_empty(),
            "{address}"
        );
        assert!(
            !faults_of_blocks(&json!({ "spans": [{ "href": address }] })).is_empty(),
            "{address}"
        );
    }
}

/// A mark within itself says nothing more: a text that nests marks by the thousand would otherwise be
/// written with all of them around every word, and fill the memory.
#[test]
fn marks_within_marks_do_not_multiply() {
    let depth = 8_000;
    let text = rendered(&format!(
        "{}слово{}",
        "*a ".repeat(depth),
        " b*".repeat(depth)
    ));
    assert!(text.html.len() < 40 * depth, "{} bytes", text.html.len());
    let text = rendered("**жирно *косо **ещё*** жирно**");
    assert_eq!(faults_of_html(&text.html), Vec::<String>::new());
}

/// Each stands in a quotation of its own, which ends whatever the text has opened.
fn quoted(source: &str) -> String {
    source
        .replace('\r', "\n")
        .lines()
        .fold(String::new(), |mut quoted, line| {
            quoted.push_str("> ");
            quoted.push_str(line);
            quoted.push('\n');
            quoted
        })
}

/// Other signs that control something are refused with the request.
fn may_be_sent(sign: char) -> bool {
    !sign.is_control() || matches!(sign, '\t' | '\n' | '\r')
}

/// So many of them as fit into an article, of all families alike.
fn an_article_of_them() -> String {
    let fit: Vec<String> = strings::all()
        .into_iter()
        .map(|hostile| hostile.source)
        // A sign that is refused, and a picture that is not there, would keep the article from readers.
        .filter(|source| source.len() < LONGEST && source.chars().all(may_be_sent))
        .filter(|source| !source.contains("media:"))
        .collect();
    let chosen = (0..IN_ONE_ARTICLE).map(|number| &fit[number * STRIDE % fit.len()]);
    let quoted: Vec<String> = chosen.map(|source| quoted(source)).collect();
    quoted.join("\n")
}

on_both_databases! {
    async fn a_stranger_reads_a_hostile_article_unharmed(app) {
        let publisher = publisher(&app).await;
        let body = an_article_of_them();
        assert!(json!(body).to_string().len() < LARGEST_ARTICLE, "{} bytes", body.len());
        let mut input = whole(&app).await;
        input["body"] = json!(body);
        let draft = done(&app, &publisher, "newsArticleCreate", input).await;
        assert_eq!(faults_of_html(draft["bodyHtml"].as_str().expect("HTML")), Vec::<String>::new());
        done(&app, &publisher, "newsArticlePublish", seen(&draft)).await;

        let answer = app.ask_with(ARTICLE, json!({ "slug": SLUG })).await;
        let article = &answer.data()["newsArticle"];
        let html = article["bodyHtml"].as_str().expect("HTML");
        assert_eq!(faults_of_html(html), Vec::<String>::new());
        assert_eq!(faults_of_blocks(&article["body"]), Vec::<String>::new());
        assert!(article["body"].as_array().expect("blocks").len() > IN_ONE_ARTICLE / 2);
        // What was hostile is there, as the letters that it is made of.
        assert!(html.contains("&lt;script&gt;alert(1)"), "{html}");
        assert!(article["plainText"].as_str().expect("text").contains("<script>alert(1)"));
    }

    async fn a_sign_that_no_database_holds_is_refused(app) {
        let publisher = publisher(&app).await;
        let mut input = whole(&app).await;
        input["body"] = json!("<im\0g src=x onerror=alert(1)>");
        let query = "mutation($input: NewsArticleCreateInput!) { newsArticleCreate(input: $input) { draft { id } } }";
        let answer = app.ask_by(&publisher, query, json!({ "input": input })).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT");
        let draft = drafted(&app, &publisher).await;
        let change = seen_with(&draft, json!({ "headline": "Собрание\0" }));
        let query = "mutation($input: NewsArticleUpdateInput!) { newsArticleUpdate(input: $input) { draft { id } } }";
        let answer = app.ask_by(&publisher, query, json!({ "input": change })).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT");
        let published = done(&app, &publisher, "newsArticlePublish", seen(&draft)).await;
        let why = seen_with(&published, json!({ "explanation": "Оши\0бка" }));
        let query = "mutation($input: ContentWithdrawInput!) { newsArticleWithdraw(input: $input) { draft { id } } }";
        let answer = app.ask_by(&publisher, query, json!({ "input": why })).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT");
    }
}

/// What each of these does when nobody sanitises it, one way of noticing it after another.
const CONTROLS: [&str; 12] = [
    "<script>alert(1)</script>",
    "<script>globalThis.ran = 1</script>",
    "<img src=x onerror=alert(1)>",
    "<p onclick='1'>слово</p>",
    "<p onmouseover=alert(1)>слово</p>",
    "<p tabindex=0 onfocus=alert(1)>слово</p>",
    "<a href=javascript:alert(1)>слово</a>",
    "<a href=//evil.example/>слово</a>",
    "<img src=https://evil.example/a.png>",
    "<style>@import 'https://evil.example/a.css';</style>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
];

fn write_page(folder: &Path, name: &str, texts: impl Iterator<Item = String>) {
    let mut page = String::from(
        "<!doctype html><html lang=\"ru\"><meta charset=\"utf-8\"><title>Читателю</title><body>\n",
    );
    for text in texts {
        writeln!(page, "<article>{text}</article>").expect("written");
    }
    std::fs::write(folder.join(name), page).expect("a page");
}

#[test]
fn nothing_hostile_runs_in_a_browser() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (number, texts) in strings::all().chunks(TEXTS_A_PAGE).enumerate() {
        let texts = texts.iter().map(|hostile| rendered(&hostile.source).html);
        write_page(folder.path(), &format!("{number:03}.html"), texts);
    }
    for (number, control) in CONTROLS.into_iter().enumerate() {
        let name = format!("control-{number:03}.html");
        write_page(folder.path(), &name, std::iter::once(control.to_owned()));
    }
    let output = Command::new("node")
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/hostile_texts/check.mjs"
        ))
        .arg(folder.path())
        .output()
        .expect("node");
    let told = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}\n{complaint}");
    println!("{}", told.lines().last().unwrap_or_default());
}
