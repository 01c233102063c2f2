//! Pictures: uploading them as staff do and as attackers would, describing, deleting, tidying up.

mod desk;
pub mod files;
mod hostile;
mod s3;
mod uploading;

use api::infra::config::MediaUrl;
use serde_json::{Value, json};

use crate::support::{Answer, App, Backend, Person};

const SCHOOL: &str = "ppo-primer-shkola";
/// Of another union.
const HOSPITAL: &str = "ppo-primer-bolnica";

/// A product with a folder of pictures of its own, and somebody who writes for the school.
pub struct Desk {
    pub app: App,
    pub correspondent: Person,
    folder: tempfile::TempDir,
}

impl Desk {
    pub async fn open(backend: Backend) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let media = folder.path().to_owned();
        let app = App::start_with(backend, |settings| {
            settings.media_url = MediaUrl::Folder(media);
        })
        .await;
        let correspondent = staff(&app, "CORRESPONDENT", SCHOOL).await;
        Self {
            app,
            correspondent,
            folder,
        }
    }

    /// Sends a file for the school, as its correspondent.
    pub async fn send(&self, file: Vec<u8>) -> Answer {
        let token = Some(self.correspondent.access_token.as_str());
        upload(&self.app, token, &[("organisation", SCHOOL)], file).await
    }

    /// The same of a file that must be taken.
    pub async fn sent(&self, file: Vec<u8>) -> Value {
        let answer = self.send(file).await;
        assert_eq!(answer.status, 201, "{:#}", answer.body);
        answer.body["mediaAsset"].clone()
    }

    /// The folders of assets, and whatever else is there.
    pub fn folders(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).expect("the folder");
        entries
            .map(|entry| entry.expect("an entry").file_name())
            .map(|name| name.into_string().expect("text"))
            .collect()
    }

    /// Everything that is kept of pictures.
    pub fn stored(&self) -> Vec<Vec<u8>> {
        let of_folder = |name: String| {
            let folder = std::fs::read_dir(self.folder.path().join(name)).expect("a folder");
            folder.map(|file| std::fs::read(file.expect("a file").path()).expect("bytes"))
        };
        self.folders().into_iter().flat_map(of_folder).collect()
    }
}

/// Somebody of the staff of an organisation.
pub async fn staff(app: &App, role: &str, organisation: &str) -> Person {
    let scope = json!({ "organisation": app.organisation_node(organisation).await });
    let email = format!("{}@{organisation}.example.ru", role.to_lowercase());
    app.staff(&email, role, scope).await.person
}

/// Sends a picture, whoever it is.
pub async fn upload(
    app: &App,
    token: Option<&str>,
    query: &[(&str, &str)],
    file: Vec<u8>,
) -> Answer {
    let mut request = app
        .client
        .post(app.url("/uploads"))
        .query(&[("purpose", "image")])
        .query(query)
        .header("content-type", "image/jpeg")
        .body(file);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    Answer::of(request.send().await.expect("an answer")).await
}

/// Why a file was refused.
#[track_caller]
pub fn reason(answer: &Answer) -> &str {
    assert!(answer.body.get("mediaAsset").is_none(), "{:#}", answer.body);
    answer.body["errors"][0]["extensions"]["reason"]
        .as_str()
        .unwrap_or_else(|| panic!("no reason in {:#}", answer.body))
}

/// The bytes behind an address of a picture.
pub async fn fetch(app: &App, url: &str) -> reqwest::Response {
    let path = url.split_once("/media/").expect("a media address").1;
    let request = app.client.get(app.url(&format!("/media/{path}")));
    request.send().await.expect("an answer")
}

/// Runs each test once on SQLite and once on PostgreSQL, each with a desk of its own.
#[macro_export]
macro_rules! at_both_desks {
    ($($(#[doc = $doc:literal])* async fn $name:ident($desk:ident) $body:block)*) => {
        mod sqlite {
            #[allow(unused_imports)]
            use super::*;
            $(#[actix_web::test]
            async fn $name() {
                let $desk = $crate::media::Desk::open($crate::support::Backend::Sqlite).await;
                $body
            })*
        }
        mod postgres {
            #[allow(unused_imports)]
            use super::*;
            $(#[actix_web::test]
            async fn $name() {
                let $desk = $crate::media::Desk::open($crate::support::Backend::Postgres).await;
                $body
            })*
        }
    };
}
