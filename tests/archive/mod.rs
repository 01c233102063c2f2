//! All content as a folder and back: into either database, whole or in part, however it is interrupted.

/// The same tests on SQLite and on PostgreSQL.
macro_rules! on_both {
    ($($name:ident: $what:ident;)+) => {
        mod sqlite {
            use super::*;
            $(#[actix_web::test]
            async fn $name() {
                $what(Backend::Sqlite).await;
            })+
        }
        mod postgres {
            use super::*;
            $(#[actix_web::test]
            async fn $name() {
                $what(Backend::Postgres).await;
            })+
        }
    };
}

mod part;
mod recommendations;
mod refusing;
mod resuming;
mod round_trip;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use api::infra::{config::MediaUrl, db::Database, digest::sha256_hex};
use sea_orm::EntityTrait;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{
    App, Backend, TestDatabase,
    binary::{complaint, mfp_api_with},
};

const SCHOOL: &str = "ppo-primer-shkola";

/// A product with the demo content and a folder of pictures of its own.
pub struct Source {
    pub app: App,
    _media: TempDir,
}

impl Source {
    pub async fn start(backend: Backend) -> Self {
        let media = tempfile::tempdir().expect("a temporary folder");
        let own = media.path().to_owned();
        let app = App::start_with(backend, |settings| {
            let demo = settings.media_url.folder().expect("a folder").to_owned();
            copy(&demo, &own);
            settings.media_url = MediaUrl::Folder(own);
        })
        .await;
        Self { app, _media: media }
    }

    /// Writes an archive of it.
    pub async fn export(&self, folder: &Path, more: &[&str]) {
        let folder = folder.to_str().expect("text");
        let mut arguments = vec!["content", "export", folder];
        arguments.extend(more);
        let (succeeded, said, complained) =
            crate::support::binary::run(&self.app, &arguments).await;
        assert!(succeeded, "{said}{complained}");
        assert!(said.contains("exported: "), "{said}");
    }
}

/// A database that is migrated and has nothing in it.
pub async fn migrated(backend: Backend) -> TestDatabase {
    let database = TestDatabase::empty(backend).await;
    let output = run(&database, &["migrate"]).await;
    assert!(output.status.success(), "{}", complaint(&output));
    database
}

/// Runs the program and waits for its end.
pub async fn run(database: &TestDatabase, arguments: &[&str]) -> Output {
    let mut command = mfp_api_with(database);
    command.args(arguments);
    let output = tokio::task::spawn_blocking(move || command.output().expect("a process"));
    output.await.expect("a run")
}

/// Imports an archive.
pub async fn import(database: &TestDatabase, folder: &Path, more: &[&str]) -> Output {
    let mut arguments = vec!["content", "import", folder.to_str().expect("text")];
    arguments.extend(more);
    run(database, &arguments).await
}

/// The same, which must succeed: what was added, replaced, left unchanged.
pub async fn imported(database: &TestDatabase, folder: &Path, more: &[&str]) -> [u64; 3] {
    let output = import(database, folder, more).await;
    let said = said(&output);
    assert!(output.status.success(), "{said}{}", complaint(&output));
    let last = said.lines().last().expect("a line");
    let counts = last.strip_prefix("imported: ").expect("counts");
    let number = |part: &str| {
        let digits: String = part.chars().filter(char::is_ascii_digit).collect();
        digits.parse().expect("a number")
    };
    let counts: Vec<u64> = counts.split(',').map(number).collect();
    counts.try_into().expect("three counts")
}

/// Exports what a database has.
pub async fn exported(database: &TestDatabase, folder: &Path) {
    let arguments = ["content", "export", folder.to_str().expect("text")];
    let output = run(database, &arguments).await;
    assert!(output.status.success(), "{}", complaint(&output));
}

/// Standard output as text.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Every file below a folder by its path. The manifest is without the time at which it was made.
pub fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    gather(folder, folder, &mut found);
    let manifest = found
        .get_mut(Path::new("manifest.json"))
        .expect("a manifest");
    let mut read: Value = serde_json::from_slice(manifest).expect("JSON");
    read["made_at"] = Value::Null;
    *manifest = read.to_string().into_bytes();
    found
}

fn gather(root: &Path, folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            gather(root, &path, found);
        } else {
            let name = path.strip_prefix(root).expect("inside").to_owned();
            found.insert(name, fs::read(&path).expect("bytes"));
        }
    }
}

/// Fails naming the first file that differs.
#[track_caller]
pub fn assert_same(one: &Path, other: &Path) {
    let (one, other) = (files(one), files(other));
    let names = |files: &BTreeMap<PathBuf, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&one), names(&other));
    for (name, bytes) in &one {
        let text = String::from_utf8_lossy(bytes);
        let others = String::from_utf8_lossy(&other[name]);
        for (line, others) in text.lines().zip(others.lines()) {
            assert_eq!(line, others, "{}", name.display());
        }
        assert_eq!(bytes, &other[name], "{}", name.display());
    }
}

/// The lines of a file.
pub fn lines(folder: &Path, name: &str) -> Vec<Value> {
    let text = fs::read_to_string(folder.join(name)).expect("a file");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

/// Writes other lines into a file, and what follows from that into the manifest.
pub fn rewrite(folder: &Path, name: &str, lines: &[Value]) {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let path = folder.join("manifest.json");
    let mut manifest: Value =
        serde_json::from_slice(&fs::read(&path).expect("a manifest")).expect("JSON");
    let entries = manifest["files"].as_array_mut().expect("files");
    let entry = entries
        .iter_mut()
        .find(|entry| entry["name"] == name)
        .expect("an entry");
    entry["lines"] = lines.len().into();
    entry["bytes"] = text.len().into();
    entry["sha256"] = sha256_hex(&text).into();
    fs::write(folder.join(name), text).expect("written");
    fs::write(&path, manifest.to_string()).expect("written");
}

/// How many pieces of content, pictures and organisations a database has.
pub async fn rows(database: &TestDatabase) -> [usize; 3] {
    let database = Database::connect(&database.settings)
        .await
        .expect("a database");
    let reader = database.reader();
    let contents = entities::content::Entity::find().all(reader).await;
    let pictures = entities::media_asset::Entity::find().all(reader).await;
    let organisations = entities::organisation::Entity::find().all(reader).await;
    let counts = [
        contents.expect("a query").len(),
        pictures.expect("a query").len(),
        organisations.expect("a query").len(),
    ];
    database.close().await;
    counts
}

/// A copy of a folder.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}
