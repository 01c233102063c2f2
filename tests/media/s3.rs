//! The same pictures in an S3-compatible store: a local one that `tests/run` starts.

use api::{
    domain::media::MediaLibrary,
    infra::config::{MediaUrl, Settings},
};
use serde_json::json;

use super::{SCHOOL, fetch, files::jpeg, staff, upload};
use crate::support::{App, Backend};

/// The address of the private store.
#[expect(
    clippy::disallowed_methods,
    reason = "the tests are started with it, and are not the product"
)]
fn store() -> String {
    std::env::var("TEST_S3_URL").expect("TEST_S3_URL is not set: start the tests with tests/run")
}

fn in_bucket(settings: &mut Settings) {
    settings.media_url = MediaUrl::Bucket {
        name: "pictures".into(),
        prefix: format!("mfp/{}", uuid::Uuid::now_v7()),
    };
    settings.s3_endpoint = Some(store().parse().expect("an address"));
    settings.s3_access_key = Some("id".into());
    settings.s3_secret_key = Some("key".into());
}

#[actix_web::test]
async fn pictures_come_and_go_in_a_bucket() {
    let app = App::start_with(Backend::Sqlite, in_bucket).await;
    let correspondent = staff(&app, "CORRESPONDENT", SCHOOL).await;
    let token = Some(correspondent.access_token.as_str());
    let query = [("organisation", SCHOOL)];
    let sent = upload(&app, token, &query, jpeg(400, 300)).await;
    assert_eq!(sent.status, 201, "{:#}", sent.body);
    let asset = &sent.body["mediaAsset"];
    let url = asset["url"].as_str().expect("an address");
    for width in [160, 320, 400] {
        let answer = fetch(&app, &url.replace("/400.", &format!("/{width}."))).await;
        assert_eq!(answer.status(), 200);
        let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
        assert_eq!(header("content-type"), "image/jpeg");
        assert_eq!(
            header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        assert_eq!(header("x-content-type-options"), "nosniff");
        let bytes = answer.bytes().await.expect("bytes");
        let picture = image::load_from_memory(&bytes).expect("a picture");
        assert_eq!(picture.width(), width);
    }
    assert_eq!(
        fetch(&app, &url.replace("/400.", "/480.")).await.status(),
        404
    );

    let delete = "mutation($id: ID!) { mediaAssetDelete(input: { id: $id }) { deletedId userErrors { code } } }";
    let gone = app
        .ask_by(&correspondent, delete, json!({ "id": asset["id"] }))
        .await;
    assert_eq!(gone.data()["mediaAssetDelete"]["deletedId"], asset["id"]);
    for _ in 0..200 {
        if fetch(&app, url).await.status() == 404 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the files are still there");
}

#[actix_web::test]
async fn a_store_that_does_not_answer_is_said_to() {
    let library = |endpoint: &str| {
        let mut settings = Settings::default();
        in_bucket(&mut settings);
        settings.s3_endpoint = Some(endpoint.parse().expect("an address"));
        MediaLibrary::open(&settings).expect("a library")
    };
    assert!(library(&store()).check().await.is_ok());
    let refusal = library("http://127.0.0.1:9").check().await.unwrap_err();
    assert!(refusal.starts_with("bucket pictures: "), "{refusal}");
}
