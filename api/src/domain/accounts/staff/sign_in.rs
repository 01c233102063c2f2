//! Signing in by password and second factor. What was wrong, nobody is told.

use chrono::{DateTime, TimeDelta, Utc};
use entities::{enums::SessionKind, staff_credential};
use sea_orm::{ConnectionTrait, TransactionTrait};

use super::{recovery, totp};
use crate::{
    domain::accounts::{
        contact::{Contact, Email},
        rules::{MOST_FAILURES_IN_A_ROW, failure_wait, may_try},
        sending::{self, Message},
        service::Accounts,
        sessions::{self, Device, Opened},
        store::{challenges, people, staff as store},
        types::AccountErrorCode,
    },
    infra::{
        db::Database,
        error::Error,
        graphql::Caller,
        throttle::{self, Allowance},
        vault::Lookup,
    },
};

const FAILED: &str = "staff-failed";
const WARNED: &str = "staff-warned";
/// A thief who tries on must not flood the owner's mailbox.
const WARNINGS: [Allowance; 1] = [Allowance {
    most: 1,
    within: TimeDelta::hours(1),
}];
const FAILURES_FROM_ADDRESS: [Allowance; 1] = [Allowance {
    most: 10,
    within: TimeDelta::minutes(5),
}];
/// Staff wait for a quarter of an hour at most: a stranger must not keep them out.
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(15);

/// What somebody shows.
pub struct Secrets {
    pub email: Email,
    pub password: String,
    /// Of the app, or a recovery code.
    pub code: Option<String>,
}

/// Signs in. Without a connected second factor the session has no rights yet.
///
/// # Errors
/// Top-level faults; the inner error is what the client is told.
pub async fn sign_in(
    accounts: &Accounts,
    database: &Database,
    caller: &Caller,
    secrets: Secrets,
    device: Device,
    now: DateTime<Utc>,
) -> Result<Result<Opened, AccountErrorCode>, Error> {
    let contact = Contact::Email(secrets.email);
    let lookup = accounts.lookup(&contact);
    let guarded = guard_of(accounts, &contact);
    let address = accounts.vault.lookup(Lookup::Address, &caller.address);
    let transaction = database.writer().begin().await?;
    let guard = challenges::lock_identifier(&transaction, &guarded, now).await?;
    let may_fail = guard.consecutive_failures < MOST_FAILURES_IN_A_ROW
        && may_try(guard.waits_until_at, now)
        && throttle::allows(&transaction, FAILED, &address, &FAILURES_FROM_ADDRESS, now).await?;
    transaction.commit().await?;
    if !may_fail {
        return Ok(Err(AccountErrorCode::TooManyAttempts));
    }
    let account = people::find_by_contact(database.reader(), &contact, &lookup).await?;
    let credential = match &account {
        Some(account) => store::find_credential(database.reader(), account.id).await?,
        None => None,
    };
    let credential = credential.filter(|credential| credential.disabled_at.is_none());
    let hash = credential
        .as_ref()
        .and_then(|credential| credential.password_hash.as_deref());
    let is_right = accounts.passwords.verify(&secrets.password, hash).await?;

    let transaction = database.writer().begin().await?;
    let guard = challenges::lock_identifier(&transaction, &guarded, now).await?;
    let proven = match (&credential, is_right) {
        (Some(credential), true) if credential.totp_confirmed_at.is_some() => {
            let code = secrets.code.as_deref().unwrap_or_default();
            accept(accounts, &transaction, credential, code, now).await?
        }
        (Some(_), is_right) => is_right,
        (None, _) => false,
    };
    let Some(account) = account.filter(|_| proven) else {
        if is_right {
            warn(accounts, &transaction, (contact.as_str(), &guarded), now).await?;
        }
        let failures = guard.consecutive_failures;
        note_failure(&transaction, &guarded, failures, &address, now).await?;
        transaction.commit().await?;
        return Ok(Err(AccountErrorCode::CredentialsInvalid));
    };
    challenges::set_guard(&transaction, &guarded, 0, None).await?;
    let kind = SessionKind::Staff;
    let opened = sessions::open(accounts, &transaction, &account, kind, device, now).await?;
    transaction.commit().await?;
    Ok(Ok(opened))
}

async fn accept(
    accounts: &Accounts,
    transaction: &impl ConnectionTrait,
    credential: &staff_credential::Model,
    code: &str,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    match recovery::hash(code) {
        Some(hash) => {
            Ok(store::take_recovery_code(transaction, credential.account_id, &hash, now).await?)
        }
        None => totp::accept(accounts, transaction, credential, code, now).await,
    }
}

async fn note_failure(
    transaction: &impl ConnectionTrait,
    guarded: &str,
    failures_before: i32,
    address: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let failures = failures_before.saturating_add(1);
    let waits_until = failure_wait(failures).map(|wait| now + wait.min(LONGEST_WAIT));
    challenges::set_guard(transaction, guarded, failures, waits_until).await?;
    throttle::note(transaction, FAILED, address, now).await?;
    Ok(())
}

/// The row that counts failures of staff who sign in by that e-mail. Apart from the e-mail's codes:
/// failing at one must not shut the other.
#[must_use]
pub fn guard_of(accounts: &Accounts, contact: &Contact) -> String {
    let text = format!("staff:{}", contact.as_str());
    accounts.vault.lookup(Lookup::Email, &text)
}

/// Whoever knows the password but not the code has stolen it (ASVS 5.0, 6.3.5).
async fn warn(
    accounts: &Accounts,
    transaction: &impl ConnectionTrait,
    (email, guarded): (&str, &str),
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if !throttle::allows(transaction, WARNED, guarded, &WARNINGS, now).await? {
        return Ok(());
    }
    throttle::note(transaction, WARNED, guarded, now).await?;
    let message = Message::Notice {
        contact: email.to_owned(),
        text: "Кто-то ввёл ваш пароль и неверный код. Если это были не вы, смените пароль.".into(),
    };
    sending::enqueue(&accounts.vault, transaction, &message, now).await
}
