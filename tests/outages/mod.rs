//! Things break on purpose: the answer is one plain line, and nothing leaks.

mod database_gone;
mod disk_full;
mod killed_publishing;
mod ledger;
mod redis_gone;
mod rolling;
mod settings;
mod stopping;
mod way_to_database;

use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
use serde_json::json;

use crate::support::{App, Backend, Served};

/// A server whose people are those of the processes beside it as well.
async fn server_of_several(backend: Backend, media: &std::path::Path) -> App {
    App::start_with(backend, |settings| {
        let address = json!("http://mfp.example");
        settings.public_url = serde_json::from_value(address).expect("an address");
        settings.media_url = api::infra::config::MediaUrl::Folder(media.to_owned());
    })
    .await
}

/// A process beside it, on the same database.
async fn beside(app: &App) -> Served {
    Served::start(app, app.settings.database_url().reveal()).await
}

/// What SQLite's file says of itself, asked by a connection that remembers nothing of it: one that has
/// searched before compares the index with what it knew then. PostgreSQL sees to that alone.
async fn assert_sound(app: &App) {
    let url = app.settings.database_url();
    if url.sqlite_path().is_none() {
        return;
    }
    let fresh = sea_orm::Database::connect(url.reveal()).await;
    let fresh = fresh.expect("a database");
    let check = Statement::from_string(DatabaseBackend::Sqlite, "PRAGMA integrity_check");
    let row = fresh.query_one_raw(check).await.expect("a check");
    let said: String = row.expect("a row").try_get_by_index(0).expect("a text");
    assert_eq!(said, "ok");
    fresh.close().await.expect("closed");
}
