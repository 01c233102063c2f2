//! Setting a password, connecting a second factor.

use chrono::{DateTime, Utc};
use entities::{
    account,
    enums::{SessionKind, StaffTokenPurpose},
};
use sea_orm::{ConnectionTrait, TransactionTrait};
use uuid::Uuid;

use super::{passwords::is_strong, recovery, totp};
use crate::{
    domain::accounts::{
        codes,
        service::Accounts,
        sessions::{self, Device, Opened},
        store::{people, sessions as session_store, staff as store},
        types::AccountErrorCode,
    },
    infra::{db::Database, digest::sha256_hex, error::Error},
};

/// What an app of one-time codes needs.
pub struct Enrolment {
    /// For a QR.
    pub uri: String,
    /// To type by hand, in base32.
    pub secret: String,
}

/// Sets the password by the token of an invitation, and signs in: without rights, until a second
/// factor is connected.
///
/// # Errors
/// Top-level faults; the inner error is what the client is told.
pub async fn set_up(
    accounts: &Accounts,
    database: &Database,
    token: &str,
    password: &str,
    device: Device,
    now: DateTime<Utc>,
) -> Result<Result<Opened, AccountErrorCode>, Error> {
    // Hashed before the transaction, which must be short.
    let hash = accounts.passwords.hash(password).await?;
    let transaction = database.writer().begin().await?;
    let taken = store::take_token(&transaction, &sha256_hex(token), now).await?;
    let Some(taken) = taken.filter(|token| token.purpose == StaffTokenPurpose::Invitation) else {
        return Ok(Err(AccountErrorCode::TokenInvalid));
    };
    let Some(account) = people::find_account(&transaction, taken.account_id).await? else {
        return Ok(Err(AccountErrorCode::TokenInvalid));
    };
    // A link in a mailbox must not stand for a second factor that is connected already.
    if has_factor(&transaction, account.id).await? {
        return Ok(Err(AccountErrorCode::TokenInvalid));
    }
    // Not taken after all: the transaction ends here, and a better password may follow.
    if !is_strong(password, &email_of(accounts, &transaction, &account).await?) {
        return Ok(Err(AccountErrorCode::PasswordTooWeak));
    }
    store::set_password(&transaction, account.id, hash, now).await?;
    let kind = SessionKind::Staff;
    let opened = sessions::open(accounts, &transaction, &account, kind, device, now).await?;
    transaction.commit().await?;
    Ok(Ok(opened))
}

/// Whether an account of staff has connected a second factor.
pub(super) async fn has_factor(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
) -> Result<bool, Error> {
    let credential = store::find_credential(connection, account_id).await?;
    Ok(credential.is_some_and(|credential| credential.totp_confirmed_at.is_some()))
}

async fn email_of(
    accounts: &Accounts,
    connection: &impl ConnectionTrait,
    account: &account::Model,
) -> Result<String, Error> {
    let (profile, _) = accounts.profile(connection, account).await?;
    Ok(profile.email.unwrap_or_default())
}

/// A new seed for an app; the old one, if it was never confirmed, is forgotten.
///
/// # Errors
/// Top-level faults; the inner error is what the client is told.
pub async fn enrol_totp(
    accounts: &Accounts,
    database: &Database,
    account_id: Uuid,
    now: DateTime<Utc>,
) -> Result<Result<Enrolment, AccountErrorCode>, Error> {
    let transaction = database.writer().begin().await?;
    let Some(account) = people::lock_account(&transaction, account_id).await? else {
        return Err(Error::Unauthenticated);
    };
    let Some(credential) = store::find_credential(&transaction, account_id).await? else {
        return Ok(Err(AccountErrorCode::StaffNotFound));
    };
    if credential.totp_confirmed_at.is_some() {
        return Ok(Err(AccountErrorCode::TotpAlreadyConnected));
    }
    let (seed, sealed) = totp::new_seed(accounts)?;
    store::set_seed(&transaction, account_id, sealed, now).await?;
    let email = email_of(accounts, &transaction, &account).await?;
    transaction.commit().await?;
    let generator = totp::totp(seed, &email)?;
    Ok(Ok(Enrolment {
        uri: generator
            .to_url()
            .map_err(|cause| Error::internal("a TOTP address can't be made", cause))?,
        secret: generator.secret().to_base32(),
    }))
}

/// Connects the app by its first code, and returns the recovery codes, which are shown this once.
///
/// # Errors
/// Top-level faults; the inner error is what the client is told.
pub async fn confirm_totp(
    accounts: &Accounts,
    database: &Database,
    (account_id, session_id): (Uuid, Uuid),
    code: &str,
    now: DateTime<Utc>,
) -> Result<Result<Vec<String>, AccountErrorCode>, Error> {
    let transaction = database.writer().begin().await?;
    people::lock_account(&transaction, account_id).await?;
    let Some(credential) = store::find_credential(&transaction, account_id).await? else {
        return Ok(Err(AccountErrorCode::StaffNotFound));
    };
    if credential.totp_confirmed_at.is_some() {
        return Ok(Err(AccountErrorCode::TotpAlreadyConnected));
    }
    if !totp::accept(accounts, &transaction, &credential, code, now).await? {
        return Ok(Err(AccountErrorCode::CodeInvalid));
    }
    let codes = recovery::new_codes()?;
    let hashes = codes
        .iter()
        .filter_map(|code| recovery::hash(code))
        .collect();
    store::replace_recovery_codes(&transaction, account_id, hashes).await?;
    store::confirm_seed(&transaction, account_id, now).await?;
    // Rights come now: a session that somebody else opened with the password alone must not get them.
    let live = session_store::list_live(&transaction, account_id, now).await?;
    let others = live.iter().map(|session| session.id);
    let others: Vec<Uuid> = others.filter(|id| *id != session_id).collect();
    session_store::end(&transaction, account_id, &others, "FACTOR_CONNECTED", now).await?;
    transaction.commit().await?;
    for id in others.into_iter().chain([session_id]) {
        accounts.forget_session(id).await;
    }
    Ok(Ok(codes))
}

/// Sets another password by the token of a reset, with the second factor where one is connected, and
/// ends every session.
///
/// # Errors
/// Top-level faults; the inner error is what the client is told.
pub async fn reset_password(
    accounts: &Accounts,
    database: &Database,
    token: &str,
    password: &str,
    code: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Result<(), AccountErrorCode>, Error> {
    let hash = accounts.passwords.hash(password).await?;
    let transaction = database.writer().begin().await?;
    let taken = store::take_token(&transaction, &sha256_hex(token), now).await?;
    let Some(taken) = taken.filter(|token| token.purpose == StaffTokenPurpose::PasswordReset)
    else {
        return Ok(Err(AccountErrorCode::TokenInvalid));
    };
    let account = people::find_account(&transaction, taken.account_id).await?;
    let credential = store::find_credential(&transaction, taken.account_id).await?;
    let (Some(account), Some(credential)) = (account, credential) else {
        return Ok(Err(AccountErrorCode::TokenInvalid));
    };
    if credential.disabled_at.is_some() {
        return Ok(Err(AccountErrorCode::TokenInvalid));
    }
    if credential.totp_confirmed_at.is_some() {
        let subject = accounts.vault.pseudonym(account.id);
        if !codes::may_fail(&transaction, &subject, now).await? {
            return Ok(Err(AccountErrorCode::TooManyAttempts));
        }
        let code = code.unwrap_or_default();
        if !totp::accept(accounts, &transaction, &credential, code, now).await? {
            // The link stays good for a better code, and the failure counts all the same.
            transaction.rollback().await?;
            codes::note_failure(database.writer(), &subject, now).await?;
            return Ok(Err(AccountErrorCode::CodeInvalid));
        }
    }
    if !is_strong(password, &email_of(accounts, &transaction, &account).await?) {
        return Ok(Err(AccountErrorCode::PasswordTooWeak));
    }
    store::set_password(&transaction, account.id, hash, now).await?;
    let live = session_store::list_live(&transaction, account.id, now).await?;
    let ids: Vec<Uuid> = live.iter().map(|session| session.id).collect();
    session_store::end(&transaction, account.id, &ids, "PASSWORD_RESET", now).await?;
    transaction.commit().await?;
    for id in ids {
        accounts.forget_session(id).await;
    }
    Ok(Ok(()))
}
