//! Showing a card and checking one.

use chrono::{DateTime, Utc};
use entities::membership;
use uuid::Uuid;

use super::{
    code::{live_code, typed},
    holder::Holder,
    pass::{self, Pass},
    rules::{PASS_REFRESHED_AFTER, is_valid},
    store::cards,
};
use crate::{
    domain::accounts::Accounts,
    infra::{clock::moscow_date, db::Database, error::Error},
};

/// A card as its holder's phone keeps it.
pub struct Shown {
    pub pass: String,
    pub pass_expires_at: DateTime<Utc>,
    pub refresh_after: DateTime<Utc>,
}

/// What a check found. There is no more, and no trace of it stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub initials: String,
    pub union: String,
}

/// A pass for a valid membership.
///
/// # Errors
/// `Internal`, when it can't be signed.
pub fn show(
    accounts: &Accounts,
    membership: &membership::Model,
    holder: &Holder,
    union: &str,
    now: DateTime<Utc>,
) -> Result<Shown, Error> {
    let pass = Pass {
        serial: membership.card_serial,
        initials: holder.initials(),
        union: union.to_owned(),
    };
    let signed = pass::sign(&accounts.keys, &pass, now)?;
    Ok(Shown {
        pass: signed.text,
        pass_expires_at: signed.expires_at,
        refresh_after: now + PASS_REFRESHED_AFTER,
    })
}

/// The code of this minute, kept so that it can be checked.
///
/// # Errors
/// Whatever the database reports.
pub async fn show_code(
    accounts: &Accounts,
    database: &Database,
    membership_id: Uuid,
    serial: i64,
    now: DateTime<Utc>,
) -> Result<(String, DateTime<Utc>), Error> {
    let code = live_code(&accounts.vault, membership_id, serial, now);
    cards::keep_code(database.writer(), code.hash, membership_id, code.expires_at).await?;
    Ok((code.text, code.expires_at))
}

/// Whose valid card a code or a pass is; `None`: it is no valid card, for whatever reason.
///
/// # Errors
/// Whatever the database reports.
pub async fn check(
    accounts: &Accounts,
    database: &Database,
    code: &str,
    now: DateTime<Utc>,
) -> Result<Option<Found>, Error> {
    let code = code.trim();
    let found = if code.starts_with(pass::PREFIX) {
        match pass::verify(&accounts.keys, code, now) {
            Some(pass) => cards::find_by_serial(database.reader(), pass.serial).await?,
            None => None,
        }
    } else {
        match typed(&accounts.vault, code) {
            Some(hash) => cards::find_by_code(database.reader(), &hash, now).await?,
            None => None,
        }
    };
    let Some(found) = found else {
        return Ok(None);
    };
    let membership = found.membership;
    if !is_valid(
        membership.status,
        membership.valid_through,
        moscow_date(now),
    ) {
        return Ok(None);
    }
    let key = accounts
        .vault
        .data_key(membership.person_id, &found.person.data_key)?;
    Ok(Some(Found {
        initials: Holder::open(&key, &membership.holder)?.initials(),
        union: found.issuer.short_name,
    }))
}
