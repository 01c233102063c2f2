//! Pools of codes: sealing one, taking one, and telling staff when they run out.

use chrono::{DateTime, Utc};
use entities::benefit_code;
use sea_orm::ConnectionTrait;
use serde_json::json;
use uuid::Uuid;

use super::{
    rules::{Shortage, shortage},
    store::{codes as store, terms::Terms},
    warning,
};
use crate::infra::{
    audit::{self, Entry, Program},
    error::Error,
    vault::{Lookup, Vault},
};

const PURPOSE: &str = "benefit-code";

/// A free code as it is kept.
///
/// # Errors
/// `Internal`, when it cannot be sealed.
pub fn sealed(
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

/// Tells staff, by e-mail and in the audit log, when the code that was just taken leaves the pool
/// short: once for each fill-up that it is low, and once that it is empty. Neither says who took it.
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
    if !store::note_shortage(transaction, terms.id, shortage, pool.total).await? {
        return Ok(());
    }
    warning::enqueue(transaction, terms.id, pool, now).await?;
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
