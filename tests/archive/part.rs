//! An organisation's part of the tree, which stands by itself.

use std::collections::BTreeSet;

use api::domain::guides::ServiceGuide;
use entities::enums::ContentKind;
use serde_json::json;
use uuid::Uuid;

use super::{SCHOOL, Source, imported, lines, migrated};
use crate::{
    editing::{done, drafted, publisher, seen},
    guide_watch,
    support::{App, Backend, Person, binary, builders},
};

/// Of another union.
const HOSPITAL: &str = "ppo-primer-bolnica";

/// Writes a recommendation of an organisation about a guide.
async fn recommended(app: &App, person: &Person, organisation: &str, guide: Uuid) {
    let input = json!({
        "clientMutationKey": Uuid::new_v4(),
        "organisation": app.organisation_node(organisation).await,
        "guide": ServiceGuide::NODE.id(guide).to_string(),
        "audience": "ALL",
        "title": organisation,
        "body": "Возьмите паспорт.",
    });
    let (name, fields) = ("recommendationCreate", "recommendation { id }");
    guide_watch::done(app, person, name, fields, input).await;
}

async fn take_a_part(backend: Backend) {
    let source = Source::start(backend).await;
    let app = &source.app;
    let ending = app.ending();
    let publisher = publisher(app).await;
    let draft = drafted(app, &publisher).await;
    done(app, &publisher, "newsArticlePublish", seen(&draft)).await;
    // Of the federation, and pointed to by the union.
    let members = builders::members();
    let guide = builders::guide(&app.database, "nuzhnaya-instrukciya", &members).await;
    let foreign = builders::guide(&app.database, "chuzhaya-instrukciya", &members).await;
    let about = builders::guide(&app.database, "instrukciya-s-sovetom", &members).await;
    recommended(app, &publisher, SCHOOL, about).await;
    let stranger = guide_watch::with_role(app, "stranger", "PUBLISHER", HOSPITAL).await;
    recommended(app, &stranger, HOSPITAL, foreign).await;
    recommended(app, &stranger, HOSPITAL, about).await;
    let id = api::infra::graphql::NodeId::decode(
        "id",
        &async_graphql::ID(draft["id"].as_str().expect("an id").into()),
    );
    let article = id.expect("an id").uuid;
    builders::point(&app.database, article, ContentKind::ServiceGuide, guide).await;

    let folder = tempfile::tempdir().expect("a folder");
    let union = "mgo-obrazovaniya";
    source
        .export(folder.path(), &["--organisation", union])
        .await;
    let slugs = |name: &str| -> BTreeSet<String> {
        let slug = |line: &serde_json::Value| line["slug"].as_str().expect("a slug").to_owned();
        lines(folder.path(), name).iter().map(slug).collect()
    };
    let organisations = slugs("organisations.jsonl");
    for there in [union, SCHOOL, "mfp", "fnpr"] {
        assert!(organisations.contains(there), "{there}");
    }
    assert!(!organisations.contains(HOSPITAL));
    assert!(slugs("news.jsonl").contains("sobranie-perenesli-na-chetverg"));
    let guides = slugs("guides.jsonl");
    assert!(guides.contains("nuzhnaya-instrukciya") && !guides.contains("chuzhaya-instrukciya"));
    assert!(
        guides.contains("instrukciya-s-sovetom"),
        "a recommendation is about it"
    );
    let recommendations = lines(folder.path(), "recommendations.jsonl");
    assert_eq!(recommendations.len(), 1);
    assert_eq!(recommendations[0]["title"], SCHOOL);
    assert!(lines(folder.path(), "redirects.jsonl").is_empty());

    // Whatever is of another organisation is here because something of the part points to it.
    let below: BTreeSet<String> = lines(folder.path(), "organisations.jsonl")
        .iter()
        .filter(|line| line["slug"] == union || line["parent_id"] == id_of(folder.path(), union))
        .map(|line| line["id"].as_str().expect("an id").to_owned())
        .collect();
    let news = lines(folder.path(), "news.jsonl");
    assert!(!news.is_empty());
    for article in news {
        let organisation = article["organisation_id"].as_str().expect("an id");
        assert!(below.contains(organisation), "{}", article["slug"]);
    }

    let target = migrated(backend).await;
    let [added, ..] = imported(&target, folder.path(), &[]).await;
    assert!(added > 20, "{added}");
    ending.await;
}

fn id_of(folder: &std::path::Path, slug: &str) -> serde_json::Value {
    let organisations = lines(folder, "organisations.jsonl");
    let found = organisations.iter().find(|line| line["slug"] == slug);
    found.expect("an organisation")["id"].clone()
}

#[actix_web::test]
async fn on_sqlite() {
    take_a_part(Backend::Sqlite).await;
}

#[actix_web::test]
async fn on_postgres() {
    take_a_part(Backend::Postgres).await;
}

#[actix_web::test]
async fn an_unknown_organisation_is_refused() {
    let source = Source::start(Backend::Sqlite).await;
    let ending = source.app.ending();
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().to_str().expect("text");
    let arguments = ["content", "export", target, "--organisation", "net-takoj"];
    let (succeeded, _, complaint) = binary::run(&source.app, &arguments).await;
    assert!(!succeeded);
    assert!(complaint.contains("net-takoj"), "{complaint}");
    assert!(!folder.path().join("manifest.json").exists());
    ending.await;
}
