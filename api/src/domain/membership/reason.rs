//! Why an officer decided as they did. Free text says anything of somebody, so that it is sealed like the
//! holder it is about, under the same key.

use crate::infra::{
    error::Error,
    vault::{DataKey, Sealed},
};

/// What a reason was given for: one for a membership's status does not open as one for a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Why a membership is suspended, restored or revoked.
    Status,
    /// Why a claim was rejected.
    Decision,
}

impl Reason {
    const fn column(self) -> &'static str {
        match self {
            Self::Status => "membership.status_reason",
            Self::Decision => "membership_claim.decision_reason",
        }
    }

    /// Seals it under the key of whom it is about.
    ///
    /// # Errors
    /// `Internal`, when it can't be written.
    pub fn seal(self, key: &DataKey, text: &str) -> Result<Sealed, Error> {
        key.seal(self.column(), &text)
    }

    /// Opens it, where one was given.
    ///
    /// # Errors
    /// `Internal`, when it is somebody else's.
    pub fn open(self, key: &DataKey, sealed: Option<&[u8]>) -> Result<Option<String>, Error> {
        sealed
            .map(|sealed| key.open(self.column(), sealed))
            .transpose()
    }
}
