//! Sessions: opening one, going on with a refresh token, ending.

use chrono::{DateTime, Utc};
use entities::{
    account,
    enums::{SessionKind, SignInMethod},
    refresh_token, session,
};
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    rules::{Refresh, refresh, session_life},
    service::Accounts,
    store::{people, sessions as store},
    types::AccountErrorCode,
};
use crate::infra::{
    audit,
    auth::{AccessToken, Subject},
    clock::moscow_date,
    db::Database,
    digest::sha256_hex,
    error::Error,
    vault::{DataKey, random_token},
};

/// The column that a device is sealed for.
const DEVICE: &str = "session.device";
/// What a refresh token begins with, so that scanners of leaked secrets know one.
const REFRESH_PREFIX: &str = "rt_";

/// What a client says of the device it runs on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    pub name: Option<String>,
    pub client: Option<String>,
}

/// A session with what its client needs to go on.
pub struct Opened {
    pub session: session::Model,
    pub device: Device,
    pub access: AccessToken,
    pub refresh_token: String,
}

/// Opens a session, ending the oldest where the account has too many.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn open(
    accounts: &Accounts,
    transaction: &impl ConnectionTrait,
    account: &account::Model,
    kind: SessionKind,
    device: Device,
    now: DateTime<Utc>,
) -> Result<Opened, Error> {
    people::lock_account(transaction, account.id).await?;
    let key = accounts.data_key(transaction, account.person_id).await?;
    let life = session_life(kind);
    let live = store::list_live(transaction, account.id, now).await?;
    let of_kind = live.iter().filter(|session| session.kind == kind);
    let too_many: Vec<Uuid> = of_kind
        .skip(life.devices - 1)
        .map(|session| session.id)
        .collect();
    store::end(transaction, account.id, &too_many, "TOO_MANY_DEVICES", now).await?;
    let session = session::Model {
        id: Uuid::now_v7(),
        account_id: account.id,
        kind,
        device: key.seal(DEVICE, &device)?,
        method: match kind {
            SessionKind::Member => SignInMethod::Code,
            SessionKind::Staff => SignInMethod::Password,
        },
        created_at: now,
        authenticated_at: now,
        last_seen_on: moscow_date(now),
        idle_until_at: now + life.idle.min(life.absolute),
        expires_at: now + life.absolute,
        ended_at: None,
        end_reason: None,
    };
    store::insert(transaction, session.clone()).await?;
    let refresh_token = issue_refresh(transaction, session.id, None, now).await?;
    Ok(Opened {
        access: issue_access(accounts, &session, account, now)?,
        session,
        device,
        refresh_token,
    })
}

async fn issue_refresh(
    transaction: &impl ConnectionTrait,
    session_id: Uuid,
    parent_id: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<String, Error> {
    let text = format!("{REFRESH_PREFIX}{}", random_token()?);
    let token = refresh_token::Model {
        id: Uuid::now_v7(),
        session_id,
        parent_id,
        token_hash: sha256_hex(&text),
        issued_at: now,
        used_at: None,
        revoked_at: None,
    };
    store::insert_token(transaction, token).await?;
    Ok(text)
}

fn issue_access(
    accounts: &Accounts,
    session: &session::Model,
    account: &account::Model,
    now: DateTime<Utc>,
) -> Result<AccessToken, Error> {
    let subject = Subject {
        account_id: account.id,
        session_id: session.id,
        session_kind: session.kind,
        permission_version: account.permission_version,
        authenticated_at: session.authenticated_at,
    };
    accounts.tokens.issue(subject, now)
}

/// Gives a new pair for a refresh token. A token that only a thief and its owner together can have
/// shown ends the session for both.
///
/// # Errors
/// Top-level faults; the inner error is what the client is told.
pub async fn go_on(
    accounts: &Accounts,
    database: &Database,
    refresh_token: &str,
    request_id: &str,
    now: DateTime<Utc>,
) -> Result<Result<Opened, AccountErrorCode>, Error> {
    let invalid = Ok(Err(AccountErrorCode::RefreshTokenInvalid));
    let hash = sha256_hex(refresh_token);
    let Some(seen) = store::find_token(database.reader(), &hash).await? else {
        return invalid;
    };
    let transaction = database.writer().begin().await?;
    let Some(mut session) =
        store::touch(&transaction, seen.session_id, moscow_date(now), now).await?
    else {
        return invalid;
    };
    // Read again behind the session's lock: two refreshes at once come here one after the other.
    let Some(shown) = store::find_token(&transaction, &hash).await? else {
        return invalid;
    };
    let successor = store::find_successor(&transaction, &shown).await?;
    match (refresh(&shown, successor.as_ref()), successor) {
        (Refresh::Advance, _) => store::mark_token_used(&transaction, shown.id, now).await?,
        (Refresh::Replace, Some(lost)) => {
            store::take_token_back(&transaction, lost.id, now).await?;
        }
        (Refresh::Replace, None) | (Refresh::Theft, _) => {
            end_stolen(accounts, &transaction, &session, request_id, now).await?;
            transaction.commit().await?;
            accounts.forget_session(session.id).await;
            return invalid;
        }
    }
    let Some(account) = people::find_account(&transaction, session.account_id).await? else {
        return invalid;
    };
    let life = session_life(session.kind);
    session.idle_until_at = (now + life.idle).min(session.expires_at);
    store::extend(&transaction, session.id, session.idle_until_at).await?;
    let key = accounts.data_key(&transaction, account.person_id).await?;
    let opened = Opened {
        refresh_token: issue_refresh(&transaction, session.id, Some(shown.id), now).await?,
        access: issue_access(accounts, &session, &account, now)?,
        device: device_of(&key, &session)?,
        session,
    };
    transaction.commit().await?;
    Ok(Ok(opened))
}

async fn end_stolen(
    accounts: &Accounts,
    transaction: &impl ConnectionTrait,
    session: &session::Model,
    request_id: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    store::end(
        transaction,
        session.account_id,
        &[session.id],
        "TOKEN_REUSED",
        now,
    )
    .await?;
    let entry = audit::Entry {
        organisation_id: None,
        actor: accounts.vault.pseudonym(session.account_id),
        actor_role: "SYSTEM".into(),
        action: "session.refresh_token_reused",
        object_type: "session",
        object_id: session.id.to_string(),
        request_id: request_id.to_owned(),
        details: serde_json::json!({}),
    };
    audit::record(transaction, entry, now).await?;
    Ok(())
}

/// What a session's client said of its device.
///
/// # Errors
/// `Internal`, when it does not open.
pub fn device_of(key: &DataKey, session: &session::Model) -> Result<Device, Error> {
    key.open(DEVICE, &session.device)
}

/// Ends sessions of one account, in force here at once and elsewhere within seconds.
///
/// # Errors
/// Whatever the database reports.
pub async fn end(
    accounts: &Accounts,
    database: &Database,
    account_id: Uuid,
    ids: &[Uuid],
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, Error> {
    let ended = store::end(database.writer(), account_id, ids, "SIGNED_OUT", now).await?;
    for id in ids {
        accounts.forget_session(*id).await;
    }
    Ok(ended)
}
