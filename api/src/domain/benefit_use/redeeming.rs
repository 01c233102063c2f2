//! Redeeming: every limit, the code and the voucher in one transaction, once for each client key.

use chrono::{DateTime, Utc};
use entities::{benefit_redemption, enums::RedemptionKind};
use sea_orm::{ConnectionTrait, TransactionTrait};
use uuid::Uuid;

use super::{
    codes,
    rules::period_start,
    store::{limits, redemptions, suspensions, terms::Terms},
    types::BenefitUseErrorCode,
    voucher::Voucher,
};
use crate::{
    domain::accounts::{Accounts, find_account, lock_account},
    infra::{db::Database, error::Error, vault::DataKey},
};

/// Somebody wants to use a benefit. The key is the client's own: asked twice, it is done once.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    pub account_id: Uuid,
    pub client_key: Uuid,
    pub benefit_id: Uuid,
}

/// A redemption as its holder sees it.
#[derive(Debug)]
pub struct Redeemed {
    pub row: benefit_redemption::Model,
    pub voucher: Voucher,
}

impl Redeemed {
    /// Opens a stored redemption.
    ///
    /// # Errors
    /// `Internal`, when it is somebody else's.
    pub fn open(key: &DataKey, row: benefit_redemption::Model) -> Result<Self, Error> {
        let voucher = Voucher::open(key, &row.voucher)?;
        Ok(Self { row, voucher })
    }
}

/// What came of a wish; the error is what the client is told.
pub type Outcome = Result<Redeemed, BenefitUseErrorCode>;

/// What the same key got before, whatever has become of the benefit since; `None`: it is new.
///
/// # Errors
/// Whatever the database reports.
pub async fn recall(
    accounts: &Accounts,
    connection: &impl ConnectionTrait,
    wish: &Wish,
) -> Result<Option<Outcome>, Error> {
    let known = redemptions::find_by_key(connection, wish.account_id, wish.client_key).await?;
    let Some(row) = known else {
        return Ok(None);
    };
    if row.benefit_id != wish.benefit_id {
        return Ok(Some(Err(BenefitUseErrorCode::Conflict)));
    }
    let account = find_account(connection, wish.account_id)
        .await?
        .ok_or(Error::Unauthenticated)?;
    let key = accounts.data_key(connection, account.person_id).await?;
    Ok(Some(Ok(Redeemed::open(&key, row)?)))
}

/// Redeems a benefit whose terms are open to whoever wishes it.
///
/// # Errors
/// Top-level faults, after which nothing was done.
pub async fn redeem(
    accounts: &Accounts,
    database: &Database,
    wish: &Wish,
    terms: &Terms,
    request_id: &str,
    now: DateTime<Utc>,
) -> Result<Outcome, Error> {
    let transaction = database.writer().begin().await?;
    let account = lock_account(&transaction, wish.account_id)
        .await?
        .ok_or(Error::Unauthenticated)?;
    if let Some(before) = recall(accounts, &transaction, wish).await? {
        return Ok(before);
    }
    if let Err(code) = count(&transaction, wish.account_id, terms, now).await? {
        return Ok(Err(code));
    }
    let id = Uuid::now_v7();
    let code = match terms.redemption_kind {
        RedemptionKind::UniqueCode => {
            codes::take(&accounts.vault, &transaction, terms.id, id).await?
        }
        _ => None,
    };
    let Some(voucher) = Voucher::of(terms, code) else {
        return Ok(Err(BenefitUseErrorCode::NoCodesLeft));
    };
    let key = accounts.data_key(&transaction, account.person_id).await?;
    let row = benefit_redemption::Model {
        id,
        benefit_id: terms.id,
        account_id: account.id,
        client_key: wish.client_key,
        kind: terms.redemption_kind,
        voucher: voucher.seal(&key)?,
        redeemed_at: now,
    };
    redemptions::insert(&transaction, row.clone()).await?;
    if terms.redemption_kind == RedemptionKind::UniqueCode {
        codes::tell_of_shortage(&transaction, terms, request_id, now).await?;
    }
    transaction.commit().await?;
    Ok(Ok(Redeemed { row, voucher }))
}

/// Counts a use against every limit. The member's own come first: the benefit's counter is held to the
/// end of the transaction, and others wait for it.
async fn count(
    transaction: &impl ConnectionTrait,
    account_id: Uuid,
    terms: &Terms,
    now: DateTime<Utc>,
) -> Result<Result<(), BenefitUseErrorCode>, Error> {
    if suspensions::is_suspended(transaction, terms.id).await? {
        return Ok(Err(BenefitUseErrorCode::Suspended));
    }
    if let Some(most) = terms.limit_per_member {
        let since = period_start(terms.limit_period, now);
        let is_within =
            limits::count_of_member(transaction, account_id, terms.id, since, most).await?;
        if !is_within {
            return Ok(Err(BenefitUseErrorCode::LimitReached));
        }
    }
    if !limits::count_of_all(transaction, terms.id, terms.limit_total).await? {
        return Ok(Err(BenefitUseErrorCode::AllTaken));
    }
    Ok(Ok(()))
}
