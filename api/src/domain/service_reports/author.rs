//! Whoever reports: a pseudonym here, an account nowhere.

use chrono::{DateTime, Utc};
use entities::enums::{HelpedBy, Role};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{
    domain::accounts::list_grants,
    infra::{auth::SignedIn, error::Error, vault::Vault},
};

/// Somebody who reports, for as long as the request lasts.
pub struct Author {
    pub account_id: Uuid,
    /// What stands for them in the tables.
    pub pseudonym: String,
    /// What stands for them beside their consents: another one.
    pub subject: String,
    is_member: bool,
}

impl Author {
    /// Whoever has signed in.
    #[must_use]
    pub fn of(vault: &Vault, signed_in: &SignedIn) -> Self {
        Self {
            account_id: signed_in.account_id,
            pseudonym: vault.reporter(signed_in.account_id),
            subject: vault.pseudonym(signed_in.account_id),
            is_member: signed_in.membership.is_some(),
        }
    }

    /// In what capacity they report; `None`: in none.
    ///
    /// A member reports for themselves, whoever helped them. An activist who names an activist as the
    /// helper tells of somebody else, whom they helped. The role counts in any session, for activists
    /// sign in as members do.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn capacity(
        &self,
        connection: &impl ConnectionTrait,
        helped_by: HelpedBy,
        now: DateTime<Utc>,
    ) -> Result<Option<Capacity>, Error> {
        if self.is_member && helped_by != HelpedBy::Activist {
            return Ok(Some(Capacity::Oneself));
        }
        let grants = list_grants(connection, self.account_id, now).await?;
        let is_activist = grants.iter().any(|grant| grant.role == Role::Activist);
        Ok(match (is_activist, self.is_member) {
            (true, _) if helped_by == HelpedBy::Activist => Some(Capacity::ForAnother),
            (true, _) | (_, true) => Some(Capacity::Oneself),
            (false, false) => None,
        })
    }
}

/// For whom somebody reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capacity {
    Oneself,
    ForAnother,
}
