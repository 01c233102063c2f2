//! A copy of everything that is kept of somebody: made by a job, kept for a day, sealed.

use std::{
    io::{Cursor, Write},
    sync::Arc,
};

use chrono::{DateTime, TimeDelta, Utc};
use entities::{data_export, enums::ExportState};
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::store::{consents, exports as store};
use crate::{
    domain::{
        accounts::{self, Accounts, find_account, lock_account},
        benefit_use, membership, push, service_reports, training,
    },
    infra::{
        clock::Clock,
        db::Database,
        error::Error,
        jobs::{self, Handler, NewJob, Outcome},
        vault::DataKey,
    },
};

/// The kind of the jobs.
pub const JOB: &str = "personal-data-export";
/// The column that an archive is sealed for.
const ARCHIVE: &str = "data_export.archive";
const KEPT: TimeDelta = TimeDelta::hours(24);
/// A copy that could not be made for so long has failed, after some ten tries: its owner may ask
/// again.
const TRIED: TimeDelta = TimeDelta::minutes(15);

/// What a job carries.
#[derive(Serialize, Deserialize)]
struct Wanted {
    export_id: Uuid,
}

const EXPLANATION: &str = "Здесь всё, что Московская Федерация профсоюзов хранит о вас на день выгрузки.\n\
data.json — данные в машиночитаемом виде: учётная запись, членства, заявления, льготы и отзывы о них, уведомления, отчёты об услугах, обучение, сеансы, согласия.\n";

/// Asks for a copy; one that is being made or is still kept is returned instead of another, one that
/// failed is not.
///
/// # Errors
/// Whatever the database reports.
pub async fn ask(
    database: &Database,
    account_id: Uuid,
    now: DateTime<Utc>,
) -> Result<data_export::Model, Error> {
    let transaction = database.writer().begin().await?;
    lock_account(&transaction, account_id).await?;
    if let Some(known) = store::list(&transaction, account_id, now)
        .await?
        .into_iter()
        .find(|known| known.state != ExportState::Failed)
    {
        return Ok(known);
    }
    let export = data_export::Model {
        id: Uuid::now_v7(),
        account_id,
        state: ExportState::Preparing,
        archive: None,
        created_at: now,
        ready_at: None,
        expires_at: now + KEPT,
    };
    store::insert(&transaction, export.clone()).await?;
    let job = NewJob {
        kind: JOB,
        payload: serde_json::to_value(Wanted {
            export_id: export.id,
        })?,
        unique_key: Some(format!("{JOB}:{}", export.id)),
        run_at: now,
    };
    jobs::enqueue(&transaction, job, now).await?;
    transaction.commit().await?;
    Ok(export)
}

/// Does the jobs.
#[must_use]
pub fn handler(accounts: Accounts, database: Database, clock: Clock) -> Handler {
    Arc::new(move |payload| {
        let (accounts, database, clock) = (accounts.clone(), database.clone(), clock.clone());
        Box::pin(async move { try_to_make(&accounts, &database, clock.now(), payload).await })
    })
}

async fn try_to_make(
    accounts: &Accounts,
    database: &Database,
    now: DateTime<Utc>,
    payload: Value,
) -> Result<Outcome, Error> {
    let Wanted { export_id: id } = serde_json::from_value(payload)?;
    let Some(export) = store::find(database.reader(), id).await? else {
        return Ok(Outcome::Hopeless("the account is gone"));
    };
    let is_last_try = now - export.created_at > TRIED;
    match make(accounts, database, &export, now).await {
        Err(_) if is_last_try => {
            store::fail(database.writer(), id).await?;
            Ok(Outcome::Hopeless("the copy can't be made"))
        }
        outcome => outcome,
    }
}

async fn make(
    accounts: &Accounts,
    database: &Database,
    export: &data_export::Model,
    now: DateTime<Utc>,
) -> Result<Outcome, Error> {
    let Some(account) = find_account(database.reader(), export.account_id).await? else {
        return Ok(Outcome::Hopeless("the account is gone"));
    };
    let key = accounts
        .data_key(database.reader(), account.person_id)
        .await?;
    let data = gather(accounts, database.reader(), (account.id, &key), now).await?;
    let archive =
        pack(&data).map_err(|cause| Error::internal("an archive can't be made", cause))?;
    store::fill(
        database.writer(),
        export.id,
        key.seal(ARCHIVE, &archive)?,
        now,
    )
    .await?;
    Ok(Outcome::Done)
}

/// Everything that is kept of an account's holder, as each domain tells it.
async fn gather(
    accounts: &Accounts,
    connection: &impl ConnectionTrait,
    (account_id, key): (Uuid, &DataKey),
    now: DateTime<Utc>,
) -> Result<Value, Error> {
    let subject = accounts.vault.pseudonym(account_id);
    let decisions = consents::list(connection, &subject).await?;
    let consents: Vec<Value> = decisions
        .iter()
        .map(|decision| {
            json!({
                "purpose": decision.purpose,
                "granted": decision.is_granted,
                "documentVersion": decision.document_version,
                "textHash": decision.text_hash,
                "channel": decision.channel,
                "decidedAt": decision.decided_at,
            })
        })
        .collect();
    Ok(json!({
        "exportedAt": now,
        "account": accounts::personal_data(accounts, connection, account_id, now).await?,
        "membership": membership::personal_data(accounts, connection, account_id).await?,
        "benefits": benefit_use::personal_data(accounts, connection, account_id, key).await?,
        "notifications": push::personal_data(accounts, connection, account_id, now).await?,
        "training": training::personal_data(accounts, connection, account_id).await?,
        "serviceReports": service_reports::personal_data(accounts, connection, account_id).await?,
        "consents": consents,
    }))
}

fn pack(data: &Value) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    archive.start_file("README.txt", options)?;
    archive.write_all(EXPLANATION.as_bytes())?;
    archive.start_file("data.json", options)?;
    archive.write_all(&serde_json::to_vec_pretty(data)?)?;
    Ok(archive.finish()?.into_inner())
}

/// The archive of an export, for its owner only; `None`: there is none, or it is not ready.
///
/// # Errors
/// Whatever the database reports.
pub async fn archive(
    accounts: &Accounts,
    database: &Database,
    account_id: Uuid,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Vec<u8>>, Error> {
    let found = store::find(database.reader(), id).await?;
    let Some(export) = found.filter(|row| row.account_id == account_id && now < row.expires_at)
    else {
        return Ok(None);
    };
    let Some(sealed) = export.archive else {
        return Ok(None);
    };
    let account = find_account(database.reader(), account_id)
        .await?
        .ok_or(Error::Unauthenticated)?;
    let key = accounts
        .data_key(database.reader(), account.person_id)
        .await?;
    key.open(ARCHIVE, &sealed).map(Some)
}
