//! Erasure: a wish, a time to think it over, then everything at once, and an act that names nobody.
//!
//! Rows are deleted and the person's key with them: what write-ahead logs, dead tuples and backups
//! still hold can't be opened by anybody.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entities::erasure;
use sea_orm::TransactionTrait;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::store::erasures as store;
use crate::{
    domain::{
        accounts::{self, Accounts, lock_account},
        benefit_use, editing, membership, push, service_reports, training,
    },
    infra::{
        audit::{self, Entry},
        clock::Clock,
        db::Database,
        error::Error,
        jobs::{self, Handler, NewJob, Outcome},
    },
};

/// The kind of the jobs.
pub const JOB: &str = "account-erase";

/// What a job carries.
#[derive(Serialize, Deserialize)]
struct Due {
    erasure_id: Uuid,
}

/// How long a wish to be erased can be taken back.
#[derive(Clone, Copy, Debug)]
pub struct CoolingOff(pub TimeDelta);

/// Notes the wish; asked again, it is the same wish.
///
/// # Errors
/// Whatever the database reports.
pub async fn ask(
    accounts: &Accounts,
    database: &Database,
    account_id: Uuid,
    CoolingOff(time): CoolingOff,
    now: DateTime<Utc>,
) -> Result<erasure::Model, Error> {
    let transaction = database.writer().begin().await?;
    lock_account(&transaction, account_id).await?;
    if let Some(known) = store::find_pending(&transaction, account_id).await? {
        return Ok(known);
    }
    let wish = erasure::Model {
        id: Uuid::now_v7(),
        account_id,
        subject: accounts.vault.pseudonym(account_id),
        requested_at: now,
        due_at: now + time,
        cancelled_at: None,
        done_at: None,
        act: None,
    };
    store::insert(&transaction, wish.clone()).await?;
    let job = NewJob {
        kind: JOB,
        payload: serde_json::to_value(Due {
            erasure_id: wish.id,
        })?,
        unique_key: Some(format!("{JOB}:{}", wish.id)),
        run_at: wish.due_at,
    };
    jobs::enqueue(&transaction, job, now).await?;
    record(
        &transaction,
        &wish,
        "account.erasure_requested",
        json!({}),
        now,
    )
    .await?;
    transaction.commit().await?;
    Ok(wish)
}

/// Takes the wish back.
///
/// # Errors
/// Whatever the database reports.
pub async fn cancel(
    database: &Database,
    account_id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<erasure::Model>, Error> {
    let transaction = database.writer().begin().await?;
    let Some(wish) = store::cancel(&transaction, account_id, now).await? else {
        return Ok(None);
    };
    record(
        &transaction,
        &wish,
        "account.erasure_cancelled",
        json!({}),
        now,
    )
    .await?;
    transaction.commit().await?;
    Ok(Some(wish))
}

/// Does the jobs.
#[must_use]
pub fn handler(accounts: Accounts, database: Database, clock: Clock) -> Handler {
    Arc::new(move |payload| {
        let (accounts, database, clock) = (accounts.clone(), database.clone(), clock.clone());
        Box::pin(async move { erase(&accounts, &database, clock.now(), payload).await })
    })
}

async fn erase(
    accounts: &Accounts,
    database: &Database,
    now: DateTime<Utc>,
    payload: Value,
) -> Result<Outcome, Error> {
    let Due { erasure_id: id } = serde_json::from_value(payload)?;
    let transaction = database.writer().begin().await?;
    let Some(wish) = store::lock(&transaction, id).await? else {
        return Ok(Outcome::Hopeless("no such wish"));
    };
    if wish.cancelled_at.is_some() {
        return Ok(Outcome::Done);
    }
    if wish.done_at.is_some() {
        // It was cut off before the last step.
        transaction.rollback().await?;
        service_reports::unlink(database, &accounts.vault, wish.account_id).await?;
        return Ok(Outcome::Done);
    }
    editing::forget_author(&transaction, wish.account_id).await?;
    benefit_use::erase(&transaction, wish.account_id).await?;
    push::erase(&transaction, wish.account_id).await?;
    let leaves_seats = training::erase(&transaction, wish.account_id, now).await?;
    let memberships = membership::erase(&transaction, wish.account_id).await?;
    let sessions = accounts::erase(&transaction, wish.account_id).await?;
    let act = act(&wish, memberships, sessions, now);
    record(&transaction, &wish, "account.erased", act.clone(), now).await?;
    store::finish(&transaction, id, act, now).await?;
    if leaves_seats {
        training::tell_readers(&transaction).await?;
    }
    transaction.commit().await?;
    // Not within: nothing may tell whose reports they were, not even the transaction.
    service_reports::unlink(database, &accounts.vault, wish.account_id).await?;
    Ok(Outcome::Done)
}

/// The fields that order 179 of Roskomnadzor (28.10.2022) asks of an act of destruction; the audit
/// log's entry with the same content is the extract that goes with it.
fn act(wish: &erasure::Model, memberships: u64, sessions: u64, now: DateTime<Utc>) -> Value {
    json!({
        "operator": "Московская Федерация профсоюзов",
        "subject": wish.subject,
        "categories": ["имя", "телефон", "почта", "номер билета", "членство", "устройства", "записи на занятия"],
        "system": "mfp-api",
        "reason": "требование субъекта персональных данных",
        "requestedAt": wish.requested_at,
        "destroyedAt": now,
        "method": "удаление записей и уничтожение ключа шифрования",
        "memberships": memberships,
        "sessions": sessions,
    })
}

async fn record(
    transaction: &impl sea_orm::ConnectionTrait,
    wish: &erasure::Model,
    action: &'static str,
    details: Value,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let entry = Entry {
        organisation_id: None,
        actor: wish.subject.clone(),
        actor_role: "MEMBER".into(),
        action,
        object_type: "erasure",
        object_id: wish.id.to_string(),
        request_id: String::new(),
        details,
    };
    audit::record(transaction, entry, now).await?;
    Ok(())
}
