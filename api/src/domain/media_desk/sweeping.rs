//! Tidying up: pictures that nothing has shown for long go, and no files stay whose row is gone.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entities::media_asset;
use sea_orm::{ConnectionTrait, DbErr, TransactionTrait};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{rules::UNUSED_KEPT, store};
use crate::{
    domain::media::{
        MediaLibrary, Picture, delete_asset, find_asset, list_shown, lock_asset, mark_shown,
    },
    infra::{
        audit::{self, Entry, Program},
        db::Database,
        error::Error,
        jobs::{self, Handler, NewJob, Outcome},
    },
};

/// The kind of the jobs.
pub const JOB: &str = "media-sweep";
/// A store that is away for hours has come back by then.
const MOST_TRIES: i32 = 30;
/// So many expire in one go; the next one takes the others.
const EXPIRE_AT_ONCE: u64 = 200;

/// What a job carries.
#[derive(Deserialize)]
struct Remains {
    id: Uuid,
    folder: String,
}

/// Has the files of a picture taken away at that instant, unless its row is there by then.
///
/// # Errors
/// Whatever the driver reports.
pub async fn order(
    transaction: &impl ConnectionTrait,
    picture: &Picture,
    run_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let job = NewJob {
        kind: JOB,
        payload: json!({ "id": picture.id, "folder": picture.folder() }),
        unique_key: None,
        run_at,
    };
    jobs::enqueue(transaction, job, now).await
}

/// Does the jobs.
#[must_use]
pub fn sweep_handler(database: Database, library: MediaLibrary) -> Handler {
    Arc::new(move |payload| {
        let (database, library) = (database.clone(), library.clone());
        Box::pin(async move { sweep(&database, &library, payload).await })
    })
}

async fn sweep(
    database: &Database,
    library: &MediaLibrary,
    payload: Value,
) -> Result<Outcome, Error> {
    let remains: Remains = serde_json::from_value(payload)?;
    if find_asset(database.writer(), remains.id).await?.is_some() {
        return Ok(Outcome::Done);
    }
    Ok(match library.remove(&remains.folder).await {
        Ok(()) => Outcome::Done,
        Err(trouble) => {
            tracing::warn!(?trouble, "files of a picture could not be taken away");
            Outcome::Again {
                why: "the place of pictures is in trouble",
                most: MOST_TRIES,
            }
        }
    })
}

/// Deletes a picture that the caller holds locked and has found unused; its files follow the commit.
///
/// # Errors
/// Whatever the driver reports; the caller rolls back.
pub async fn discard(
    transaction: &impl ConnectionTrait,
    row: &media_asset::Model,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    delete_asset(transaction, row.id).await?;
    order(transaction, &Picture::from(row), now, now).await
}

/// Notes which pictures nothing shows and deletes those that nothing has shown for a week. How many
/// went is the answer.
///
/// # Errors
/// Whatever the database reports.
pub async fn expire_unused(database: &Database, now: DateTime<Utc>) -> Result<usize, Error> {
    mark_shown(database.writer(), now).await?;
    let before = now - UNUSED_KEPT;
    let mut expired = 0;
    for id in store::list_unused(database.writer(), before, EXPIRE_AT_ONCE).await? {
        expired += usize::from(expire(database, id, now).await?);
    }
    Ok(expired)
}

async fn expire(database: &Database, id: Uuid, now: DateTime<Utc>) -> Result<bool, Error> {
    let transaction = database.writer().begin().await?;
    let Some(row) = lock_asset(&transaction, id).await? else {
        return Ok(false);
    };
    // Since it was listed somebody may have sent it again.
    if row
        .unused_since_at
        .is_none_or(|since| since > now - UNUSED_KEPT)
    {
        return Ok(false);
    }
    // Since the note something may have begun to show it.
    if !list_shown(&transaction, &[id]).await?.is_empty() {
        return Ok(false);
    }
    discard(&transaction, &row, now).await?;
    let entry = Entry::by(
        Program::System,
        "media_asset.expire",
        row.organisation_id,
        ("media_asset", id),
        json!({}),
    );
    audit::record(&transaction, entry, now).await?;
    transaction.commit().await?;
    Ok(true)
}
