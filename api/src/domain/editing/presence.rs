//! Who is at a draft now: an editor's page says so every twenty seconds, so that two do not write over
//! each other unawares. Nothing is locked by it, and nothing of it is kept.

use chrono::{DateTime, Utc};
use entities::draft_presence;
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::{
    editor::Editor,
    rules::{GONE_AFTER, left_by_now},
    store::{self, Held},
};
use crate::infra::{db::Database, error::Error};

/// Notes that somebody is at a draft, or at what is published. `None`: it is not theirs to see.
///
/// # Errors
/// Whatever the database reports.
pub async fn touch(database: &Database, editor: &Editor, id: Uuid) -> Result<Option<Held>, Error> {
    let Some(held) = find_seen(database, editor, id).await? else {
        return Ok(None);
    };
    let (writer, now) = (database.writer(), editor.now);
    let account_id = editor.account_id;
    let known = store::list_presence_of(writer, account_id).await?;
    let left = left_by_now(&known, id, now);
    if !left.is_empty() {
        store::delete_presence(writer, account_id, &left).await?;
    }
    let presence = draft_presence::Model {
        content_id: id,
        account_id,
        since_at: now,
        last_seen_at: now,
    };
    let is_there = store::keep_presence(writer, presence).await?;
    Ok(is_there.then_some(held))
}

/// Notes that somebody has left a draft, seen or not; `None`: it is not theirs to see, or gone.
///
/// # Errors
/// Whatever the database reports.
pub async fn end(database: &Database, editor: &Editor, id: Uuid) -> Result<Option<Held>, Error> {
    store::delete_presence(database.writer(), editor.account_id, &[id]).await?;
    find_seen(database, editor, id).await
}

async fn find_seen(database: &Database, editor: &Editor, id: Uuid) -> Result<Option<Held>, Error> {
    let reader = database.reader();
    match store::find(reader, id).await? {
        Some(held) if editor.desk().shows(reader, &held).await? => Ok(Some(held)),
        _ => Ok(None),
    }
}

/// Forgets who has left.
///
/// # Errors
/// Whatever the driver reports.
pub async fn forget_presence(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    store::delete_presence_until(connection, now - GONE_AFTER).await
}
