//! Who asks: the only description of a person that logic gets to see.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entities::enums::{Okrug, Role, SessionKind};
use uuid::Uuid;

use super::permission::{Grant, Permission, Reach};
use crate::infra::error::Error;

/// A factor shown longer ago than this has to be shown again before something dangerous
/// (reliability plan §2.3).
const STEP_UP_LASTS: TimeDelta = TimeDelta::minutes(5);

/// The person behind a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Viewer {
    /// Nobody has signed in.
    #[default]
    Anonymous,
    /// Somebody has.
    SignedIn(Arc<SignedIn>),
}

/// Somebody who has signed in, without who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    pub account_id: Uuid,
    pub session_id: Uuid,
    pub session_kind: SessionKind,
    /// When a factor was last shown.
    pub authenticated_at: DateTime<Utc>,
    /// What valid memberships say; `None`: no membership holds.
    pub membership: Option<Membership>,
    /// What the account may do, for sessions of staff only.
    pub grants: Vec<Grant>,
}

/// What a member's affiliations say about them, without saying who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The organisations the member belongs to directly.
    pub organisation_ids: Vec<Uuid>,
    /// Those and every organisation above them, up to the federation.
    pub organisation_and_ancestor_ids: Vec<Uuid>,
    /// The okrugs of the member's organisations.
    pub okrugs: Vec<Okrug>,
    /// Whether the member is of youth-council age.
    pub is_youth: bool,
    /// The first day of the longest unbroken membership.
    pub member_since: NaiveDate,
}

impl Viewer {
    /// The affiliations, where a membership holds.
    #[must_use]
    pub fn membership(&self) -> Option<&Membership> {
        self.signed_in()?.membership.as_ref()
    }

    /// Who has signed in, if anybody.
    #[must_use]
    pub fn signed_in(&self) -> Option<&SignedIn> {
        match self {
            Self::Anonymous => None,
            Self::SignedIn(signed_in) => Some(signed_in),
        }
    }

    /// Who has signed in.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, when nobody has.
    pub fn require(&self) -> Result<&SignedIn, Error> {
        self.signed_in().ok_or(Error::Unauthenticated)
    }

    /// Whether somebody has signed in who holds the role of an activist, wherever it holds.
    #[must_use]
    pub fn is_activist(&self) -> bool {
        self.signed_in().is_some_and(|signed_in| {
            let mut grants = signed_in.grants.iter();
            grants.any(|grant| grant.role == Role::Activist)
        })
    }

    /// Whether somebody has signed in by a password, as staff do.
    #[must_use]
    pub fn is_staff(&self) -> bool {
        self.signed_in()
            .is_some_and(|signed_in| signed_in.session_kind == SessionKind::Staff)
    }
}

impl SignedIn {
    /// Where this person may do that.
    ///
    /// # Errors
    /// `FORBIDDEN`, when nowhere.
    pub fn reach(&self, permission: Permission, now: DateTime<Utc>) -> Result<Reach, Error> {
        let reach = Reach::of(&self.grants, permission, now);
        if reach.is_nowhere() {
            return Err(Error::Forbidden);
        }
        Ok(reach)
    }

    /// By which role this person may do that.
    #[must_use]
    pub fn role_for(&self, permission: Permission, now: DateTime<Utc>) -> Option<Role> {
        let giving = self
            .grants
            .iter()
            .find(|grant| grant.gives(permission, now));
        giving.map(|grant| grant.role)
    }

    /// Whether a factor was shown a short while ago.
    #[must_use]
    pub fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        now - self.authenticated_at <= STEP_UP_LASTS
    }
}
