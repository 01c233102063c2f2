//! Filling pools from files: all of a file or nothing of it, and the same file again adds nothing.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use entities::{benefit_code, enums::RedemptionKind};
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    code_file::{CodeFile, CodeImportProblem, RefusedLine},
    codes::sealed,
    store::{
        codes as store,
        terms::{self, Terms},
    },
};
use crate::{
    domain::{accounts::Accounts, organisations::covers},
    infra::{
        audit::{self, Entry, Program},
        auth::{Permission, Viewer},
        db::Database,
        error::Error,
        text_encoding,
        vault::Vault,
    },
};

const ACTION: &str = "benefit.codes_imported";
/// Rows written at once, well below what either database binds at most.
const ROWS_AT_ONCE: usize = 500;

/// A file of codes that somebody of staff uploads.
#[derive(Clone, Copy, Debug)]
pub struct CodeUpload<'a> {
    /// The slug of a published benefit.
    pub benefit: &'a str,
    /// The request that brought it.
    pub request_id: &'a str,
    pub file: &'a [u8],
}

/// What came of a file. Where a line is refused, nothing was imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// Codes that the pool did not have.
    pub accepted: u64,
    /// Codes that the pool had already, or that stood in the file before.
    pub already_known: u64,
    /// The first hundred lines that are no codes.
    pub refused: Vec<RefusedLine>,
    /// All of them.
    pub refused_total: usize,
    /// Codes that nobody has taken, after the import.
    pub remaining: i64,
}

/// What came of a wish to import; the error is what the client is told.
pub type ImportOutcome = Result<ImportReport, CodeImportProblem>;

/// Imports what somebody of staff uploads. A benefit outside their reach is as unknown as one that
/// is not.
///
/// # Errors
/// Top-level faults, after which nothing was done.
pub async fn receive_codes(
    accounts: &Accounts,
    database: &Database,
    viewer: &Viewer,
    upload: CodeUpload<'_>,
    now: DateTime<Utc>,
) -> Result<ImportOutcome, Error> {
    let permission = Permission::ConfirmBenefitReports;
    let officer = accounts
        .permit(database, viewer, permission, upload.request_id, now)
        .await?;
    let Some(terms) = terms::find_by_slug(database.reader(), upload.benefit).await? else {
        return Ok(Err(CodeImportProblem::BenefitNotFound));
    };
    let organisation_id = terms::find_organisation(database.reader(), terms.id)
        .await?
        .ok_or_else(|| Error::internal("a benefit without content", terms.id))?;
    if !covers(database.reader(), &officer.reach, organisation_id).await? {
        return Ok(Err(CodeImportProblem::BenefitNotFound));
    }
    let entry = |details| {
        let benefit = ("benefit", terms.id);
        officer.entry(ACTION, Some(organisation_id), benefit, details)
    };
    import(accounts, database, &terms, upload.file, entry, now).await
}

/// Imports a file for whoever has the server's terminal.
///
/// # Errors
/// Whatever the database reports; then nothing was done.
pub async fn import_codes(
    accounts: &Accounts,
    database: &Database,
    benefit: &str,
    file: &[u8],
    now: DateTime<Utc>,
) -> Result<ImportOutcome, Error> {
    let Some(terms) = terms::find_by_slug(database.reader(), benefit).await? else {
        return Ok(Err(CodeImportProblem::BenefitNotFound));
    };
    let entry = |details| {
        let organisation_id = Some(terms.organisation_id);
        let benefit = ("benefit", terms.id);
        Entry::by(
            Program::CommandLine,
            ACTION,
            organisation_id,
            benefit,
            details,
        )
    };
    import(accounts, database, &terms, file, entry, now).await
}

async fn import(
    accounts: &Accounts,
    database: &Database,
    terms: &Terms,
    file: &[u8],
    entry: impl FnOnce(Value) -> Entry,
    now: DateTime<Utc>,
) -> Result<ImportOutcome, Error> {
    if terms.redemption_kind != RedemptionKind::UniqueCode {
        return Ok(Err(CodeImportProblem::NotByUniqueCode));
    }
    let text = match text_encoding::decode(file) {
        Ok(text) => text,
        Err(cause) => return Ok(Err(cause.into())),
    };
    let file = match CodeFile::read(&text) {
        Ok(file) => file,
        Err(problem) => return Ok(Err(problem)),
    };
    if file.refused_total > 0 {
        let pool = store::count(database.reader(), terms.id).await?;
        return Ok(Ok(refusal(file, pool.left)));
    }
    let transaction = database.writer().begin().await?;
    let accepted = fill(&accounts.vault, &transaction, terms, &file.codes, now).await?;
    let pool = store::count(&transaction, terms.id).await?;
    // A file that adds nothing changes nothing.
    if accepted > 0 {
        let entry = entry(json!({ "accepted": accepted, "total": pool.total }));
        audit::record(&transaction, entry, now).await?;
    }
    transaction.commit().await?;
    Ok(Ok(ImportReport {
        accepted,
        already_known: counted(file.codes.len()).saturating_sub(accepted),
        refused: Vec::new(),
        refused_total: 0,
        remaining: pool.left,
    }))
}

fn refusal(file: CodeFile<'_>, remaining: i64) -> ImportReport {
    ImportReport {
        accepted: 0,
        already_known: 0,
        refused: file.refused,
        refused_total: file.refused_total,
        remaining,
    }
}

/// Adds codes to a pool and says how many are new.
async fn fill(
    vault: &Vault,
    transaction: &impl ConnectionTrait,
    terms: &Terms,
    codes: &[Cow<'_, str>],
    now: DateTime<Utc>,
) -> Result<u64, Error> {
    store::lock_for_filling(transaction, terms.id).await?;
    let mut accepted = 0;
    for batch in codes.chunks(ROWS_AT_ONCE) {
        let rows = batch
            .iter()
            .map(|code| sealed(vault, terms.id, code, now))
            .collect::<Result<Vec<benefit_code::Model>, Error>>()?;
        accepted += store::insert(transaction, rows).await?;
    }
    Ok(accepted)
}

fn counted(codes: usize) -> u64 {
    u64::try_from(codes).unwrap_or(u64::MAX)
}
