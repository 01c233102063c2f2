//! Guards of staff's fields: may this person do that, and where.

use std::sync::Arc;

use async_graphql::Context;
use chrono::{DateTime, Utc};
use entities::enums::Role;
use serde_json::Value;
use uuid::Uuid;

use super::service::Accounts;
use crate::infra::{
    audit::Entry,
    auth::{Permission, Reach, SignedIn, Viewer},
    db::Database,
    error::Error,
    graphql::{Caller, Now},
    vault::Vault,
};

/// Somebody who may do what they were asked about.
pub struct Permitted {
    pub signed_in: Arc<SignedIn>,
    /// Where they may.
    pub reach: Reach,
    role: Option<Role>,
    actor: String,
    request_id: String,
    vault: Arc<Vault>,
}

/// Where the viewer may read something. A role taken away a few seconds ago may still count.
///
/// # Errors
/// `UNAUTHENTICATED` or `FORBIDDEN`.
pub fn may_read(context: &Context<'_>, permission: Permission) -> Result<Reach, Error> {
    let viewer = context.data_unchecked::<Viewer>();
    viewer.require()?.reach(permission, Now::of(context))
}

/// Where the viewer may change something, by what the database says now.
///
/// # Errors
/// `UNAUTHENTICATED` or `FORBIDDEN`.
pub async fn may_change(context: &Context<'_>, permission: Permission) -> Result<Permitted, Error> {
    let accounts = context.data_unchecked::<Accounts>();
    let database = context.data_unchecked::<Database>();
    let viewer = context.data_unchecked::<Viewer>();
    let request_id = &Caller::of(context).request_id;
    let now = Now::of(context);
    accounts
        .permit(database, viewer, permission, request_id, now)
        .await
}

impl Accounts {
    /// Where somebody may change something, by what the database says now, in whatever request.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` or `FORBIDDEN`.
    pub async fn permit(
        &self,
        database: &Database,
        viewer: &Viewer,
        permission: Permission,
        request_id: &str,
        now: DateTime<Utc>,
    ) -> Result<Permitted, Error> {
        let signed_in = self.as_of_now(database, viewer, now).await?;
        let reach = signed_in.reach(permission, now)?;
        Ok(Permitted {
            role: signed_in.role_for(permission, now),
            actor: self.vault.pseudonym(signed_in.account_id),
            request_id: request_id.to_owned(),
            vault: Arc::clone(&self.vault),
            signed_in,
            reach,
        })
    }
}

impl Permitted {
    /// What the audit log is to say of what they do. An account stands there by its pseudonym, like
    /// whoever acts: erasing somebody must not leave their id in a log that cannot be changed.
    #[must_use]
    pub fn entry(
        &self,
        action: &'static str,
        organisation_id: Option<Uuid>,
        (object_type, object_id): (&'static str, Uuid),
        details: Value,
    ) -> Entry {
        Entry {
            organisation_id,
            actor: self.actor.clone(),
            actor_role: self
                .role
                .and_then(|role| serde_json::to_value(role).ok())
                .and_then(|role| role.as_str().map(str::to_owned))
                .unwrap_or_default(),
            action,
            object_type,
            object_id: match object_type {
                "account" => self.vault.pseudonym(object_id),
                _ => object_id.to_string(),
            },
            request_id: self.request_id.clone(),
            details,
        }
    }
}
