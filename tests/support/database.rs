//! A database of a test's own, copied from a template that is migrated and seeded once.

use std::{
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use api::{
    domain::{demo, media::MediaLibrary, search},
    infra::{clock::Clock, config::Settings, db::ExclusiveDatabase},
};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// The two databases the product runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// A database that goes away with the test.
pub struct TestDatabase {
    pub settings: Settings,
    _folder: TempDir,
}

/// PostgreSQL databases whose tests are over. Four hundred of them would fill a disk.
static FINISHED: Mutex<Vec<String>> = Mutex::new(Vec::new());
static NUMBER: AtomicU32 = AtomicU32::new(0);
static SQLITE_TEMPLATE: OnceCell<TempDir> = OnceCell::const_new();
static POSTGRES_TEMPLATE: OnceCell<(String, TempDir)> = OnceCell::const_new();

impl TestDatabase {
    /// Migrated, with the demo content.
    pub async fn seeded(backend: Backend) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        match backend {
            Backend::Sqlite => {
                let template = SQLITE_TEMPLATE.get_or_init(sqlite_template).await;
                let file = folder.path().join("mfp.sqlite");
                std::fs::copy(template.path().join("mfp.sqlite"), &file).expect("a copy");
                Self::new(&sqlite_url(&file), template.path().join("media"), folder)
            }
            Backend::Postgres => {
                let (template, media) = POSTGRES_TEMPLATE.get_or_init(postgres_template).await;
                let url = create_postgres_database(Some(template)).await;
                Self::new(&url, media.path().to_owned(), folder)
            }
        }
    }

    /// Nothing at all: not migrated.
    pub async fn empty(backend: Backend) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let media = folder.path().join("media");
        let url = match backend {
            Backend::Sqlite => sqlite_url(&folder.path().join("mfp.sqlite")),
            Backend::Postgres => create_postgres_database(None).await,
        };
        Self::new(&url, media, folder)
    }

    fn new(url: &str, media: PathBuf, folder: TempDir) -> Self {
        Self {
            settings: settings(url, media),
            _folder: folder,
        }
    }

    pub fn url(&self) -> String {
        self.settings.database_url().reveal().to_owned()
    }

    pub fn folder(&self) -> &Path {
        self._folder.path()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let url = self.url();
        if let (true, Some((_, name))) = (url.starts_with("postgres"), url.rsplit_once('/')) {
            FINISHED.lock().expect("a lock").push(name.to_owned());
        }
    }
}

/// Dropping waits for nobody: whoever makes the next database takes the old ones away.
async fn drop_finished(maintenance: &DatabaseConnection) {
    let finished = std::mem::take(&mut *FINISHED.lock().expect("a lock"));
    for name in finished {
        let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        drop(maintenance.execute_unprepared(&statement).await);
    }
}

fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

fn settings(url: &str, media: PathBuf) -> Settings {
    Settings {
        database_url: Some(api::infra::config::DatabaseUrl::parse(url).expect("a database url")),
        database_connections: 4,
        media_url: api::infra::config::MediaUrl::Folder(media),
        port: 0,
        workers: std::num::NonZeroUsize::new(2),
        body_deadline_ms: 700,
        // A hundred at once take a debug build longer; who tests the deadline sets one.
        request_deadline_ms: 20_000,
        secret: Some("dGVzdHMgb25seTogMzIgYnl0ZXMgYW5kIG1vcmUsIG5vIHNlY3JldA==".into()),
        address_points: std::num::NonZeroU32::MAX,
        account_points: std::num::NonZeroU32::MAX,
        // Tests change rows past the product, which no cache would hear of.
        cache_megabytes: 0,
        media_reserve_percent: 0,
        cors_origins: "https://mtuf.ru,https://app.mtuf.ru".into(),
        ..Settings::default()
    }
}

async fn sqlite_template() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("mfp.sqlite");
    seed(&settings(&sqlite_url(&file), folder.path().join("media"))).await;
    folder
}

async fn postgres_template() -> (String, TempDir) {
    let media = tempfile::tempdir().expect("a temporary folder");
    let url = create_postgres_database(None).await;
    seed(&settings(&url, media.path().to_owned())).await;
    let name = url.rsplit('/').next().expect("a database name").to_owned();
    (name, media)
}

async fn seed(settings: &Settings) {
    let exclusive = ExclusiveDatabase::acquire(settings)
        .await
        .expect("the lock");
    exclusive.migrate().await.expect("migrated");
    let library = MediaLibrary::open(settings).expect("a media library");
    demo::seed(exclusive.database(), &library, &Clock::system())
        .await
        .expect("seeded");
    search::catch_up(exclusive.database())
        .await
        .expect("indexed");
    // A template must have no connection and no write-ahead log left when it is copied.
    let database = exclusive.database();
    if settings.database_url().sqlite_path().is_some() {
        database
            .writer()
            .execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)")
            .await
            .expect("a checkpoint");
    }
    database.reader().clone().close().await.expect("closed");
    database.writer().clone().close().await.expect("closed");
}

/// The address of the private PostgreSQL that `tests/run` started.
#[expect(
    clippy::disallowed_methods,
    reason = "the tests are started with it, and are not the product"
)]
pub fn postgres_server() -> String {
    std::env::var("TEST_POSTGRES_URL")
        .expect("TEST_POSTGRES_URL is not set: start the tests with tests/run")
}

async fn create_postgres_database(template: Option<&str>) -> String {
    let server = postgres_server();
    let name = format!(
        "mfp_test_{}_{}",
        std::process::id(),
        NUMBER.fetch_add(1, Ordering::Relaxed)
    );
    let maintenance: DatabaseConnection = sea_orm::Database::connect(format!("{server}/postgres"))
        .await
        .expect("the private PostgreSQL");
    drop_finished(&maintenance).await;
    let template = template.map_or(String::new(), |name| format!(" TEMPLATE {name}"));
    let statement = format!("CREATE DATABASE {name}{template}");
    // Two copies of one template can't be made at once.
    let mut patience = 100;
    while let Err(cause) = maintenance.execute_unprepared(&statement).await {
        patience -= 1;
        assert!(patience > 0, "{cause}");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    maintenance.close().await.expect("closed");
    format!("{server}/{name}")
}
