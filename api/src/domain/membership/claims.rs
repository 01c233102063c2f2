//! Claims: a member says which card is theirs; the roster or an officer confirms it.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entities::{account, enums::ClaimState, membership, membership_claim};
use sea_orm::{ConnectionTrait, TransactionTrait};
use uuid::Uuid;

use super::{
    admission::{Place, enter},
    card_number::CardNumber,
    holder::Holder,
    reason::Reason,
    store::{
        claims,
        roster::{self, Resealed},
    },
    types::MembershipErrorCode,
};
use crate::{
    domain::{
        accounts::{Accounts, find_account, lock_account},
        organisations::find_issuer,
    },
    infra::{
        db::Database,
        error::Error,
        throttle::{self, Allowance},
        vault::{Lookup, Vault, random_bytes},
    },
};

/// Who guesses numbers of cards is stopped long before they find one.
const CLAIMS_OF_ACCOUNT: [Allowance; 1] = [Allowance {
    most: 10,
    within: TimeDelta::days(1),
}];
const CLAIMED: &str = "membership-claimed";

/// What somebody claims.
pub struct Claim {
    pub organisation_id: Uuid,
    pub card_number: CardNumber,
    pub surname: String,
    pub given_name: String,
    pub patronymic: Option<String>,
}

/// The keyed hash by which a card is found among an issuer's.
#[must_use]
pub fn number_lookup(vault: &Vault, issuer_id: Uuid, number: &CardNumber) -> String {
    let text = format!("{issuer_id}/{}", number.comparable());
    vault.lookup(Lookup::CardNumber, &text)
}

/// A random number for a card, which says nothing.
///
/// # Errors
/// `Internal`, when the system gives no random bytes.
pub fn new_serial() -> Result<i64, Error> {
    Ok(i64::from_be_bytes(random_bytes()?))
}

/// Makes a claim. A card whose number and phone the roster both has is given at once; everything
/// else waits for an officer, and the answer does not say what the roster has.
///
/// # Errors
/// Top-level faults; the inner error is what the client is told.
pub async fn make(
    accounts: &Accounts,
    database: &Database,
    account_id: Uuid,
    claim: Claim,
    now: DateTime<Utc>,
) -> Result<Result<membership_claim::Model, MembershipErrorCode>, Error> {
    let Some(issuer) = find_issuer(database.reader(), claim.organisation_id).await? else {
        return Ok(Err(MembershipErrorCode::OrganisationNotFound));
    };
    let transaction = database.writer().begin().await?;
    let account = lock_account(&transaction, account_id)
        .await?
        .ok_or(Error::Unauthenticated)?;
    let lookup = number_lookup(&accounts.vault, issuer.id, &claim.card_number);
    let pending =
        claims::find_pending(&transaction, account_id, claim.organisation_id, &lookup).await?;
    if let Some(pending) = pending {
        return Ok(Ok(pending));
    }
    let subject = accounts.vault.pseudonym(account_id);
    if !throttle::allows(&transaction, CLAIMED, &subject, &CLAIMS_OF_ACCOUNT, now).await? {
        return Ok(Err(MembershipErrorCode::TooManyClaims));
    }
    throttle::note(&transaction, CLAIMED, &subject, now).await?;
    let key = accounts.data_key(&transaction, account.person_id).await?;
    let (profile, _) = accounts.profile(&transaction, &account).await?;
    let claimant = Holder {
        surname: claim.surname,
        given_name: claim.given_name,
        patronymic: claim.patronymic,
        card_number: claim.card_number.display().to_owned(),
        phone: profile.phone,
        email: profile.email,
    };
    let mut row = membership_claim::Model {
        id: Uuid::now_v7(),
        account_id,
        organisation_id: claim.organisation_id,
        claimant: claimant.seal(&key)?,
        number_lookup: lookup.clone(),
        state: ClaimState::Pending,
        membership_id: None,
        sealed_decision_reason: None,
        decided_by_id: None,
        decided_at: None,
        created_at: now,
    };
    let known = roster::find_by_number(&transaction, issuer.id, &lookup).await?;
    if let Some(known) = known.filter(|known| is_proven(known, &account)) {
        give(accounts, &transaction, &known, &account, now).await?;
        row.state = ClaimState::Approved;
        row.membership_id = Some(known.id);
        row.decided_at = Some(now);
    }
    claims::insert(&transaction, row.clone()).await?;
    transaction.commit().await?;
    Ok(Ok(row))
}

/// The account has shown a code that was sent to the phone of the roster's line, and nobody else has.
fn is_proven(known: &membership::Model, account: &account::Model) -> bool {
    let same_phone = known.phone_lookup.is_some() && known.phone_lookup == account.phone_lookup;
    same_phone && known.account_id.is_none_or(|owner| owner == account.id)
}

/// Seals a roster's line under the account's own key, so that erasing the account erases it.
async fn give(
    accounts: &Accounts,
    transaction: &impl ConnectionTrait,
    membership: &membership::Model,
    account: &account::Model,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if membership.account_id == Some(account.id) {
        return Ok(());
    }
    let from = accounts.data_key(transaction, membership.person_id).await?;
    let to = accounts.data_key(transaction, account.person_id).await?;
    let reason = Reason::Status.open(&from, membership.sealed_status_reason.as_deref())?;
    let resealed = Resealed {
        holder: Holder::open(&from, &membership.holder)?.seal(&to)?,
        status_reason: reason
            .map(|text| Reason::Status.seal(&to, &text))
            .transpose()?,
    };
    roster::attach(transaction, membership, account, resealed, now).await?;
    Ok(())
}

/// An officer's consent to a claim.
pub struct Approval {
    /// Needed where the roster does not have the card.
    pub member_since: Option<NaiveDate>,
    pub valid_through: Option<NaiveDate>,
    pub decided_by_id: Uuid,
}

/// Approves a claim that the caller may decide and holds locked: gives the roster's line, or writes one.
///
/// # Errors
/// Top-level faults; the inner error is what the client is told.
pub async fn approve(
    accounts: &Accounts,
    transaction: &impl ConnectionTrait,
    mut claim: membership_claim::Model,
    approval: Approval,
    now: DateTime<Utc>,
) -> Result<Result<membership_claim::Model, MembershipErrorCode>, Error> {
    if claim.state != ClaimState::Pending {
        return Ok(Err(MembershipErrorCode::ClaimDecided));
    }
    let Some(issuer) = find_issuer(transaction, claim.organisation_id).await? else {
        return Ok(Err(MembershipErrorCode::OrganisationNotFound));
    };
    let Some(account) = find_account(transaction, claim.account_id).await? else {
        return Ok(Err(MembershipErrorCode::ClaimNotFound));
    };
    let known = roster::find_by_number(transaction, issuer.id, &claim.number_lookup).await?;
    let membership_id = match known {
        Some(known) if known.account_id.is_some_and(|owner| owner != account.id) => {
            return Ok(Err(MembershipErrorCode::CardTaken));
        }
        Some(known) => {
            give(accounts, transaction, &known, &account, now).await?;
            known.id
        }
        None => {
            let Some(member_since) = approval.member_since else {
                return Ok(Err(MembershipErrorCode::MemberSinceRequired));
            };
            let place = Place {
                issuer_id: issuer.id,
                organisation_id: claim.organisation_id,
                number_lookup: claim.number_lookup.clone(),
                holder: claim.claimant.clone(),
                member_since,
                valid_through: approval.valid_through,
            };
            enter(transaction, &account, place, now).await?
        }
    };
    claim.state = ClaimState::Approved;
    claim.membership_id = Some(membership_id);
    claim.decided_by_id = Some(approval.decided_by_id);
    claim.decided_at = Some(now);
    claims::decide(transaction, &claim).await?;
    Ok(Ok(claim))
}

/// Rejects a claim that the caller may decide and holds locked.
///
/// # Errors
/// Top-level faults; the inner error is what the client is told.
pub async fn reject(
    accounts: &Accounts,
    transaction: &impl ConnectionTrait,
    mut claim: membership_claim::Model,
    reason: &str,
    decided_by_id: Uuid,
    now: DateTime<Utc>,
) -> Result<Result<membership_claim::Model, MembershipErrorCode>, Error> {
    if claim.state != ClaimState::Pending {
        return Ok(Err(MembershipErrorCode::ClaimDecided));
    }
    let Some(account) = find_account(transaction, claim.account_id).await? else {
        return Ok(Err(MembershipErrorCode::ClaimNotFound));
    };
    let key = accounts.data_key(transaction, account.person_id).await?;
    claim.state = ClaimState::Rejected;
    claim.sealed_decision_reason = Some(Reason::Decision.seal(&key, reason)?);
    claim.decided_by_id = Some(decided_by_id);
    claim.decided_at = Some(now);
    claims::decide(transaction, &claim).await?;
    Ok(Ok(claim))
}

/// An account's own claims, newest first, each with why it was rejected.
///
/// # Errors
/// Whatever the database reports.
pub async fn list_own(
    accounts: &Accounts,
    connection: &impl ConnectionTrait,
    account_id: Uuid,
) -> Result<Vec<(membership_claim::Model, Option<String>)>, Error> {
    let rows = claims::list_of_account(connection, account_id).await?;
    if rows.iter().all(|row| row.sealed_decision_reason.is_none()) {
        return Ok(rows.into_iter().map(|row| (row, None)).collect());
    }
    let account = find_account(connection, account_id)
        .await?
        .ok_or(Error::Unauthenticated)?;
    let key = accounts.data_key(connection, account.person_id).await?;
    let opened = rows.into_iter().map(|row| {
        let reason = Reason::Decision.open(&key, row.sealed_decision_reason.as_deref())?;
        Ok::<_, Error>((row, reason))
    });
    opened.collect()
}
