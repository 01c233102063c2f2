//! Who keeps reference data, and what every change of it begins and ends with.

use async_graphql::{Context, ID};
use chrono::{DateTime, Utc};
use entities::reference_creation;
use sea_orm::{ConnectionTrait, DatabaseTransaction, TransactionTrait};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{problems::Problems, store, types::ReferenceErrorCode};
use crate::{
    domain::{
        accounts::{Permitted, may_change},
        media::lock_asset,
        organisations::covers,
    },
    infra::{
        audit,
        auth::{PUBLIC_AUDIENCE_ID, Permission, Reach},
        db::{Change, Database, record_change},
        digest::sha256_hex,
        error::Error,
        graphql::{Now, Stop, UserErrorCode, client_key},
    },
};

/// By which the ids of what is created follow from its authors' keys.
const CREATIONS: Uuid = uuid::uuid!("5a1d5e0b-51a0-5f0c-8a53-3f0f1f7f2b6e");

/// The cache tags of everything that shows an organisation.
pub const EVERYTHING: [&str; 5] = ["benefits", "courses", "guides", "news", "organisations"];
pub const BENEFITS: [&str; 1] = ["benefits"];
pub const REDIRECTS: [&str; 1] = ["redirects"];
pub const TRAINING: [&str; 1] = ["training"];

/// Somebody who keeps reference data, by what the database says of them now.
pub struct Clerk {
    permitted: Permitted,
    pub now: DateTime<Utc>,
}

impl Clerk {
    /// Whoever asks, if they have that right anywhere.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` or `FORBIDDEN`.
    pub async fn of(context: &Context<'_>, permission: Permission) -> Result<Self, Error> {
        let permitted = may_change(context, permission).await?;
        Ok(Self::at(permitted, Now::of(context)))
    }

    /// Whoever asks, if they keep what belongs to the whole federation.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` or `FORBIDDEN`.
    pub async fn of_federation(context: &Context<'_>) -> Result<Self, Error> {
        let clerk = Self::of(context, Permission::ManageReference).await?;
        clerk.require_everywhere()?;
        Ok(clerk)
    }

    /// Somebody who was found to have a right.
    pub const fn at(permitted: Permitted, now: DateTime<Utc>) -> Self {
        Self { permitted, now }
    }

    /// Goes on only where the right holds everywhere.
    ///
    /// # Errors
    /// `FORBIDDEN`.
    pub const fn require_everywhere(&self) -> Result<(), Error> {
        if self.permitted.reach.is_everywhere {
            Ok(())
        } else {
            Err(Error::Forbidden)
        }
    }

    /// Whether they have another right all over the federation.
    pub fn has_everywhere(&self, permission: Permission) -> bool {
        let grants = &self.permitted.signed_in.grants;
        Reach::of(grants, permission, self.now).is_everywhere
    }

    /// Whether their right holds for what belongs to that organisation, or to none.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn reaches(
        &self,
        connection: &impl ConnectionTrait,
        organisation_id: Option<Uuid>,
    ) -> Result<bool, Error> {
        match organisation_id {
            Some(id) => Ok(covers(connection, &self.permitted.reach, id).await?),
            None => Ok(self.permitted.reach.is_everywhere),
        }
    }

    /// Notes a logo that is no picture of theirs to show; the picture is held.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn check_logo(
        &self,
        transaction: &impl ConnectionTrait,
        logo_id: Option<Uuid>,
        problems: &mut Problems,
    ) -> Result<(), Error> {
        let Some(id) = logo_id else { return Ok(()) };
        let is_theirs = match lock_asset(transaction, id).await? {
            Some(asset) => self.reaches(transaction, asset.organisation_id).await?,
            None => false,
        };
        problems.add_if(!is_theirs, "logo", ReferenceErrorCode::NotThere);
        Ok(())
    }

    /// Begins a change: the desk is held until it ends.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn begin(&self, database: &Database) -> Result<DatabaseTransaction, Error> {
        let transaction = database.writer().begin().await?;
        store::hold_desk(&transaction, self.now).await?;
        Ok(transaction)
    }

    /// Ends a change: the audit log and readers hear of it.
    ///
    /// # Errors
    /// Whatever the database reports; then nothing was done.
    pub async fn finish(
        &self,
        transaction: DatabaseTransaction,
        deed: Deed<'_>,
    ) -> Result<(), Error> {
        let entry = self.permitted.entry(
            deed.action,
            deed.organisation_id,
            (deed.object_type, deed.object_id),
            deed.details,
        );
        audit::record(&transaction, entry, self.now).await?;
        record_change(&transaction, &deed.changes, deed.tags, self.now).await?;
        Ok(transaction.commit().await?)
    }
}

/// What was done, for the audit log and for readers.
pub struct Deed<'a> {
    pub action: &'static str,
    /// Whose chain of the audit log it belongs to; `None`: the federation's.
    pub organisation_id: Option<Uuid>,
    pub object_type: &'static str,
    pub object_id: Uuid,
    /// Names of fields and counts, never values.
    pub details: Value,
    pub changes: Vec<Change>,
    pub tags: &'a [&'a str],
}

/// A piece of reference data, as the audit log and readers hear of it.
#[derive(Clone, Copy)]
pub struct Thing {
    /// Its type's name in the schema.
    pub object_type: &'static str,
    pub id: Uuid,
    /// Whose chain of the audit log it belongs to; `None`: the federation's.
    pub organisation_id: Option<Uuid>,
    /// What is cached of it.
    pub tags: &'static [&'static str],
    /// Whether phones' copies hold it.
    pub is_copied: bool,
}

impl Deed<'static> {
    /// Readers see something new.
    #[must_use]
    pub fn created(action: &'static str, thing: Thing) -> Self {
        Self::to(action, thing, json!({}), appeared)
    }

    /// These fields of it are different.
    #[must_use]
    pub fn updated(action: &'static str, thing: Thing, fields: &[String]) -> Self {
        Self::to(action, thing, json!({ "fields": fields }), changed)
    }

    /// Nobody sees it any more.
    #[must_use]
    pub fn deleted(action: &'static str, thing: Thing) -> Self {
        Self::to(action, thing, json!({}), gone)
    }

    fn to(
        action: &'static str,
        thing: Thing,
        details: Value,
        change: impl FnOnce(&'static str, Uuid) -> Change,
    ) -> Self {
        let change = thing.is_copied.then(|| change(thing.object_type, thing.id));
        Self {
            action,
            organisation_id: thing.organisation_id,
            object_type: thing.object_type,
            object_id: thing.id,
            details,
            changes: change.into_iter().collect(),
            tags: thing.tags,
        }
    }
}

/// Readers see something new.
#[must_use]
pub const fn appeared(object_type: &'static str, object_id: Uuid) -> Change {
    Change {
        object_type,
        object_id,
        audience_before: None,
        audience_after: Some(PUBLIC_AUDIENCE_ID),
    }
}

/// Readers see something as it has become.
#[must_use]
pub const fn changed(object_type: &'static str, object_id: Uuid) -> Change {
    Change {
        object_type,
        object_id,
        audience_before: Some(PUBLIC_AUDIENCE_ID),
        audience_after: Some(PUBLIC_AUDIENCE_ID),
    }
}

/// Readers see something no more.
#[must_use]
pub const fn gone(object_type: &'static str, object_id: Uuid) -> Change {
    Change {
        object_type,
        object_id,
        audience_before: Some(PUBLIC_AUDIENCE_ID),
        audience_after: None,
    }
}

/// A wish to create something, by which a repetition is told.
pub struct Creation {
    /// What it will have for its id.
    pub id: Uuid,
    digest: String,
    at: DateTime<Utc>,
}

impl Creation {
    /// The wish of that clerk. The same key of theirs for the same type is the same thing.
    ///
    /// # Errors
    /// `BAD_USER_INPUT`, when the key is no UUID.
    pub fn of(
        clerk: &Clerk,
        object_type: &str,
        key: &ID,
        fields: &impl Serialize,
    ) -> Result<Self, Error> {
        let key = client_key("clientMutationKey", key)?;
        let name = format!("{object_type}{}{key}", clerk.permitted.signed_in.account_id);
        Ok(Self {
            id: Uuid::new_v5(&CREATIONS, name.as_bytes()),
            digest: sha256_hex(serde_json::to_string(fields)?),
            at: clerk.now,
        })
    }

    /// Whether this very thing was asked for before. If not, it is remembered.
    ///
    /// # Errors
    /// [`Stop`]: the key stands for something else.
    pub async fn is_repeated(&self, transaction: &impl ConnectionTrait) -> Result<bool, Stop> {
        match store::find_creation(transaction, self.id).await? {
            Some(before) if before.digest == self.digest => Ok(true),
            Some(_) => Err(reused()),
            None => {
                let creation = reference_creation::Model {
                    id: self.id,
                    digest: self.digest.clone(),
                    created_at: self.at,
                };
                store::insert_creation(transaction, creation).await?;
                Ok(false)
            }
        }
    }
}

/// The key stands for something else, or for what is gone by now.
#[must_use]
pub fn reused() -> Stop {
    ReferenceErrorCode::Conflict.at("clientMutationKey").into()
}

/// There is none of that id that the clerk may change.
#[must_use]
pub fn not_found() -> Stop {
    ReferenceErrorCode::NotFound.at("id").into()
}

/// Refuses to take away what is used so often.
///
/// # Errors
/// [`Stop::Refused`] with the number.
pub fn refuse_in_use(uses: u64, by: &str) -> Result<(), Stop> {
    if uses == 0 {
        return Ok(());
    }
    let message = format!("Запись используют ({by}): {uses}. Сначала уберите её оттуда.");
    Err(ReferenceErrorCode::InUse
        .saying(message, Some(vec!["id".into()]))
        .into())
}

/// The names of the fields in which two states differ, as clients write them, sorted.
///
/// # Errors
/// When a state does not serialise, which is a fault of ours.
pub fn changed_fields<T: Serialize>(before: &T, after: &T) -> Result<Vec<String>, Error> {
    let (before, after) = (serde_json::to_value(before)?, serde_json::to_value(after)?);
    Ok(audit::changed_fields(&before, &after))
}

/// A text as it is kept: without blanks around it.
#[must_use]
pub fn tidy(text: &str) -> String {
    text.trim().to_owned()
}

/// The same of one that need not be there: blanks are nothing.
#[must_use]
pub fn tidy_optional(text: Option<String>) -> Option<String> {
    text.map(|text| tidy(&text)).filter(|text| !text.is_empty())
}
