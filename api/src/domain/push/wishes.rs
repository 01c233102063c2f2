//! What somebody wants to be notified of: read, begun, changed.

use chrono::{DateTime, Utc};
use entities::{push_preference, push_topic};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{
    quiet::QuietHours,
    store::{
        preferences::{self as store, Owner, Purpose},
        topics,
    },
};
use crate::infra::{error::Error, vault::Vault};

/// How often a device rings within 24 hours, unless its holder wants it otherwise.
pub const USUAL_DAILY_CAP: i32 = 5;

/// The purposes of the consents that notifications need.
pub const SERVICE_PURPOSE: &str = "PUSH_SERVICE";
pub const PROMOTIONAL_PURPOSE: &str = "PUSH_MARKETING";

/// Preferences with what they choose.
#[derive(Clone, Debug)]
pub struct Wishes {
    pub row: push_preference::Model,
    pub topics: Vec<push_topic::Model>,
    pub organisation_ids: Vec<Uuid>,
}

impl Wishes {
    /// Preferences with everything that belongs to them.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn complete(
        connection: &impl ConnectionTrait,
        row: push_preference::Model,
    ) -> Result<Self, Error> {
        let topic_ids = store::list_topic_ids(connection, row.id).await?;
        Ok(Self {
            topics: topics::list_by_ids(connection, &topic_ids).await?,
            organisation_ids: store::list_organisation_ids(connection, row.id).await?,
            row,
        })
    }
}

/// Preferences as they are before anybody has chosen anything. Somebody who has signed in is asked by
/// the consents; an installation without a person has asked by registering, and never for advertising.
async fn usual(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    owner: Owner<'_>,
    now: DateTime<Utc>,
) -> Result<push_preference::Model, Error> {
    let mut row = push_preference::Model {
        id: Uuid::now_v7(),
        account_id: None,
        installation_lookup: None,
        quiet_from: Some(QuietHours::USUAL.from),
        quiet_to: Some(QuietHours::USUAL.to),
        daily_cap: USUAL_DAILY_CAP,
        allows_service: true,
        allows_promotional: false,
        created_at: now,
        updated_at: now,
    };
    match owner {
        Owner::Account(account_id) => {
            let subject = vault.pseudonym(account_id);
            row.account_id = Some(account_id);
            row.allows_service = store::is_consented(connection, &subject, SERVICE_PURPOSE).await?;
            row.allows_promotional =
                store::is_consented(connection, &subject, PROMOTIONAL_PURPOSE).await?;
        }
        Owner::Installation(lookup) => row.installation_lookup = Some(lookup.to_owned()),
    }
    Ok(row)
}

/// What somebody wants, as far as they have said; otherwise what is usual.
///
/// # Errors
/// Whatever the database reports.
pub async fn read(
    connection: &impl ConnectionTrait,
    vault: &Vault,
    account_id: Uuid,
    now: DateTime<Utc>,
) -> Result<Wishes, Error> {
    let owner = Owner::Account(account_id);
    let row = match store::find(connection, owner).await? {
        Some(row) => row,
        None => usual(connection, vault, owner, now).await?,
    };
    Wishes::complete(connection, row).await
}

/// The preferences of an owner, begun if there are none.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn begin(
    transaction: &impl ConnectionTrait,
    vault: &Vault,
    owner: Owner<'_>,
    now: DateTime<Utc>,
) -> Result<push_preference::Model, Error> {
    let new = usual(transaction, vault, owner, now).await?;
    Ok(store::insert_or_find(transaction, new, owner).await?)
}

/// Notes a decision about a purpose in the transaction that writes it down, where it is about
/// notifications.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn note_consent(
    transaction: &impl ConnectionTrait,
    account_id: Uuid,
    purpose: &str,
    is_granted: bool,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let purpose = match purpose {
        SERVICE_PURPOSE => Purpose::Service,
        PROMOTIONAL_PURPOSE => Purpose::Promotional,
        _ => return Ok(()),
    };
    store::allow(transaction, account_id, purpose, is_granted, now).await?;
    Ok(())
}
