//! Accounts and sessions as clients see them.

mod errors;
mod session;
mod staff;

use async_graphql::SimpleObject;
use entities::account;
pub use errors::AccountErrorCode;
pub use session::{Session, SessionTokens, SignInChallenge};
pub use staff::{Role, RoleDescription, RoleGrant, StaffMember};

use super::profile::Profile;
use crate::infra::graphql::{DateTime, NodeTag, PhoneNumber};

/// Учётная запись: видна только владельцу.
#[derive(SimpleObject)]
pub struct Account {
    /// Идентификатор.
    id: async_graphql::ID,
    /// Как обращаться.
    name: Option<String>,
    /// Подтверждённый телефон.
    phone: Option<PhoneNumber>,
    /// Подтверждённая почта.
    email: Option<String>,
    /// Когда создана.
    created_at: DateTime,
}

impl Account {
    /// Of accounts.
    pub const NODE: NodeTag = NodeTag(b'a');

    /// What the holder sees.
    #[must_use]
    pub fn of(row: &account::Model, profile: Profile) -> Self {
        Self {
            id: Self::NODE.id(row.id),
            name: profile.name,
            phone: profile.phone.map(PhoneNumber),
            email: profile.email,
            created_at: DateTime(row.created_at),
        }
    }
}
