//! Reports of benefits that were not given: making one, deciding it, and what proven ones lead to.

use chrono::{DateTime, Utc};
use entities::{
    benefit_report,
    enums::{BenefitReportState, ContentKind},
};
use sea_orm::{ConnectionTrait, TransactionTrait};
use uuid::Uuid;

use super::{
    rules::{REPORTS_OF_ACCOUNT, reports_count_since, suspends},
    store::{limits, reports, suspensions, terms},
    types::BenefitUseErrorCode,
};
use crate::{
    domain::{
        accounts::{Accounts, lock_account},
        content::object_type,
    },
    infra::{
        db::{Change, Database, record_change},
        error::Error,
        throttle,
        vault::Vault,
    },
};

const PURPOSE: &str = "benefit-report";
const REPORTED: &str = "benefit-reported";
const REASON: &str = "Три члена профсоюза подтверждённо не получили льготу за 90 дней";

/// What somebody reports. The key is the client's own: asked twice, it is done once.
#[derive(PartialEq, Eq)]
pub struct Complaint {
    pub account_id: Uuid,
    pub client_key: Uuid,
    pub benefit_id: Uuid,
    pub outlet_id: Option<Uuid>,
    pub comment: Option<String>,
}

/// What came of a complaint; the error is what the client is told.
pub type Outcome = Result<benefit_report::Model, BenefitUseErrorCode>;

/// What the same key reported before, whatever has become of the benefit since; `None`: it is new.
///
/// # Errors
/// Whatever the database reports.
pub async fn recall(
    accounts: &Accounts,
    connection: &impl ConnectionTrait,
    complaint: &Complaint,
) -> Result<Option<Outcome>, Error> {
    let (account_id, client_key) = (complaint.account_id, complaint.client_key);
    let known = reports::find_by_key(connection, account_id, client_key).await?;
    let Some(row) = known else {
        return Ok(None);
    };
    let before = Complaint {
        account_id,
        client_key,
        benefit_id: row.benefit_id,
        outlet_id: row.outlet_id,
        comment: open_comment(&accounts.vault, &row)?,
    };
    Ok(Some(if before == *complaint {
        Ok(row)
    } else {
        Err(BenefitUseErrorCode::Conflict)
    }))
}

/// What the author of a report wrote.
///
/// # Errors
/// `Internal`, when it does not open.
pub fn open_comment(vault: &Vault, row: &benefit_report::Model) -> Result<Option<String>, Error> {
    let sealed = row.comment.as_deref();
    sealed.map(|sealed| vault.open(PURPOSE, sealed)).transpose()
}

/// Takes a complaint of somebody who may make one.
///
/// # Errors
/// Top-level faults, after which nothing was done.
pub async fn report(
    accounts: &Accounts,
    database: &Database,
    complaint: &Complaint,
    now: DateTime<Utc>,
) -> Result<Outcome, Error> {
    let transaction = database.writer().begin().await?;
    let account = lock_account(&transaction, complaint.account_id)
        .await?
        .ok_or(Error::Unauthenticated)?;
    if let Some(before) = recall(accounts, &transaction, complaint).await? {
        return Ok(before);
    }
    let subject = accounts.vault.pseudonym(account.id);
    if !throttle::allows(&transaction, REPORTED, &subject, &REPORTS_OF_ACCOUNT, now).await? {
        return Ok(Err(BenefitUseErrorCode::TooManyReports));
    }
    throttle::note(&transaction, REPORTED, &subject, now).await?;
    let comment = complaint.comment.as_ref();
    let row = benefit_report::Model {
        id: Uuid::now_v7(),
        benefit_id: complaint.benefit_id,
        outlet_id: complaint.outlet_id,
        account_id: Some(account.id),
        client_key: complaint.client_key,
        comment: comment
            .map(|text| accounts.vault.seal(PURPOSE, text))
            .transpose()?,
        state: BenefitReportState::New,
        created_at: now,
        decided_by_id: None,
        decided_at: None,
    };
    reports::insert(&transaction, row.clone()).await?;
    transaction.commit().await?;
    Ok(Ok(row))
}

/// Decides a report that the caller may decide and holds locked.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn decide(
    transaction: &impl ConnectionTrait,
    report: benefit_report::Model,
    state: BenefitReportState,
    decided_by_id: Uuid,
    now: DateTime<Utc>,
) -> Result<benefit_report::Model, Error> {
    let decided = benefit_report::Model {
        state,
        decided_by_id: Some(decided_by_id),
        decided_at: Some(now),
        ..report
    };
    reports::decide(transaction, &decided).await?;
    Ok(decided)
}

/// Suspends a benefit that enough members have confirmedly not been given. The answer says whether it
/// was this that suspended it.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn suspend_if_proven(
    transaction: &impl ConnectionTrait,
    benefit_id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    // Two officers who confirm at once would each see only their own report.
    limits::lock(transaction, benefit_id).await?;
    let resumed_at = suspensions::find_resumed_at(transaction, benefit_id).await?;
    let since = reports_count_since(resumed_at, now);
    let members = reports::count_confirmed_members(transaction, benefit_id, since).await?;
    if !suspends(members) {
        return Ok(false);
    }
    Ok(suspensions::suspend(transaction, benefit_id, REASON, now).await?)
}

/// Lifts a suspension. The answer says whether there was one.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn resume(
    transaction: &impl ConnectionTrait,
    benefit_id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    // Who confirms at the same moment must see it resumed, or would suspend it by old reports.
    limits::lock(transaction, benefit_id).await?;
    Ok(suspensions::resume(transaction, benefit_id, now).await?)
}

/// Tells readers' copies that a benefit was suspended or resumed. **Call it last in the transaction.**
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn tell_readers(
    transaction: &impl ConnectionTrait,
    benefit_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let Some(audience_id) = terms::find_audience(transaction, benefit_id).await? else {
        return Ok(());
    };
    let change = Change {
        object_type: object_type(ContentKind::Benefit),
        object_id: benefit_id,
        audience_before: Some(audience_id),
        audience_after: Some(audience_id),
    };
    Ok(record_change(transaction, &[change], &["benefits"], now).await?)
}
