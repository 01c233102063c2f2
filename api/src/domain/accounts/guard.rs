//! Guards of staff's fields: may this person do that, and where.

use std::sync::Arc;

use async_graphql::Context;
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
};

/// Somebody who may do what they were asked about.
pub struct Permitted {
    pub signed_in: Arc<SignedIn>,
    /// Where they may.
    pub reach: Reach,
    role: Option<Role>,
    actor: String,
    request_id: String,
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
    let now = Now::of(context);
    let signed_in = accounts.as_of_now(database, viewer, now).await?;
    let reach = signed_in.reach(permission, now)?;
    Ok(Permitted {
        role: signed_in.role_for(permission, now),
        actor: accounts.vault.pseudonym(signed_in.account_id),
        request_id: Caller::of(context).request_id.clone(),
        signed_in,
        reach,
    })
}

impl Permitted {
    /// What the audit log is to say of what they do.
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
            object_id: object_id.to_string(),
            request_id: self.request_id.clone(),
            details,
        }
    }
}
