//! Applying a large roster by a job: it takes longer than a request may.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entities::{enums::ImportState, member_import};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    domain::membership::{import::apply, store::imports as store},
    infra::{
        audit::{self, Entry},
        clock::Clock,
        db::{Database, begin_long},
        error::Error,
        jobs::{self, Handler, NewJob, Outcome},
    },
};

/// The kind of the jobs.
pub const JOB: &str = "member-import-apply";
/// What the audit log calls it, whoever does it.
pub const ACTION: &str = "member_import.apply";

/// What a job carries: the import, and of whoever asked what the audit log is to say, which is a
/// pseudonym.
#[derive(Serialize, Deserialize)]
struct Due {
    import_id: Uuid,
    actor: String,
    actor_role: String,
    request_id: String,
}

impl Due {
    /// The entry that was to be written, of the import as it is now.
    fn entry(self, import: &member_import::Model) -> Entry {
        Entry {
            organisation_id: Some(import.issuer_id),
            actor: self.actor,
            actor_role: self.actor_role,
            action: ACTION,
            object_type: "member_import",
            object_id: import.id.to_string(),
            request_id: self.request_id,
            details: counts(import),
        }
    }
}

/// What the audit log tells of an import.
pub fn counts(import: &member_import::Model) -> Value {
    json!({ "added": import.added, "updated": import.updated })
}

/// Queues a staged import in the caller's transaction, which holds it locked, to be applied by whoever
/// the entry names.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn enqueue(
    transaction: &impl ConnectionTrait,
    mut import: member_import::Model,
    entry: Entry,
    now: DateTime<Utc>,
) -> Result<member_import::Model, Error> {
    import.state = ImportState::Applying;
    store::save(transaction, &import).await?;
    let due = Due {
        import_id: import.id,
        actor: entry.actor,
        actor_role: entry.actor_role,
        request_id: entry.request_id,
    };
    let job = NewJob {
        kind: JOB,
        payload: serde_json::to_value(due)?,
        unique_key: Some(format!("{JOB}:{}", import.id)),
        run_at: now,
    };
    jobs::enqueue(transaction, job, now).await?;
    Ok(import)
}

/// Does the jobs.
#[must_use]
pub fn handler(database: Database, clock: Clock) -> Handler {
    Arc::new(move |payload| {
        let (database, clock) = (database.clone(), clock.clone());
        Box::pin(async move { work(&database, clock.now(), payload).await })
    })
}

async fn work(database: &Database, now: DateTime<Utc>, payload: Value) -> Result<Outcome, Error> {
    let due: Due = serde_json::from_value(payload)?;
    let transaction = begin_long(database).await?;
    let Some(import) = store::lock(&transaction, due.import_id).await? else {
        return Ok(Outcome::Hopeless("no such import"));
    };
    // Applied by another worker already, or overtaken by a newer one.
    if import.state != ImportState::Applying {
        return Ok(Outcome::Done);
    }
    match apply(&transaction, import.clone(), now).await? {
        Ok(applied) => audit::record(&transaction, due.entry(&applied), now).await?,
        // The roster has changed under it, and nobody waits to be told.
        Err(_) => store::put_aside(&transaction, import).await?,
    }
    transaction.commit().await?;
    Ok(Outcome::Done)
}
