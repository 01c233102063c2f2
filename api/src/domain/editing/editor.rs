//! Who edits, and where they may do what.

use async_graphql::Context;
use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use serde_json::Value;
use uuid::Uuid;

use super::store::Desk;
use crate::{
    domain::{
        accounts::{Permitted, may_change, may_read},
        organisations::covers,
    },
    infra::{
        audit::{Entry, Program},
        auth::{Permission, Reach, Viewer},
        error::Error,
        graphql::Now,
    },
};

/// Somebody of staff at work, by what the database says of them now.
pub struct Editor {
    permitted: Permitted,
    edits: Reach,
    publishes: Reach,
    pub account_id: Uuid,
    pub now: DateTime<Utc>,
}

/// What they want to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Write drafts of their own.
    Draft,
    /// Change, return and discard what others wrote.
    Edit,
    /// Show to readers and take away from them.
    Publish,
}

impl Editor {
    /// Whoever asks, if they may write at all.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` or `FORBIDDEN`.
    pub async fn of(context: &Context<'_>) -> Result<Self, Error> {
        let permitted = may_change(context, Permission::DraftContent).await?;
        let now = Now::of(context);
        let grants = &permitted.signed_in.grants;
        Ok(Self {
            edits: Reach::of(grants, Permission::EditContent, now),
            publishes: Reach::of(grants, Permission::PublishContent, now),
            account_id: permitted.signed_in.account_id,
            permitted,
            now,
        })
    }

    /// Whether they may do that with an organisation's content.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn may(
        &self,
        connection: &impl ConnectionTrait,
        right: Right,
        organisation_id: Uuid,
    ) -> Result<bool, Error> {
        let reach = match right {
            Right::Draft => &self.permitted.reach,
            Right::Edit => &self.edits,
            Right::Publish => &self.publishes,
        };
        Ok(covers(connection, reach, organisation_id).await?)
    }

    /// What the audit log is to say.
    #[must_use]
    pub fn entry(
        &self,
        action: &'static str,
        organisation_id: Uuid,
        object: (&'static str, Uuid),
        details: Value,
    ) -> Entry {
        self.permitted
            .entry(action, Some(organisation_id), object, details)
    }
}

/// Who acts when a time comes: nobody but the clock.
pub enum Actor<'a> {
    Editor(&'a Editor),
    Scheduler,
}

impl Actor<'_> {
    /// Whose account it is; `None`: the clock's.
    #[must_use]
    pub const fn account_id(&self) -> Option<Uuid> {
        match self {
            Self::Editor(editor) => Some(editor.account_id),
            Self::Scheduler => None,
        }
    }

    /// What the audit log is to say.
    #[must_use]
    pub fn entry(
        &self,
        action: &'static str,
        organisation_id: Uuid,
        object: (&'static str, Uuid),
        details: Value,
    ) -> Entry {
        match self {
            Self::Editor(editor) => editor.entry(action, organisation_id, object, details),
            Self::Scheduler => Entry::by(
                Program::System,
                action,
                Some(organisation_id),
                object,
                details,
            ),
        }
    }
}

/// What somebody may read of what staff are at.
///
/// # Errors
/// `UNAUTHENTICATED` or `FORBIDDEN`.
pub fn desk_of(context: &Context<'_>) -> Result<Desk, Error> {
    let drafts = may_read(context, Permission::DraftContent)?;
    let signed_in = context.data_unchecked::<Viewer>().require()?;
    Ok(Desk {
        edits: Reach::of(&signed_in.grants, Permission::EditContent, Now::of(context)),
        drafts,
        account_id: signed_in.account_id,
    })
}
