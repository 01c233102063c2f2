//! Who an account's holder is: only ever in memory, and sealed in the database.

use serde::{Deserialize, Serialize};

use super::contact::{Contact, Email};
use crate::infra::{
    error::Error,
    vault::{DataKey, Sealed},
};

/// The column that a profile is sealed for.
const COLUMN: &str = "account.profile";

const LONGEST_NAME: usize = 100;

/// A name as it is kept: trimmed, 1 to 100 characters; `None`: it is none.
#[must_use]
pub fn name_of(text: &str) -> Option<String> {
    let text = text.trim();
    (1..=LONGEST_NAME)
        .contains(&text.chars().count())
        .then(|| text.to_owned())
}

/// What a holder has told or proven about themselves.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// How they want to be called.
    pub name: Option<String>,
    /// E.164, proven by a code.
    pub phone: Option<String>,
    /// Proven by a code or by an invitation.
    pub email: Option<String>,
}

impl std::fmt::Debug for Profile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Profile(…)")
    }
}

impl Profile {
    /// Of somebody of whom only one contact is known.
    #[must_use]
    pub fn of_contact(contact: &Contact) -> Self {
        let mut profile = Self::default();
        profile.set_contact(contact);
        profile
    }

    /// Takes a proven contact in place of the one before.
    pub fn set_contact(&mut self, contact: &Contact) {
        let text = Some(contact.as_str().to_owned());
        match contact {
            Contact::Phone(_) => self.phone = text,
            Contact::Email(_) => self.email = text,
        }
    }

    /// What somebody of staff is called by the others: by their name, or by an e-mail that only those
    /// who know it recognise.
    #[must_use]
    pub fn shown_to_staff(self) -> Option<String> {
        let masked = |email: String| Some(Email::parse(&email).ok()?.masked());
        self.name.or_else(|| self.email.and_then(masked))
    }

    pub(super) fn seal(&self, key: &DataKey) -> Result<Sealed, Error> {
        key.seal(COLUMN, self)
    }

    pub(super) fn open(key: &DataKey, sealed: &[u8]) -> Result<Self, Error> {
        key.open(COLUMN, sealed)
    }
}
