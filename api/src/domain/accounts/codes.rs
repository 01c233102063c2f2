//! Signing in by a one-time code: asking for one, and showing it.
//!
//! Nothing here depends on whether anybody is known by the phone or e-mail: the same rows are
//! written and the same job is queued, so that neither answers nor times tell. Every limit is kept
//! in the database.

use chrono::{DateTime, Utc};
use entities::{account, sign_in_challenge};
use sea_orm::{ConnectionTrait, TransactionTrait};
use uuid::Uuid;

use super::{
    contact::Contact,
    rules::{
        FAILURES_FROM_ADDRESS, FAILURES_OF_IDENTIFIER, MOST_FAILURES_IN_A_ROW, MOST_SENDS,
        SENDS_FROM_ADDRESS, SENDS_TO_IDENTIFIER, code_digits, code_lasts, failure_wait, may_try,
        resend_wait,
    },
    sending,
    service::Accounts,
    store::{challenges, people},
    types::AccountErrorCode,
};
use crate::infra::{
    db::Database,
    error::Error,
    graphql::Caller,
    throttle,
    vault::{Lookup, equal_in_constant_time, random_digits},
};

const SENT: &str = "code-sent";
/// What messages to phones are counted under: no identifier hashes to it.
const ALL_PHONES: &str = "phones";
const FAILED: &str = "code-failed";
/// What a challenge's contact is sealed for.
const CONTACT: &str = "sign-in-contact";

/// What a code is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// By e-mail only to an address that an account has.
    SignIn,
    /// To a contact that the account does not have yet.
    ContactChange,
}

/// A code that is on its way, or would be.
#[derive(Clone, Debug)]
pub struct Challenge {
    pub id: Uuid,
    pub expires_at: DateTime<Utc>,
    pub resend_after: DateTime<Utc>,
}

/// What a right code proves.
pub struct Proven {
    pub contact: Contact,
    pub identifier_lookup: String,
}

/// Sends a code, or, within the time to wait for another, tells of the one that was sent.
///
/// # Errors
/// Top-level faults; the inner error is what the client is told.
pub async fn request(
    accounts: &Accounts,
    database: &Database,
    caller: &Caller,
    contact: &Contact,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> Result<Result<Challenge, AccountErrorCode>, Error> {
    let identifier = accounts.lookup(contact);
    let address = accounts.vault.lookup(Lookup::Address, &caller.address);
    let transaction = database.writer().begin().await?;
    let guard = challenges::lock_identifier(&transaction, &identifier, now).await?;
    if guard.consecutive_failures >= MOST_FAILURES_IN_A_ROW {
        return Ok(Err(AccountErrorCode::CodesAreOff));
    }
    let live = challenges::find_live(&transaction, &identifier, now).await?;
    if let Some(live) = &live
        && (now < live.resend_after_at || live.sends >= MOST_SENDS)
    {
        return Ok(Ok(told(live)));
    }
    let costs = matches!(contact, Contact::Phone(_));
    let may_send = throttle::allows(&transaction, SENT, &identifier, &SENDS_TO_IDENTIFIER, now)
        .await?
        && throttle::allows(&transaction, SENT, &address, &SENDS_FROM_ADDRESS, now).await?
        && (!costs
            || throttle::allows(&transaction, SENT, ALL_PHONES, &accounts.sms_limits, now).await?);
    if !may_send {
        return Ok(Err(AccountErrorCode::TooManyCodes));
    }
    let tries = challenges::recent_tries(&transaction, now).await?;
    let code = random_digits(code_digits(contact, tries))?;
    let challenge = match live {
        Some(live) => resend(accounts, &transaction, live, contact, &code, now).await?,
        None => begin(accounts, &transaction, &identifier, contact, &code, now).await?,
    };
    throttle::note(&transaction, SENT, &identifier, now).await?;
    throttle::note(&transaction, SENT, &address, now).await?;
    if costs {
        throttle::note(&transaction, SENT, ALL_PHONES, now).await?;
    }
    let message = sending::Message::Code {
        contact: contact.as_str().to_owned(),
        code,
        signs_in: purpose == Purpose::SignIn,
    };
    sending::enqueue(&accounts.vault, &transaction, &message, now).await?;
    transaction.commit().await?;
    Ok(Ok(told(&challenge)))
}

fn told(challenge: &sign_in_challenge::Model) -> Challenge {
    Challenge {
        id: challenge.id,
        expires_at: challenge.expires_at,
        resend_after: challenge.resend_after_at,
    }
}

async fn begin(
    accounts: &Accounts,
    transaction: &impl ConnectionTrait,
    identifier: &str,
    contact: &Contact,
    code: &str,
    now: DateTime<Utc>,
) -> Result<sign_in_challenge::Model, Error> {
    let id = Uuid::new_v4();
    let challenge = sign_in_challenge::Model {
        id,
        identifier_lookup: identifier.to_owned(),
        contact: accounts.vault.seal(CONTACT, &contact.as_str())?,
        code_mac: accounts.vault.code_mac(id, code),
        attempts: 0,
        sends: 1,
        created_at: now,
        resend_after_at: now + resend_wait(1),
        expires_at: now + code_lasts(contact),
        used_at: None,
    };
    challenges::insert(transaction, challenge.clone()).await?;
    Ok(challenge)
}

/// Another code in place of the first. The attempts stay counted, or asking again would buy tries.
async fn resend(
    accounts: &Accounts,
    transaction: &impl ConnectionTrait,
    mut challenge: sign_in_challenge::Model,
    contact: &Contact,
    code: &str,
    now: DateTime<Utc>,
) -> Result<sign_in_challenge::Model, Error> {
    challenge.code_mac = accounts.vault.code_mac(challenge.id, code);
    challenge.sends += 1;
    challenge.resend_after_at = now + resend_wait(challenge.sends);
    challenge.expires_at = now + code_lasts(contact);
    challenges::replace_code(transaction, &challenge).await?;
    Ok(challenge)
}

/// Takes one attempt at a challenge. A wrong code is counted even where the caller rolls nothing
/// back: the transaction is this function's own.
///
/// # Errors
/// Top-level faults; the inner error is what the client is told, always the same for a code that is
/// wrong, old, used or of nobody.
pub async fn prove(
    accounts: &Accounts,
    database: &Database,
    caller: &Caller,
    challenge_id: Uuid,
    code: &str,
    now: DateTime<Utc>,
) -> Result<Result<Proven, AccountErrorCode>, Error> {
    let address = accounts.vault.lookup(Lookup::Address, &caller.address);
    let transaction = database.writer().begin().await?;
    // The first statement writes: a transaction of SQLite that began by reading cannot write later.
    let Some(taken) = challenges::take_attempt(&transaction, challenge_id, now).await? else {
        return Ok(Err(AccountErrorCode::CodeInvalid));
    };
    let identifier = taken.identifier_lookup.clone();
    let guard = challenges::lock_identifier(&transaction, &identifier, now).await?;
    let may_fail = may_try(guard.waits_until_at, now)
        && throttle::allows(
            &transaction,
            FAILED,
            &identifier,
            &FAILURES_OF_IDENTIFIER,
            now,
        )
        .await?
        && throttle::allows(&transaction, FAILED, &address, &FAILURES_FROM_ADDRESS, now).await?;
    if !may_fail {
        // Rolled back: who has to wait loses no attempt by it.
        return Ok(Err(AccountErrorCode::TooManyAttempts));
    }
    if !equal_in_constant_time(&taken.code_mac, &accounts.vault.code_mac(taken.id, code)) {
        let failures = guard.consecutive_failures.saturating_add(1);
        let waits_until = failure_wait(failures).map(|wait| now + wait);
        challenges::set_guard(&transaction, &identifier, failures, waits_until).await?;
        throttle::note(&transaction, FAILED, &identifier, now).await?;
        throttle::note(&transaction, FAILED, &address, now).await?;
        transaction.commit().await?;
        return Ok(Err(AccountErrorCode::CodeInvalid));
    }
    challenges::mark_used(&transaction, taken.id, now).await?;
    challenges::set_guard(&transaction, &identifier, 0, None).await?;
    let contact: String = accounts.vault.open(CONTACT, &taken.contact)?;
    let contact = Contact::parse(&contact)
        .map_err(|problem| Error::internal("a stored contact does not read", problem))?;
    transaction.commit().await?;
    Ok(Ok(Proven {
        contact,
        identifier_lookup: identifier,
    }))
}

/// The account of a proven contact, made if there is none. Accounts begin with a phone: the law lets
/// people sign in by a Russian number, and an e-mail only finds an account that has it already.
///
/// # Errors
/// Top-level faults; the inner error is what the client is told.
pub async fn account_of(
    accounts: &Accounts,
    transaction: &impl ConnectionTrait,
    proven: &Proven,
    now: DateTime<Utc>,
) -> Result<Result<account::Model, AccountErrorCode>, Error> {
    challenges::lock_identifier(transaction, &proven.identifier_lookup, now).await?;
    let known =
        people::find_by_contact(transaction, &proven.contact, &proven.identifier_lookup).await?;
    Ok(match (known, &proven.contact) {
        (Some(account), _) => Ok(account),
        (None, Contact::Phone(_)) => Ok(accounts
            .create(transaction, &proven.contact, None, now)
            .await?),
        (None, Contact::Email(_)) => Err(AccountErrorCode::CodeInvalid),
    })
}

/// Whether one more wrong code of an account's second factor is allowed.
///
/// # Errors
/// Whatever the database reports.
pub async fn may_fail(
    transaction: &impl ConnectionTrait,
    subject: &str,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    Ok(throttle::allows(transaction, FAILED, subject, &FAILURES_OF_IDENTIFIER, now).await?)
}

/// Notes a wrong code of an account's second factor.
///
/// # Errors
/// Whatever the database reports.
pub async fn note_failure(
    transaction: &impl ConnectionTrait,
    subject: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    Ok(throttle::note(transaction, FAILED, subject, now).await?)
}
