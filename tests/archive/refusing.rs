//! What is damaged, foreign or in the way is refused with its place, and nothing is written.

use std::{fs, path::Path};

use entities::news_article;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Source, copy, import, imported, lines, migrated, rewrite, rows, said};
use crate::support::{Backend, TestDatabase, binary::complaint};

/// An archive of the demo content.
pub async fn archive() -> TempDir {
    let source = Source::start(Backend::Sqlite).await;
    let ending = source.app.ending();
    let folder = tempfile::tempdir().expect("a folder");
    source.export(folder.path(), &[]).await;
    ending.await;
    folder
}

/// A copy of an archive with something changed.
pub fn changed(archive: &TempDir, change: impl FnOnce(&Path)) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy(archive.path(), folder.path());
    change(folder.path());
    folder
}

/// Imports what must be refused in those words, and leaves nothing behind.
pub async fn refuse(target: &TestDatabase, folder: &TempDir, words: &[&str]) {
    let output = import(target, folder.path(), &[]).await;
    let told = said(&output) + &complaint(&output);
    assert!(!output.status.success(), "{told}");
    for word in words {
        assert!(told.contains(word), "{word} is not in {told}");
    }
    assert_eq!(rows(target).await, [0, 0, 0]);
    let media = target.settings.media_url.folder().expect("a folder");
    let is_empty = fs::read_dir(media).map_or(true, |mut entries| entries.next().is_none());
    assert!(is_empty, "no picture was kept");
}

fn replace_in(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).expect("a file");
    assert!(text.contains(from), "{from}");
    fs::write(path, text.replacen(from, to, 1)).expect("written");
}

async fn refuse_everything(backend: Backend) {
    let whole = archive().await;
    let target = migrated(backend).await;

    let cut = changed(&whole, |folder| {
        let path = folder.join("news.jsonl");
        let text = fs::read_to_string(&path).expect("a file");
        let mut lines: Vec<&str> = text.lines().collect();
        lines[2] = &lines[2][..40];
        fs::write(&path, lines.join("\n") + "\n").expect("written");
    });
    refuse(&target, &cut, &["news.jsonl:3: "]).await;

    let short = changed(&whole, |folder| {
        let path = folder.join("guides.jsonl");
        let bytes = fs::read(&path).expect("a file");
        fs::write(&path, &bytes[..bytes.len() - 100]).expect("written");
    });
    refuse(&target, &short, &["guides.jsonl:", "the file was cut off"]).await;

    let retouched = changed(&whole, |folder| {
        replace_in(
            &folder.join("news.jsonl"),
            "\"is_urgent\":false",
            "\"is_urgent\":true",
        );
    });
    refuse(
        &target,
        &retouched,
        &["news.jsonl: is not what the manifest says"],
    )
    .await;

    let picture = lines(whole.path(), "media.jsonl")[0].clone();
    let name = picture["files"][0]["name"]
        .as_str()
        .expect("a name")
        .to_owned();
    let file = |folder: &Path| {
        let (id, checksum) = (&picture["id"], &picture["checksum"]);
        let asset = format!(
            "{}-{}",
            id.as_str().expect("an id"),
            &checksum.as_str().expect("digits")[..12]
        );
        folder.join("media").join(asset).join(&name)
    };
    let truncated = changed(&whole, |folder| {
        let bytes = fs::read(file(folder)).expect("a picture");
        fs::write(file(folder), &bytes[..bytes.len() / 2]).expect("written");
    });
    refuse(
        &target,
        &truncated,
        &[&format!("media.jsonl:1: {name}: has ")],
    )
    .await;
    let linked = changed(&whole, |folder| {
        fs::remove_file(file(folder)).expect("removed");
        std::os::unix::fs::symlink("/etc/hostname", file(folder)).expect("a link");
    });
    refuse(
        &target,
        &linked,
        &["media.jsonl:1: ", "is not a plain file"],
    )
    .await;

    let newer = changed(&whole, |folder| {
        replace_in(
            &folder.join("manifest.json"),
            "\"version\": 3",
            "\"version\": 4",
        );
    });
    refuse(&target, &newer, &["manifest.json: is of version 4"]).await;
    let none = tempfile::tempdir().expect("a folder");
    refuse(&target, &none, &["manifest.json: is not there"]).await;
}

async fn refuse_what_names_nothing(backend: Backend) {
    let whole = archive().await;
    let target = migrated(backend).await;
    let used = lines(whole.path(), "news.jsonl")[0]["shown"]["category_id"].clone();
    let lost = changed(&whole, |folder| {
        let mut categories = lines(folder, "news_categories.jsonl");
        categories.retain(|category| category["id"] != used);
        rewrite(folder, "news_categories.jsonl", &categories);
    });
    let names = format!(
        "news.jsonl:1: names {} of news categories, which is neither in the archive nor here",
        used.as_str().expect("an id")
    );
    refuse(&target, &lost, &[&names]).await;

    let circle = changed(&whole, |folder| {
        let mut organisations = lines(folder, "organisations.jsonl");
        organisations[0]["parent_id"] = organisations[0]["id"].clone();
        rewrite(folder, "organisations.jsonl", &organisations);
    });
    let told = ["organisations.jsonl:1: it stands below itself"];
    refuse(&target, &circle, &told).await;

    let climbing = changed(&whole, |folder| {
        let mut pictures = lines(folder, "media.jsonl");
        pictures[0]["checksum"] = json!("../../../../tmp/");
        rewrite(folder, "media.jsonl", &pictures);
    });
    refuse(
        &target,
        &climbing,
        &["media.jsonl:1: its checksum is no SHA-256"],
    )
    .await;

    let unknown = changed(&whole, |folder| {
        let mut pages = lines(folder, "pages.jsonl");
        pages[0]["colour"] = json!("red");
        pages[1]["slug"] = Value::Null;
        rewrite(folder, "pages.jsonl", &pages);
    });
    let told = [
        "pages.jsonl:1: unknown field `colour`",
        "pages.jsonl:2: ",
        "2 problems",
    ];
    refuse(&target, &unknown, &told).await;

    let nul = changed(&whole, |folder| {
        let mut partners = lines(folder, "partners.jsonl");
        partners[0]["description"] = json!("a\0b");
        rewrite(folder, "partners.jsonl", &partners);
    });
    refuse(&target, &nul, &["partners.jsonl:1: ", "U+0000"]).await;

    // What was refused is taken as it was.
    let [added, ..] = imported(&target, whole.path(), &[]).await;
    assert!(added > 100);
}

async fn keep_what_is_here_unless_told(backend: Backend) {
    let source = Source::start(backend).await;
    let app = &source.app;
    let ending = app.ending();
    let folder = tempfile::tempdir().expect("a folder");
    source.export(folder.path(), &[]).await;
    let number = lines(folder.path(), "news.jsonl").len();
    let article = news_article::Entity::find()
        .one(app.database.writer())
        .await;
    let article = article.expect("a query").expect("an article");
    let (slug, headline) = (article.slug.clone(), article.headline.clone());
    let mut edited = article.clone().into_active_model();
    edited.headline = Set("Переписано здесь".into());
    edited.update(app.database.writer()).await.expect("updated");

    let here = folder.path().to_str().expect("text");
    let arguments = ["content", "import", here];
    let (succeeded, told, _) = crate::support::binary::run(app, &arguments).await;
    assert!(!succeeded, "{told}");
    let differing: Vec<&str> = told
        .lines()
        .filter(|line| line.contains("--replace"))
        .collect();
    assert_eq!(differing.len(), 1, "{told}");
    assert!(differing[0].starts_with("news.jsonl:"), "{told}");
    let query = format!("{{ newsArticle(slug: \"{slug}\") {{ headline }} }}");
    let seen = app.ask(&query).await;
    assert_eq!(seen.data()["newsArticle"]["headline"], "Переписано здесь");

    let before = change_head(app).await;
    let arguments = ["content", "import", here, "--replace"];
    let (succeeded, told, complained) = crate::support::binary::run(app, &arguments).await;
    assert!(succeeded, "{told}{complained}");
    assert!(told.contains("0 added, 1 replaced"), "{told}");
    let seen = app.ask(&query).await;
    assert_eq!(seen.data()["newsArticle"]["headline"], headline);
    assert_eq!(change_head(app).await, before + 1, "copies hear of it");
    assert_eq!(lines(folder.path(), "news.jsonl").len(), number);
    ending.await;
}

async fn change_head(app: &crate::support::App) -> i64 {
    let head = entities::change_head::Entity::find()
        .one(app.database.reader())
        .await;
    head.expect("a query").expect("a row").seq
}

async fn refuse_taken_names(backend: Backend) {
    let source = Source::start(backend).await;
    let ending = source.app.ending();
    let folder = tempfile::tempdir().expect("a folder");
    source.export(folder.path(), &[]).await;
    let mut categories = lines(folder.path(), "guide_categories.jsonl");
    let last = categories.last().cloned().expect("a category");
    let mut another = last.clone();
    another["id"] = json!("ffffffff-ffff-4fff-bfff-ffffffffffff");
    categories.push(another);
    rewrite(folder.path(), "guide_categories.jsonl", &categories);
    let here = folder.path().to_str().expect("text");
    let nothing: &[&str] = &[];
    for more in [nothing, &["--replace"]] {
        let mut arguments = vec!["content", "import", here];
        arguments.extend(more);
        let (succeeded, told, _) = crate::support::binary::run(&source.app, &arguments).await;
        assert!(!succeeded, "{told}");
        let place = format!("guide_categories.jsonl:{}: its slug", categories.len());
        assert!(told.contains(&place), "{told}");
    }
    ending.await;
}

on_both! {
    a_damaged_archive_is_refused_with_its_place: refuse_everything;
    what_is_not_whole_in_itself_is_refused: refuse_what_names_nothing;
    what_differs_is_replaced_only_if_told: keep_what_is_here_unless_told;
    a_name_that_is_taken_is_refused: refuse_taken_names;
}
