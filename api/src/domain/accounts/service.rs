//! What everything about accounts shares: keys, tokens, and who was looked up a moment ago.

use std::{sync::Arc, time::Duration};

use entities::{account, person};
use moka::future::Cache;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{
    contact::Contact,
    passwords::PasswordHasher,
    profile::Profile,
    rules::sms_limits,
    store::{people, sessions},
};
use crate::infra::{
    auth::{AccessTokens, KeyRing, SignedIn},
    error::Error,
    throttle::Allowance,
    vault::{DataKey, Lookup, Vault},
};

/// A removed role or an ended session is in force for reads within this time (reliability plan §2.3
/// asks for 5 seconds; a request may be under way).
const VIEWER_REMEMBERED: Duration = Duration::from_secs(4);
const MOST_VIEWERS: u64 = 50_000;

/// The accounts of this process. Cheap to clone.
#[derive(Clone)]
pub struct Accounts {
    pub vault: Arc<Vault>,
    pub keys: KeyRing,
    pub(super) tokens: AccessTokens,
    pub(super) passwords: PasswordHasher,
    pub(super) viewers: Cache<Uuid, Option<Arc<SignedIn>>>,
    pub(super) sms_limits: [Allowance; 2],
}

impl std::fmt::Debug for Accounts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Accounts(…)")
    }
}

impl Accounts {
    /// Accounts whose tokens name that issuer.
    #[must_use]
    pub fn new(vault: Arc<Vault>, keys: KeyRing, issuer: &str) -> Self {
        Self {
            tokens: AccessTokens::new(issuer, keys.clone()),
            passwords: PasswordHasher::new(Arc::clone(&vault)),
            viewers: Cache::builder()
                .time_to_live(VIEWER_REMEMBERED)
                .max_capacity(MOST_VIEWERS)
                .build(),
            sms_limits: sms_limits(5_000, 30_000),
            vault,
            keys,
        }
    }

    /// The same with so many messages to phones at most, of all people together.
    #[must_use]
    pub fn with_sms_limits(mut self, per_hour: u64, per_day: u64) -> Self {
        self.sms_limits = sms_limits(per_hour, per_day);
        self
    }

    /// The keyed hash by which a contact is found.
    #[must_use]
    pub fn lookup(&self, contact: &Contact) -> String {
        let kind = match contact {
            Contact::Phone(_) => Lookup::Phone,
            Contact::Email(_) => Lookup::Email,
        };
        self.vault.lookup(kind, contact.as_str())
    }

    /// Whether an account signs in by that contact. For jobs and commands: requests must not tell.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn is_known(
        &self,
        connection: &impl ConnectionTrait,
        contact: &Contact,
    ) -> Result<bool, Error> {
        let lookup = self.lookup(contact);
        let known = people::find_by_contact(connection, contact, &lookup).await?;
        Ok(known.is_some())
    }

    /// The key of a person.
    ///
    /// # Errors
    /// `Internal`, when there is no such person.
    pub async fn data_key(
        &self,
        connection: &impl ConnectionTrait,
        person_id: Uuid,
    ) -> Result<DataKey, Error> {
        let person = people::find_person(connection, person_id)
            .await?
            .ok_or_else(|| Error::internal("no such person", person_id))?;
        self.vault.data_key(person.id, &person.data_key)
    }

    /// Who the account's holder is, with the key that it was opened by.
    ///
    /// # Errors
    /// `Internal`, when it does not open.
    pub async fn profile(
        &self,
        connection: &impl ConnectionTrait,
        account: &account::Model,
    ) -> Result<(Profile, DataKey), Error> {
        let key = self.data_key(connection, account.person_id).await?;
        Ok((Profile::open(&key, &account.profile)?, key))
    }

    /// The same with the person whose account it is at hand.
    ///
    /// # Errors
    /// `Internal`, when it does not open.
    pub fn open_profile(
        &self,
        account: &account::Model,
        person: &person::Model,
    ) -> Result<(Profile, DataKey), Error> {
        let key = self.vault.data_key(person.id, &person.data_key)?;
        Ok((Profile::open(&key, &account.profile)?, key))
    }

    /// Makes an account for somebody whose contact was proven.
    ///
    /// # Errors
    /// Whatever the database reports; the caller rolls back.
    pub async fn create(
        &self,
        transaction: &impl ConnectionTrait,
        contact: &Contact,
        name: Option<String>,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Result<account::Model, Error> {
        let (id, person_id) = (Uuid::now_v7(), Uuid::now_v7());
        let (key, wrapped) = self.vault.new_data_key(person_id)?;
        people::insert_person(transaction, person_id, wrapped, now).await?;
        let profile = Profile {
            name,
            ..Profile::of_contact(contact)
        };
        let lookup = Some(self.lookup(contact));
        let (phone_lookup, email_lookup) = match contact {
            Contact::Phone(_) => (lookup, None),
            Contact::Email(_) => (None, lookup),
        };
        let new = people::NewAccount {
            id,
            person_id,
            profile: profile.seal(&key)?,
            phone_lookup,
            email_lookup,
        };
        people::insert_account(transaction, new, now).await?;
        people::find_account(transaction, id)
            .await?
            .ok_or_else(|| Error::internal("an account is gone at once", id))
    }

    /// Writes a changed profile.
    ///
    /// # Errors
    /// Whatever the database reports; the caller rolls back.
    pub async fn save_profile(
        &self,
        transaction: &impl ConnectionTrait,
        account_id: Uuid,
        profile: &Profile,
        key: &DataKey,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Result<(), Error> {
        let hash =
            |kind, text: &Option<String>| text.as_ref().map(|text| self.vault.lookup(kind, text));
        people::update_profile(
            transaction,
            account_id,
            profile.seal(key)?,
            hash(Lookup::Phone, &profile.phone),
            hash(Lookup::Email, &profile.email),
            now,
        )
        .await?;
        Ok(())
    }

    /// Forgets what was looked up of an account, so that what its holder may is in force here at once. The
    /// change is committed already: if this fails it is in force within seconds.
    pub async fn forget_account(
        &self,
        connection: &impl ConnectionTrait,
        account_id: Uuid,
        now: chrono::DateTime<chrono::Utc>,
    ) {
        let live = sessions::list_live(connection, account_id, now).await;
        for session in live.unwrap_or_default() {
            self.forget_session(session.id).await;
        }
    }

    /// Forgets what was looked up of a session, so that its end is in force here at once.
    pub async fn forget_session(&self, session_id: Uuid) {
        self.viewers.invalidate(&session_id).await;
    }
}
