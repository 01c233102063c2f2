//! Who keeps webhooks, and what every change of them begins and ends with.
//!
//! A message tells of the whole portal, so webhooks are the federation's alone.

use async_graphql::Context;
use chrono::{DateTime, Utc};
use sea_orm::{DatabaseTransaction, TransactionTrait};
use serde_json::Value;
use uuid::Uuid;

use super::{store, types::WebhookErrorCode};
use crate::{
    domain::accounts::{Permitted, may_change, may_read},
    infra::{
        audit,
        auth::Permission,
        db::Database,
        error::Error,
        graphql::{Now, Stop, UserErrorCode},
    },
};

/// By which the ids of what is created follow from its authors' keys.
const CREATIONS: Uuid = uuid::uuid!("95748e50-2be6-4c8e-9240-35877ae64b09");

/// There is none of that id.
#[must_use]
pub fn not_found() -> Stop {
    WebhookErrorCode::NotFound.at("id").into()
}

/// The key stands for something else, or for what is gone by now.
#[must_use]
pub fn reused() -> Stop {
    WebhookErrorCode::Conflict.at("clientMutationKey").into()
}

/// Goes on only for who may see webhooks.
///
/// # Errors
/// `UNAUTHENTICATED` or `FORBIDDEN`.
pub fn require_reader(context: &Context<'_>) -> Result<(), Error> {
    if may_read(context, Permission::ManageWebhooks)?.is_everywhere {
        Ok(())
    } else {
        Err(Error::Forbidden)
    }
}

/// Somebody who keeps webhooks, by what the database says of them now.
pub struct Keeper {
    permitted: Permitted,
    pub now: DateTime<Utc>,
}

impl Keeper {
    /// Whoever asks, if they keep webhooks.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` or `FORBIDDEN`.
    pub async fn of(context: &Context<'_>) -> Result<Self, Error> {
        let permitted = may_change(context, Permission::ManageWebhooks).await?;
        if !permitted.reach.is_everywhere {
            return Err(Error::Forbidden);
        }
        Ok(Self {
            permitted,
            now: Now::of(context),
        })
    }

    /// The id of what they create by that key: the same whenever they repeat themselves.
    #[must_use]
    pub fn creation_id(&self, of: &str, key: Uuid) -> Uuid {
        let name = format!("{of}{}{key}", self.permitted.signed_in.account_id);
        Uuid::new_v5(&CREATIONS, name.as_bytes())
    }

    /// Begins a change: nobody else changes webhooks until it ends.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn begin(&self, database: &Database) -> Result<DatabaseTransaction, Error> {
        let transaction = database.writer().begin().await?;
        store::hold_state(&transaction).await?;
        Ok(transaction)
    }

    /// Ends a change: the audit log hears of it.
    ///
    /// # Errors
    /// Whatever the database reports; then nothing was done.
    pub async fn finish(
        &self,
        transaction: DatabaseTransaction,
        action: &'static str,
        object: (&'static str, Uuid),
        details: Value,
    ) -> Result<(), Error> {
        let entry = self.permitted.entry(action, None, object, details);
        audit::record(&transaction, entry, self.now).await?;
        Ok(transaction.commit().await?)
    }
}
