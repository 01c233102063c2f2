//! Registering devices and forgetting them: one transaction each, the same again changes nothing more.

use chrono::{DateTime, Utc};
use entities::{
    enums::{PushPlatform, PushProvider},
    push_device, push_preference,
};
use sea_orm::{ConnectionTrait, TransactionTrait};
use uuid::Uuid;

use super::{
    address::DeviceAddress,
    lanes::ringing,
    store::{
        devices,
        preferences::{self, Owner},
    },
    wishes,
};
use crate::{
    domain::accounts::lock_account,
    infra::{
        config::ClientVersion,
        db::{Database, lock_name},
        error::Error,
        vault::{Lookup, Vault},
    },
};

/// What an app tells of the device it runs on.
pub struct Registration {
    /// The id that the installed app has made for itself. Whoever knows it is that installation.
    pub installation: Uuid,
    /// Who has signed in on it.
    pub account_id: Option<Uuid>,
    pub provider: PushProvider,
    pub address: DeviceAddress,
    pub platform: PushPlatform,
    pub app_version: ClientVersion,
    pub locale: String,
    pub time_zone: String,
}

/// The hash by which an installation is found.
#[must_use]
pub fn installation_lookup(vault: &Vault, installation: Uuid) -> String {
    vault.lookup(Lookup::Installation, &installation.to_string())
}

/// Registers a device, or what has become of one. It belongs from then on to whoever asks; a token that
/// stood for another installation stands for this one.
///
/// # Errors
/// Whatever the database reports; then nothing was done.
pub async fn register(
    vault: &Vault,
    database: &Database,
    new: Registration,
    now: DateTime<Utc>,
) -> Result<push_device::Model, Error> {
    let installation = installation_lookup(vault, new.installation);
    let transaction = database.writer().begin().await?;
    // Two installations that show one token at once come one after the other, and before either holds
    // anything of its own.
    let token = new.address.lookup(vault);
    lock_name(&transaction, &format!("push token {token}")).await?;
    let owner = match new.account_id {
        Some(account_id) => {
            // Consents are decided under the same lock: none is missed by preferences that begin.
            lock_account(&transaction, account_id)
                .await?
                .ok_or(Error::Unauthenticated)?;
            Owner::Account(account_id)
        }
        None => Owner::Installation(&installation),
    };
    let preference = wishes::begin(&transaction, vault, owner, now).await?;
    take_token_from_others(&transaction, new.provider, &token, &installation).await?;
    let id = write(vault, &transaction, &new, (&installation, &preference), now).await?;
    settle(&transaction, &installation, &preference).await?;
    preferences::delete_abandoned(&transaction, &installation).await?;
    let rows = devices::list_of_installation(&transaction, &installation).await?;
    let written = rows.into_iter().find(|row| row.id == id);
    transaction.commit().await?;
    written.ok_or_else(|| Error::internal("a device is gone at once", id))
}

async fn take_token_from_others(
    transaction: &impl ConnectionTrait,
    provider: PushProvider,
    token: &str,
    installation: &str,
) -> Result<(), Error> {
    let gone =
        devices::delete_others_with_token(transaction, provider, token, installation).await?;
    for row in gone {
        let left = devices::list_of_installation(transaction, &row.installation_lookup).await?;
        devices::ring_through(transaction, &row.installation_lookup, ringing(&left)).await?;
        preferences::delete_abandoned(transaction, &row.installation_lookup).await?;
    }
    Ok(())
}

/// Writes the installation's row of that provider.
async fn write(
    vault: &Vault,
    transaction: &impl ConnectionTrait,
    new: &Registration,
    (installation, preference): (&str, &push_preference::Model),
    now: DateTime<Utc>,
) -> Result<i64, Error> {
    let rows = devices::list_of_installation(transaction, installation).await?;
    let known = rows.into_iter().find(|row| row.provider == new.provider);
    let row = push_device::Model {
        id: known.as_ref().map_or(0, |row| row.id),
        public_id: known
            .as_ref()
            .map_or_else(Uuid::now_v7, |row| row.public_id),
        installation_lookup: installation.to_owned(),
        provider: new.provider,
        preference_id: preference.id,
        account_id: new.account_id,
        address: new.address.seal(vault)?,
        token_lookup: new.address.lookup(vault),
        platform: new.platform,
        app_version: new.app_version.to_string(),
        app_version_number: new.app_version.number(),
        locale: new.locale.clone(),
        time_zone: new.time_zone.clone(),
        is_ringing: known.as_ref().is_some_and(|row| row.is_ringing),
        registered_at: known.as_ref().map_or(now, |row| row.registered_at),
        refreshed_at: now,
        dead_at: None,
        dead_reason: None,
    };
    match known {
        Some(known) => {
            devices::update(transaction, row).await?;
            Ok(known.id)
        }
        None => Ok(devices::insert(transaction, row).await?.id),
    }
}

/// Gives every row of the installation to the same person with the same topics, and lets one ring.
async fn settle(
    transaction: &impl ConnectionTrait,
    installation: &str,
    preference: &push_preference::Model,
) -> Result<(), Error> {
    let topics = preferences::list_topic_ids(transaction, preference.id).await?;
    let rows = devices::list_of_installation(transaction, installation).await?;
    for row in &rows {
        if row.preference_id != preference.id {
            let moved = push_device::Model {
                preference_id: preference.id,
                account_id: preference.account_id,
                ..row.clone()
            };
            devices::update(transaction, moved).await?;
        }
        preferences::write_topics_of_device(transaction, row.id, &topics).await?;
    }
    devices::ring_through(transaction, installation, ringing(&rows)).await?;
    Ok(())
}

/// Which installation is to be forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// The one that asks, by its own id.
    Installation(Uuid),
    /// One of an account's, by the id that its holder sees.
    OfAccount { account_id: Uuid, device_id: Uuid },
}

/// Forgets an installation with all its tokens; what is forgotten already stays so.
///
/// # Errors
/// Whatever the database reports.
pub async fn remove(vault: &Vault, database: &Database, leaving: Leaving) -> Result<(), Error> {
    let installation = match leaving {
        Leaving::Installation(installation) => installation_lookup(vault, installation),
        Leaving::OfAccount {
            account_id,
            device_id,
        } => {
            let found = devices::find_by_public_id(database.reader(), device_id).await?;
            match found.filter(|row| row.account_id == Some(account_id)) {
                Some(row) => row.installation_lookup,
                None => return Ok(()),
            }
        }
    };
    let transaction = database.writer().begin().await?;
    devices::delete_installation(&transaction, &installation).await?;
    preferences::delete_abandoned(&transaction, &installation).await?;
    transaction.commit().await?;
    Ok(())
}
