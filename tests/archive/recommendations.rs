//! Recommendations in archives: what is wrong with one, what was changed here, what older archives lack.

use std::{fs, path::Path};

use api::infra::db::Database;
use entities::{enums::RecommendationMetric, recommendation};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    SCHOOL, Source, imported, lines, migrated,
    refusing::{archive, changed, refuse},
    rewrite,
};
use crate::{
    editing::publisher,
    guide_watch,
    support::{App, Backend, TestDatabase, binary},
};

const FILE: &str = "recommendations.jsonl";

/// A line that nothing is wrong with. Its number gives its place.
fn line(number: u8, organisation: &Value) -> Value {
    json!({
        "id": format!("00000000-0000-4000-8000-0000000000{number:02}"),
        "organisation_id": organisation,
        "guide_id": null,
        "metric": "CSAT",
        "audience": "ALL",
        "title": "Проверьте запись в МФЦ",
        "source": "Возьмите **паспорт**.",
        "published_at": "2026-11-22T10:00:00.000000Z",
        "withdrawn_at": null,
        "created_at": "2026-11-22T09:00:00.000000Z",
        "updated_at": "2026-11-22T10:00:00.000000Z",
    })
}

/// The same with something else in a field.
fn with(mut line: Value, field: &str, value: Value) -> Value {
    line[field] = value;
    line
}

/// The id of the first line of a file.
fn first(folder: &Path, name: &str) -> Value {
    lines(folder, name)[0]["id"].clone()
}

async fn refuse_bad_lines(backend: Backend) {
    let whole = archive().await;
    let target = migrated(backend).await;
    let organisation = first(whole.path(), "organisations.jsonl");
    let line = |number| line(number, &organisation);

    let bad = changed(&whole, |folder| {
        let never = with(line(3), "published_at", Value::Null);
        let bad = [
            with(line(1), "title", json!("я".repeat(201))),
            with(line(2), "source", json!(" ")),
            with(never, "withdrawn_at", json!("2026-11-22T10:00:00.000000Z")),
            with(line(4), "metric", json!("LUCK")),
            with(line(5), "source", json!("я".repeat(20_001))),
            line(6),
            line(6),
        ];
        rewrite(folder, FILE, &bad);
    });
    let told = [
        "recommendations.jsonl:1: its title is too long",
        "recommendations.jsonl:2: its source is empty",
        "recommendations.jsonl:3: it is withdrawn and was never published",
        "recommendations.jsonl:4: unknown variant `LUCK`",
        "recommendations.jsonl:5: its source is too long",
        "recommendations.jsonl:7: its id does not come after the one before",
        "6 problems",
    ];
    refuse(&target, &bad, &told).await;

    let article = first(whole.path(), "news.jsonl");
    let (nobody, nothing) = (Uuid::now_v7(), Uuid::now_v7());
    let lost = changed(&whole, |folder| {
        let lost = [
            with(line(1), "organisation_id", json!(nobody)),
            with(line(2), "guide_id", json!(nothing)),
            with(line(3), "guide_id", article.clone()),
        ];
        rewrite(folder, FILE, &lost);
    });
    let nowhere = "which is neither in the archive nor here";
    let article = article.as_str().expect("an id");
    let place = |number: u8, id: &str, kind: &str| {
        format!("recommendations.jsonl:{number}: names {id} of {kind}, {nowhere}")
    };
    let organisation_lost = place(1, &nobody.to_string(), "organisations");
    let guide_lost = place(2, &nothing.to_string(), "guides");
    let no_guide = place(3, article, "guides");
    let told = [
        organisation_lost.as_str(),
        guide_lost.as_str(),
        no_guide.as_str(),
        "3 problems",
    ];
    refuse(&target, &lost, &told).await;

    let guide = first(whole.path(), "guides.jsonl");
    let good = changed(&whole, |folder| {
        let good = [line(1), with(line(2), "guide_id", guide)];
        rewrite(folder, FILE, &good);
    });
    let [added, ..] = imported(&target, good.path(), &[]).await;
    assert_eq!(imported(&target, good.path(), &[]).await, [0, 0, added]);
    let rows = rows(&target).await;
    assert_eq!(rows.len(), 2);
    for row in &rows {
        assert_eq!(row.metric, Some(RecommendationMetric::Csat));
        assert!(
            row.body_html.contains("<strong>паспорт</strong>"),
            "{row:?}"
        );
        assert_eq!(row.plain_text, "Возьмите паспорт.");
    }
    // An article that is here is no guide either.
    let astray = changed(&whole, |folder| {
        rewrite(folder, "news.jsonl", &[]);
        rewrite(folder, "revisions.jsonl", &[]);
        rewrite(folder, "drafts.jsonl", &[]);
        rewrite(folder, FILE, &[with(line(9), "guide_id", json!(article))]);
    });
    let output = super::import(&target, astray.path(), &[]).await;
    let told = super::said(&output);
    assert!(!output.status.success(), "{told}");
    let place = place(1, article, "guides");
    assert!(told.contains(&place), "{told}");
}

async fn rows(database: &TestDatabase) -> Vec<recommendation::Model> {
    let database = Database::connect(&database.settings)
        .await
        .expect("a database");
    let rows = recommendation::Entity::find().all(database.reader()).await;
    database.close().await;
    rows.expect("a query")
}

async fn take_an_older_archive(backend: Backend) {
    let whole = archive().await;
    let without = |folder: &Path, version: u32| {
        fs::remove_file(folder.join(FILE)).expect("removed");
        let path = folder.join("manifest.json");
        let mut manifest: Value =
            serde_json::from_slice(&fs::read(&path).expect("a manifest")).expect("JSON");
        manifest["version"] = version.into();
        let files = manifest["files"].as_array_mut().expect("files");
        files.retain(|file| file["name"] != FILE);
        fs::write(&path, manifest.to_string()).expect("written");
    };
    let target = migrated(backend).await;
    let lacking = changed(&whole, |folder| without(folder, 3));
    let told = ["manifest.json: does not name the files of an archive"];
    refuse(&target, &lacking, &told).await;

    let older = changed(&whole, |folder| without(folder, 2));
    let [added, ..] = imported(&target, older.path(), &[]).await;
    assert!(added > 100, "{added}");
    assert_eq!(imported(&target, older.path(), &[]).await, [0, 0, added]);
}

/// The titles that strangers see.
async fn titles(app: &App) -> Value {
    let answer = app
        .ask("{ recommendations(first: 10) { nodes { title } } }")
        .await;
    answer.data()["recommendations"]["nodes"].clone()
}

async fn keep_what_was_changed_here_unless_told(backend: Backend) {
    const FIELDS: &str = "recommendation { id }";
    let source = Source::start(backend).await;
    let app = &source.app;
    let ending = app.ending();
    let publisher = publisher(app).await;
    let wish = json!({
        "clientMutationKey": Uuid::new_v4(),
        "organisation": app.organisation_node(SCHOOL).await,
        "audience": "ALL",
        "title": "Как было",
        "body": "Возьмите паспорт.",
    });
    let create = "recommendationCreate";
    let made = guide_watch::done(app, &publisher, create, FIELDS, wish.clone()).await;
    let id = json!({ "id": made["recommendation"]["id"] });
    guide_watch::done(app, &publisher, "recommendationPublish", FIELDS, id.clone()).await;
    let folder = tempfile::tempdir().expect("a folder");
    source.export(folder.path(), &[]).await;
    let mut change = id;
    change["title"] = json!("Переписано здесь");
    guide_watch::done(app, &publisher, "recommendationUpdate", FIELDS, change).await;

    let here = folder.path().to_str().expect("text");
    let (succeeded, told, _) = binary::run(app, &["content", "import", here]).await;
    assert!(!succeeded, "{told}");
    let place = "recommendations.jsonl:1: is here already and says something else";
    assert!(told.contains(place), "{told}");
    assert_eq!(titles(app).await, json!([{ "title": "Переписано здесь" }]));

    let arguments = ["content", "import", here, "--replace"];
    let (succeeded, told, complained) = binary::run(app, &arguments).await;
    assert!(succeeded, "{told}{complained}");
    assert!(told.contains("0 added, 1 replaced"), "{told}");
    assert_eq!(titles(app).await, json!([{ "title": "Как было" }]));
    // The wish that wrote it is still told from another one.
    let again = guide_watch::done(app, &publisher, create, FIELDS, wish).await;
    assert_eq!(again, made);
    ending.await;
}

on_both! {
    a_bad_recommendation_is_refused_with_its_line: refuse_bad_lines;
    an_archive_of_before_recommendations_is_taken: take_an_older_archive;
    a_changed_recommendation_is_replaced_only_if_told: keep_what_was_changed_here_unless_told;
}
