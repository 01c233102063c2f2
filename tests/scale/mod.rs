//! `seed --demo --scale`: a generated archive is the same everywhere, is found, and grows.

use api::{
    domain::{demo, search},
    infra::{auth::Viewer, clock::Clock},
};
use serde_json::{Value, json};

use crate::{
    on_both_databases,
    support::{
        App, Backend,
        binary::{complaint, mfp_api},
    },
    sync::phone::Phone,
};

const ARTICLE: &str = "{ newsArticle(slug: \"arhiv-7\") { id headline lead publishedAt plainText bodyHtml tags revision
    readingTimeSeconds category { slug } organisation { slug } body { ... on ParagraphBlock { spans { text } } } } }";

async fn grow(app: &App, articles: u64) -> demo::Scaled {
    demo::seed_scale(&app.database, &Clock::system(), articles)
        .await
        .expect("generated")
}

async fn count(app: &App) -> u64 {
    let counted = app.ask("{ news { totalCount } }").await;
    counted.data()["news"]["totalCount"]
        .as_u64()
        .expect("a count")
}

#[test]
fn a_scale_that_is_no_number_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    for scale in ["0", "many", "1g", "11m", "-5", "99999999999999999999m"] {
        let output = mfp_api(folder.path())
            .args(["seed", "--demo", &format!("--scale={scale}")])
            .output()
            .expect("it runs");
        assert!(!output.status.success());
        assert!(
            complaint(&output).contains("such as 5000, 100k or 1m"),
            "{}",
            complaint(&output)
        );
    }
}

#[actix_web::test]
async fn the_same_number_gives_the_same_article() {
    let mut answers: Vec<Value> = Vec::new();
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let app = App::start(backend).await;
        grow(&app, 8).await;
        answers.push(app.ask(ARTICLE).await.data().clone());
    }
    assert!(answers[0]["newsArticle"]["headline"].is_string());
    assert_eq!(answers[0], answers[1]);
}

on_both_databases! {
    async fn an_archive_is_listed_found_and_followed(app) {
        let mut phone = Phone::new(Viewer::Anonymous);
        phone.types = json!(["NEWS_ARTICLE"]);
        phone.catch_up(&app, 100).await;
        let before = count(&app).await;
        let scaled = grow(&app, 600).await;
        assert_eq!(scaled.articles, 600);
        assert_eq!(count(&app).await, before + 600);
        assert!(!search::is_behind(&app.database).await.expect("an answer"));
        phone.catch_up(&app, 100).await;
        assert_eq!(phone.items.len() as u64, before + 600);
        assert_eq!(phone.items, phone.fresh(&app).await);

        let article = app.ask("{ newsArticle(slug: \"arhiv-599\") { headline } }").await;
        let headline = article.data()["newsArticle"]["headline"].as_str().expect("a headline").to_owned();
        let found = app.ask_with("query($text: String!) { search(query: $text, types: [NEWS_ARTICLE], first: 5) { nodes { ... on NewsArticle { headline } } } }", json!({ "text": headline })).await;
        assert_eq!(found.data()["search"]["nodes"][0]["headline"], headline);
        // What members look for is still the guide, whatever the archive says.
        let guide = app.ask("{ search(query: \"загранпаспорт\", first: 1) { nodes { __typename } } }").await;
        assert_eq!(guide.data()["search"]["nodes"][0]["__typename"], "ServiceGuide");
    }

    async fn a_second_run_adds_what_is_missing(app) {
        grow(&app, 20).await;
        let before = count(&app).await;
        assert_eq!(grow(&app, 20).await.articles, 0);
        assert_eq!(grow(&app, 10).await.articles, 0);
        assert_eq!(grow(&app, 35).await.articles, 15);
        assert_eq!(count(&app).await, before + 15);
    }

    async fn indexes_and_keys_are_as_before(app) {
        use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
        let backend = app.database.reader().get_database_backend();
        let sql = match backend {
            DatabaseBackend::Postgres => "SELECT string_agg(definition, ';' ORDER BY definition) AS all_of_it FROM (
                SELECT indexdef AS definition FROM pg_indexes WHERE schemaname = 'public'
                UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint) AS definitions",
            _ => "SELECT group_concat(sql, ';') AS all_of_it FROM (SELECT sql FROM sqlite_master ORDER BY name)",
        };
        let schema = async || {
            let statement = Statement::from_string(backend, sql);
            let row = app.database.reader().query_one_raw(statement).await.expect("a query").expect("a row");
            row.try_get::<String>("", "all_of_it").expect("text")
        };
        let before = schema().await;
        assert!(before.contains("search_document"));
        grow(&app, 5).await;
        assert_eq!(schema().await, before);
    }
}
