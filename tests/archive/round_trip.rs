//! What is exported, imported elsewhere and exported again is the same, and readers see the same.

use api::domain::{content::insert_redirects, guides::ServiceGuide};
use chrono::{SecondsFormat, TimeDelta};
use entities::{
    audit_entry, change_head, content, content_draft, content_revision, enums::ContentKind,
    media_asset, outlet, recommendation, redirect,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, Set,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{SCHOOL, Source, assert_same, exported, files, imported, lines, migrated};
use crate::{
    editing::{done, drafted, publisher, route, seen, seen_with},
    guide_watch,
    media::{files::jpeg, upload},
    support::{App, Backend, Person, TestDatabase, binary, builders},
};

/// Adds to the demo content what only staff make: every state that content can be in.
async fn fill(app: &App) {
    let publisher = publisher(app).await;
    let token = Some(publisher.access_token.as_str());
    let picture = upload(app, token, &[("organisation", SCHOOL)], jpeg(400, 300)).await;
    assert_eq!(picture.status, 201, "{:#}", picture.body);

    let moved = drafted(app, &publisher).await;
    let moved = done(app, &publisher, "newsArticlePublish", seen(&moved)).await;
    let renamed = seen_with(
        &moved,
        json!({ "slug": "novoe-imya", "tags": ["ящик", "Ёлка", "елка"], "okrugs": ["TAO", "CAO"] }),
    );
    let renamed = done(app, &publisher, "newsArticleUpdate", renamed).await;
    let moved = done(app, &publisher, "newsArticlePublish", seen(&renamed)).await;
    // A draft beside what readers see, with a picture of its own.
    let cover = &picture.body["mediaAsset"]["id"];
    let beside = seen_with(
        &moved,
        json!({ "headline": "Ещё не опубликовано", "cover": cover }),
    );
    done(app, &publisher, "newsArticleUpdate", beside).await;

    let withdrawn = drafted(app, &publisher).await;
    let withdrawn = done(app, &publisher, "newsArticlePublish", seen(&withdrawn)).await;
    let why = json!({ "explanation": "Дата неверна.", "replacementId": moved["id"] });
    let why = seen_with(&withdrawn, why);
    done(app, &publisher, "newsArticleWithdraw", why).await;
    let archived = drafted(app, &publisher).await;
    let archived = done(app, &publisher, "newsArticlePublish", seen(&archived)).await;
    done(app, &publisher, "newsArticleArchive", seen(&archived)).await;
    let scheduled = drafted(app, &publisher).await;
    let at = (app.now() + TimeDelta::hours(5)).to_rfc3339_opts(SecondsFormat::Micros, true);
    let at = seen_with(&scheduled, json!({ "at": at }));
    done(app, &publisher, "newsArticlePublish", at).await;
    let ending = drafted(app, &publisher).await;
    let end = (app.now() + TimeDelta::hours(9)).to_rfc3339_opts(SecondsFormat::Micros, true);
    let ending = seen_with(&ending, json!({ "slug": "do-vechera", "unpublishAt": end }));
    let ending = done(app, &publisher, "newsArticleUpdate", ending).await;
    done(app, &publisher, "newsArticlePublish", seen(&ending)).await;

    let database = &app.database;
    let members = builders::members();
    builders::benefit(database, "dlya-chlenov", &members).await;
    let below = builders::members_under(database, "mgo-obrazovaniya").await;
    let article = builders::article(database, "dlya-uchitelej", &below).await;
    let guide = builders::guide(database, "instrukciya-dlya-chlenov", &members).await;
    builders::point(database, article, ContentKind::ServiceGuide, guide).await;
    builders::page(database, "stranica-dlya-chlenov", &members).await;
    recommend(app, &publisher, guide).await;
    keep_odd_things(app).await;
}

/// Recommendations: two that readers see, one that they saw, one that they never did.
async fn recommend(app: &App, publisher: &Person, guide: Uuid) {
    let for_all = json!({ "title": "Видна всем", "audience": "ALL" });
    step(app, publisher, for_all, &["Publish"]).await;
    let guide = ServiceGuide::NODE.id(guide).to_string();
    let about =
        json!({ "title": "Видна членам", "audience": "ALL", "guide": guide, "metric": "CSAT" });
    step(app, publisher, about, &["Publish"]).await;
    let gone =
        json!({ "title": "Снята", "audience": "ACTIVISTS", "guide": guide, "metric": "IDX" });
    step(app, publisher, gone, &["Publish", "Withdraw"]).await;
    let draft = json!({ "title": "Не опубликована", "audience": "ALL" });
    step(app, publisher, draft, &[]).await;
}

/// Writes a recommendation and takes it through those steps.
async fn step(app: &App, publisher: &Person, mut input: Value, steps: &[&str]) {
    const FIELDS: &str = "recommendation { id }";
    input["clientMutationKey"] = json!(Uuid::new_v4());
    input["organisation"] = json!(app.organisation_node(SCHOOL).await);
    input["body"] =
        json!("Возьмите **паспорт** и [СНИЛС](https://sfr.gov.ru/):\n\n- сами;\n- заранее.");
    let made = guide_watch::done(app, publisher, "recommendationCreate", FIELDS, input).await;
    for step in steps {
        let name = format!("recommendation{step}");
        let id = json!({ "id": made["recommendation"]["id"] });
        guide_watch::done(app, publisher, &name, FIELDS, id).await;
    }
}

/// Every recommendation with what was written out of its Markdown.
async fn rendered(app: &App) -> Vec<(String, Value, String, String)> {
    let rows = recommendation::Entity::find()
        .order_by_asc(recommendation::Column::Id)
        .all(app.database.reader())
        .await;
    rows.expect("a query")
        .into_iter()
        .map(|row| (row.title, row.body, row.body_html, row.plain_text))
        .collect()
}

/// How many recommendations of an archive readers see, saw, never saw.
fn recommendations(archive: &std::path::Path) -> [usize; 3] {
    let lines = lines(archive, "recommendations.jsonl");
    let count = |is_published: bool, is_withdrawn: bool| {
        let state = (is_published, is_withdrawn);
        let of = |line: &&Value| {
            let (published, withdrawn) = (&line["published_at"], &line["withdrawn_at"]);
            (published.is_string(), withdrawn.is_string()) == state
        };
        lines.iter().filter(of).count()
    };
    [count(true, false), count(true, true), count(false, false)]
}

/// A number that only an exact reader of numbers keeps, and an address of the old portal.
async fn keep_odd_things(app: &App) {
    let writer = app.database.writer();
    let found = outlet::Entity::find().one(writer).await.expect("a query");
    let mut found = found.expect("an outlet").into_active_model();
    found.latitude = Set(55.758_260_000_000_01);
    found.longitude = Set(37.617_3);
    found.update(writer).await.expect("updated");
    let row = redirect::Model {
        id: Uuid::now_v7(),
        host: "old.mtuf.ru".into(),
        path: "/staroe".into(),
        target: "/news/novoe-imya/".into(),
        is_permanent: true,
        created_at: app.now(),
    };
    insert_redirects(writer, vec![row])
        .await
        .expect("a redirect");
}

/// A product on a database that was imported into.
async fn serve(database: &TestDatabase, backend: Backend) -> App {
    App::start_with(backend, |settings| {
        settings.database_url = database.settings.database_url.clone();
        settings.media_url = database.settings.media_url.clone();
    })
    .await
}

/// What strangers and a member of the school see, whatever address it is served at.
async fn seen_by_readers(app: &App) -> Vec<String> {
    let mut answers = Vec::new();
    for query in [
        "{ news(first: 100) { nodes { id slug headline lead bodyHtml plainText tags okrugs revision readingTimeSeconds publishedAt updatedAt
            category { id slug } organisation { slug } cover { url blurHash alt variants { url } } correction { text } } } }",
        "{ benefits(first: 20) { nodes { id slug title summary termsHtml howToUseHtml publishedAt value { kind percent } partner { brandName }
            organisation { slug } outlets(first: 10) { nodes { id name latitude longitude } } } } }",
        "{ guides(first: 30) { nodes { id slug title summary warnings steps { title text } documentGroups { title } costs { title } lifeEvents { id title } category { slug } } } }",
        "{ organisations(first: 50) { nodes { id slug shortName kind okrugs parent { slug } contacts { phone email } socials { url } pages(first: 5) { nodes { slug title bodyHtml } } } } }",
        "{ recommendations(first: 10) { totalCount nodes { id title audience metric bodyHtml plainText body { __typename } organisation { slug } publishedAt updatedAt } } }",
        "{ newsCategories { id slug name } benefitCategories { id slug } guideCategories { id slug } lifeEvents { id slug } }",
        "{ search(query: \"pfuhfygfcgjhn\", first: 2) { correctedQuery nodes { __typename ... on ServiceGuide { title } } } }",
        "{ route(host: \"old.mtuf.ru\", path: \"/staroe\") { ... on Moved { to permanent } } }",
    ] {
        let answer = app.ask(query).await;
        answers.push(answer.data().to_string());
    }
    let member = builders::member_of(&app.database, SCHOOL).await;
    let query = "{ benefit(slug: \"dlya-chlenov\") { title } newsArticle(slug: \"dlya-uchitelej\") { headline relatedGuides { slug } }
        organisation(slug: \"mgo-obrazovaniya\") { news(first: 50) { nodes { slug } } }
        recommendations(first: 10) { nodes { title metric guide { slug } } } }";
    let answer = app.ask_as(member, query, json!({})).await;
    let advice = answer.data()["recommendations"]["nodes"].as_array();
    assert_eq!(advice.map(Vec::len), Some(2));
    assert_eq!(answer.data()["benefit"]["title"], "dlya-chlenov");
    answers.push(answer.data().to_string());
    for path in [
        "/news/sobranie-perenesli-na-chetverg/",
        "/news/sobranie-perenesli-na-chetverg-2/",
        "/news/novoe-imya/",
    ] {
        answers.push(route(app, path).await.to_string());
    }
    let base = format!("http://{}", app.address);
    answers
        .into_iter()
        .map(|answer| answer.replace(&base, ""))
        .collect()
}

/// The bytes of every cover in the feed.
async fn covers(app: &App) -> Vec<Vec<u8>> {
    let news = app
        .ask("{ news(first: 100) { nodes { cover { url } } } }")
        .await;
    let mut covers = Vec::new();
    for node in news.data()["news"]["nodes"].as_array().expect("a list") {
        if let Some(url) = node["cover"]["url"].as_str() {
            let path = url.split_once("/media/").expect("an address").1;
            let request = app.client.get(app.url(&format!("/media/{path}")));
            let answer = request.send().await.expect("an answer");
            assert_eq!(answer.status(), 200, "{url}");
            covers.push(answer.bytes().await.expect("bytes").to_vec());
        }
    }
    assert!(!covers.is_empty());
    covers
}

async fn go_round(from: Backend, to: Backend) {
    let source = Source::start(from).await;
    let ending = source.app.ending();
    fill(&source.app).await;
    let folder = tempfile::tempdir().expect("a folder");
    let first = folder.path().join("first");
    source.export(&first, &[]).await;
    assert_eq!(recommendations(&first), [2, 1, 1]);

    let target = migrated(to).await;
    let [added, replaced, unchanged] = imported(&target, &first, &[]).await;
    assert!(added > 100, "{added}");
    assert_eq!((replaced, unchanged), (0, 0));
    let second = folder.path().join("second");
    exported(&target, &second).await;
    assert_same(&first, &second);

    let copy = serve(&target, to).await;
    let copy_ending = copy.ending();
    assert_eq!(
        seen_by_readers(&source.app).await,
        seen_by_readers(&copy).await
    );
    assert_eq!(covers(&source.app).await, covers(&copy).await);
    assert_eq!(rendered(&source.app).await, rendered(&copy).await);
    // Strangers see no more of the copy than of what it was made of.
    let hidden = copy.ask("{ benefit(slug: \"dlya-chlenov\") { title } newsArticle(slug: \"dlya-uchitelej\") { headline } }").await;
    assert!(hidden.data()["benefit"].is_null() && hidden.data()["newsArticle"].is_null());

    nobody_is_named(&copy).await;
    what_waits_is_planned(&copy).await;
    nothing_changes_the_second_time(&copy, &target, &first, added).await;
    ending.await;
    copy_ending.await;
}

async fn nobody_is_named(copy: &App) {
    let reader = copy.database.reader();
    let written =
        content_revision::Entity::find().filter(content_revision::Column::AuthorId.is_not_null());
    assert_eq!(written.count(reader).await.expect("a count"), 0);
    let drafts = content_draft::Entity::find().all(reader).await;
    for draft in drafts.expect("a query") {
        let named = [draft.author_id, draft.edited_by_id, draft.submitted_by_id];
        assert_eq!(named, [None; 3]);
    }
    let uploaded = media_asset::Entity::find().filter(media_asset::Column::IsDemo.eq(false));
    let uploaded = uploaded.one(reader).await.expect("a query").expect("a row");
    assert_eq!((uploaded.uploaded_by, uploaded.original_name), (None, None));
}

/// The scheduled draft and the article with an end have jobs here as well.
async fn what_waits_is_planned(copy: &App) {
    for kind in ["content.publish", "content.unpublish"] {
        let planned = entities::job::Entity::find()
            .filter(entities::job::Column::Kind.eq(kind))
            .filter(entities::job::Column::FinishedAt.is_null());
        let planned = planned.count(copy.database.reader()).await;
        assert_eq!(planned.expect("a count"), 1, "{kind}");
    }
}

async fn nothing_changes_the_second_time(
    copy: &App,
    target: &TestDatabase,
    archive: &std::path::Path,
    lines: u64,
) {
    let reader = copy.database.reader();
    let state = async || {
        let head = change_head::Entity::find().one(reader).await;
        let entries = audit_entry::Entity::find()
            .filter(audit_entry::Column::Action.eq("content.import"))
            .count(reader)
            .await;
        let begun = content::Entity::find()
            .filter(content::Column::Version.eq(0))
            .count(reader)
            .await;
        (
            head.expect("a query").expect("a row").seq,
            entries.expect("a count"),
            begun.expect("a count"),
        )
    };
    let before = state().await;
    assert!(before.1 > 10 && before.2 == 0, "{before:?}");
    assert_eq!(imported(target, archive, &[]).await, [0, 0, lines]);
    assert_eq!(
        imported(target, archive, &["--replace"]).await,
        [0, 0, lines]
    );
    assert_eq!(state().await, before);
}

#[actix_web::test]
async fn from_sqlite_to_sqlite() {
    go_round(Backend::Sqlite, Backend::Sqlite).await;
}

#[actix_web::test]
async fn from_sqlite_to_postgres() {
    go_round(Backend::Sqlite, Backend::Postgres).await;
}

#[actix_web::test]
async fn from_postgres_to_sqlite() {
    go_round(Backend::Postgres, Backend::Sqlite).await;
}

#[actix_web::test]
async fn from_postgres_to_postgres() {
    go_round(Backend::Postgres, Backend::Postgres).await;
}

#[actix_web::test]
async fn into_the_same_folder_twice_is_the_same_byte_for_byte() {
    let source = Source::start(Backend::Sqlite).await;
    let ending = source.app.ending();
    let folder = tempfile::tempdir().expect("a folder");
    source.export(folder.path(), &[]).await;
    let manifest = || std::fs::read(folder.path().join("manifest.json")).expect("a manifest");
    let (before, first) = (files(folder.path()), manifest());
    // What a broken-off export has left is in nobody's way, and a damaged picture is mended.
    std::fs::write(folder.path().join(".news.jsonl.partial"), "{\"id\"").expect("written");
    let picture = before
        .keys()
        .find(|name| name.starts_with("media"))
        .expect("a picture");
    std::fs::write(folder.path().join(picture), "damaged").expect("written");
    source.export(folder.path(), &[]).await;
    assert_eq!(files(folder.path()), before);
    assert_eq!(manifest(), first);
    ending.await;
}

#[actix_web::test]
async fn an_archive_is_told_in_order_and_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let source = Source::start(Backend::Postgres).await;
    let ending = source.app.ending();
    let folder = tempfile::tempdir().expect("a folder");
    let archive = folder.path().join("archive");
    let target = archive.to_str().expect("text");
    let (succeeded, told, _) = binary::run(&source.app, &["content", "export", target]).await;
    assert!(succeeded);
    let news = lines(&archive, "news.jsonl");
    let expected = format!("news {0} of {0}", news.len());
    assert!(told.lines().any(|line| line == expected), "{told}");
    let ids: Vec<&str> = news
        .iter()
        .map(|line| line["id"].as_str().expect("an id"))
        .collect();
    assert!(ids.is_sorted());
    let created = news[0]["created_at"].as_str().expect("an instant");
    assert!(created.ends_with('Z') && created.len() == "2026-11-22T10:00:00.000000Z".len());
    let mode = |path: &std::path::Path| {
        let found = std::fs::metadata(path).expect("a file");
        found.permissions().mode() & 0o777
    };
    assert_eq!(mode(&archive), 0o700);
    assert_eq!(mode(&archive.join("drafts.jsonl")), 0o600);
    ending.await;
}
