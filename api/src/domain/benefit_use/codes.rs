//! Pools of codes: filling them from a text, taking one, and telling staff when they run out.

use chrono::{DateTime, Utc};
use entities::benefit_code;
use sea_orm::ConnectionTrait;
use serde_json::json;
use uuid::Uuid;

use super::{
    rules::{Shortage, is_code, shortage},
    store::{codes as store, terms::Terms},
};
use crate::{
    domain::accounts::Accounts,
    infra::{
        audit::{self, Entry, Program},
        db::Database,
        error::Error,
        vault::{Lookup, Vault},
    },
};

const PURPOSE: &str = "benefit-code";
/// Rows written at once, well below what either database binds at most.
const ROWS_AT_ONCE: usize = 500;
/// What spreadsheets begin their texts with.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// What came of a text of codes, by its lines. Empty lines are no lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    pub added: u64,
    /// Codes that the pool had already, or that stood in the text before.
    pub known: u64,
    /// Lines that are no codes.
    pub bad: u64,
}

/// Adds the codes of a text, one a line, to a benefit's pool. The same text again adds nothing.
///
/// # Errors
/// Whatever the database reports; what was added until then stays.
pub async fn import_codes(
    accounts: &Accounts,
    database: &Database,
    benefit_id: Uuid,
    text: &str,
    now: DateTime<Utc>,
) -> Result<Imported, Error> {
    let text = text.trim_start_matches(BYTE_ORDER_MARK);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let (codes, bad): (Vec<&str>, Vec<&str>) = lines.partition(|line| is_code(line));
    let mut imported = Imported {
        bad: counted(bad.len()),
        ..Imported::default()
    };
    for batch in codes.chunks(ROWS_AT_ONCE) {
        let rows = batch
            .iter()
            .map(|code| sealed(&accounts.vault, benefit_id, code, now))
            .collect::<Result<Vec<_>, _>>()?;
        let added = store::insert(database.writer(), rows).await?;
        imported.added += added;
        imported.known += counted(batch.len()).saturating_sub(added);
    }
    Ok(imported)
}

fn counted(lines: usize) -> u64 {
    u64::try_from(lines).unwrap_or(u64::MAX)
}

fn sealed(
    vault: &Vault,
    benefit_id: Uuid,
    code: &str,
    now: DateTime<Utc>,
) -> Result<benefit_code::Model, Error> {
    Ok(benefit_code::Model {
        id: Uuid::now_v7(),
        benefit_id,
        code: vault.seal(PURPOSE, &code)?,
        code_lookup: vault.lookup(Lookup::BenefitCode, code),
        redemption_id: None,
        created_at: now,
    })
}

/// Takes a free code of a benefit's pool; `None`: none is left.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn take(
    vault: &Vault,
    transaction: &impl ConnectionTrait,
    benefit_id: Uuid,
    redemption_id: Uuid,
) -> Result<Option<String>, Error> {
    let taken = store::take(transaction, benefit_id, redemption_id).await?;
    taken.map(|code| vault.open(PURPOSE, &code)).transpose()
}

/// Tells staff, in the audit log, when the code that was just taken leaves the pool short. The log does
/// not say who took it.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn tell_of_shortage(
    transaction: &impl ConnectionTrait,
    terms: &Terms,
    request_id: &str,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let pool = store::count(transaction, terms.id).await?;
    let Some(shortage) = shortage(pool.left, pool.total) else {
        return Ok(());
    };
    let action = match shortage {
        Shortage::Low => "benefit.codes_low",
        Shortage::Gone => "benefit.codes_gone",
    };
    let entry = Entry {
        request_id: request_id.into(),
        ..Entry::by(
            Program::System,
            action,
            Some(terms.organisation_id),
            ("benefit", terms.id),
            json!({ "left": pool.left, "total": pool.total }),
        )
    };
    audit::record(transaction, entry, now).await?;
    Ok(())
}
