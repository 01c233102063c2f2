//! Becoming staff, and ceasing to be.

use chrono::{DateTime, TimeDelta, Utc};
use entities::{
    account,
    enums::{Role, StaffTokenPurpose},
    staff_token,
};
use sea_orm::{ConnectionTrait, TransactionTrait};
use uuid::Uuid;

use super::{
    credentials::has_factor,
    roles::{self, NewGrant},
};
use crate::{
    domain::accounts::{
        contact::{Contact, Email},
        rules::{SENDS_FROM_ADDRESS, SENDS_TO_IDENTIFIER},
        sending::{self, Message},
        service::Accounts,
        store::{challenges, people, sessions, staff as store},
        types::AccountErrorCode,
    },
    infra::{
        audit::{self, Entry, Program},
        auth::Scope,
        db::Database,
        digest::sha256_hex,
        error::Error,
        graphql::Caller,
        throttle,
        vault::{Lookup, random_token},
    },
};

/// Whoever reads the terminal uses it at once.
const FIRST_TOKEN_LASTS: TimeDelta = TimeDelta::minutes(15);
const ASKED: &str = "password-reset-asked";
const INVITATION_LASTS: TimeDelta = TimeDelta::hours(72);
const RESET_LASTS: TimeDelta = TimeDelta::hours(1);

/// Whom to invite, and as what.
pub struct Invitation {
    pub email: Email,
    pub name: Option<String>,
    pub grant: NewGrant,
    pub granted_by_id: Uuid,
    /// The page on which the invited sets a password; the token goes behind it.
    pub page: String,
}

/// The token by which the first administrator sets a password. Printed, never sent.
///
/// # Errors
/// Whatever the database reports; then nothing has changed.
pub async fn create_first(
    accounts: &Accounts,
    database: &Database,
    email: &Email,
    now: DateTime<Utc>,
) -> Result<String, Error> {
    let transaction = database.writer().begin().await?;
    let account = account_of(accounts, &transaction, email, None, now).await?;
    let grant = NewGrant {
        account_id: account.id,
        role: Role::FederationAdmin,
        scope: Scope::Federation,
        ends_at: None,
    };
    roles::write(&transaction, grant, None, now).await?;
    // Whoever has the server may begin anew for somebody who has lost everything.
    store::forget_secrets(&transaction, account.id, now).await?;
    end_sessions(&transaction, account.id, now).await?;
    let purpose = StaffTokenPurpose::Invitation;
    let token = new_token(&transaction, account.id, purpose, FIRST_TOKEN_LASTS, now).await?;
    let entry = Entry {
        object_id: accounts.vault.pseudonym(account.id),
        ..Entry::by(
            Program::CommandLine,
            "staff.create",
            None,
            ("account", account.id),
            serde_json::json!({ "role": Role::FederationAdmin }),
        )
    };
    audit::record(&transaction, entry, now).await?;
    transaction.commit().await?;
    Ok(token)
}

/// Invites somebody in the caller's transaction: account, role, token, message.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn invite(
    accounts: &Accounts,
    transaction: &impl ConnectionTrait,
    invitation: Invitation,
    now: DateTime<Utc>,
) -> Result<account::Model, Error> {
    let Invitation {
        email,
        name,
        mut grant,
        granted_by_id,
        page,
    } = invitation;
    let account = account_of(accounts, transaction, &email, name, now).await?;
    grant.account_id = account.id;
    let credential = store::find_credential(transaction, account.id).await?;
    if credential.is_some_and(|credential| credential.disabled_at.is_some()) {
        // Who comes back begins anew.
        store::forget_secrets(transaction, account.id, now).await?;
    }
    roles::write(transaction, grant, Some(granted_by_id), now).await?;
    let contact = email.as_str().to_owned();
    let message = if has_factor(transaction, account.id).await? {
        Message::Notice {
            contact,
            text: "Вам дали новую роль. Войдите как обычно.".into(),
        }
    } else {
        let purpose = StaffTokenPurpose::Invitation;
        let token = new_token(transaction, account.id, purpose, INVITATION_LASTS, now).await?;
        Message::StaffLink {
            contact,
            link: format!("{page}#{token}"),
        }
    };
    sending::enqueue(&accounts.vault, transaction, &message, now).await?;
    Ok(account)
}

/// Sends a link to set another password by. Whether anybody is known by the e-mail, nobody is told.
///
/// # Errors
/// Top-level faults; the inner error is what the client is told.
pub async fn request_reset(
    accounts: &Accounts,
    database: &Database,
    caller: &Caller,
    email: &Email,
    page: &str,
    now: DateTime<Utc>,
) -> Result<Result<(), AccountErrorCode>, Error> {
    let contact = Contact::Email(email.clone());
    let lookup = accounts.lookup(&contact);
    let address = accounts.vault.lookup(Lookup::Address, &caller.address);
    let transaction = database.writer().begin().await?;
    challenges::lock_identifier(&transaction, &lookup, now).await?;
    if !throttle::allows(&transaction, ASKED, &lookup, &SENDS_TO_IDENTIFIER, now).await?
        || !throttle::allows(&transaction, ASKED, &address, &SENDS_FROM_ADDRESS, now).await?
    {
        return Ok(Err(AccountErrorCode::TooManyCodes));
    }
    throttle::note(&transaction, ASKED, &lookup, now).await?;
    throttle::note(&transaction, ASKED, &address, now).await?;
    let account = people::find_by_contact(&transaction, &contact, &lookup).await?;
    if let Some(account) = account
        && store::find_credential(&transaction, account.id)
            .await?
            .is_some_and(|credential| credential.disabled_at.is_none())
    {
        let purpose = StaffTokenPurpose::PasswordReset;
        let token = new_token(&transaction, account.id, purpose, RESET_LASTS, now).await?;
        let message = Message::StaffLink {
            contact: email.as_str().to_owned(),
            link: format!("{page}#{token}"),
        };
        sending::enqueue(&accounts.vault, &transaction, &message, now).await?;
    }
    transaction.commit().await?;
    Ok(Ok(()))
}

/// Takes everything from a member of staff in the caller's transaction, and returns the sessions that
/// ended by it.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn disable(
    transaction: &impl ConnectionTrait,
    account_id: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, Error> {
    store::disable(transaction, account_id, now).await?;
    people::bump_permissions(transaction, account_id).await?;
    end_sessions(transaction, account_id, now).await
}

async fn end_sessions(
    transaction: &impl ConnectionTrait,
    account_id: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, Error> {
    let live = sessions::list_live(transaction, account_id, now).await?;
    let ids: Vec<Uuid> = live.iter().map(|session| session.id).collect();
    Ok(sessions::end(transaction, account_id, &ids, "DISABLED", now).await?)
}

/// The account of that e-mail, as one of staff.
async fn account_of(
    accounts: &Accounts,
    transaction: &impl ConnectionTrait,
    email: &Email,
    name: Option<String>,
    now: DateTime<Utc>,
) -> Result<account::Model, Error> {
    let contact = Contact::Email(email.clone());
    let lookup = accounts.lookup(&contact);
    challenges::lock_identifier(transaction, &lookup, now).await?;
    let account = match people::find_by_contact(transaction, &contact, &lookup).await? {
        Some(known) => known,
        None => accounts.create(transaction, &contact, name, now).await?,
    };
    store::keep_credential(transaction, account.id, now).await?;
    Ok(account)
}

async fn new_token(
    transaction: &impl ConnectionTrait,
    account_id: Uuid,
    purpose: StaffTokenPurpose,
    lasts: TimeDelta,
    now: DateTime<Utc>,
) -> Result<String, Error> {
    let token = random_token()?;
    let row = staff_token::Model {
        id: Uuid::now_v7(),
        account_id,
        purpose,
        token_hash: sha256_hex(&token),
        created_at: now,
        expires_at: now + lasts,
        used_at: None,
    };
    store::keep_token(transaction, row).await?;
    Ok(token)
}
