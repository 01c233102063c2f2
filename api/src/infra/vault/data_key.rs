//! The key of one person, and what is sealed under it.

use aws_lc_rs::aead::RandomizedNonceKey;
use serde::{Serialize, de::DeserializeOwned};

use super::{aead_key, open, seal};
use crate::infra::error::Error;

/// Bytes that only a person's key opens.
pub type Sealed = Vec<u8>;

/// The key of one person. It is never shown and never leaves the process unwrapped.
pub struct DataKey {
    key: RandomizedNonceKey,
}

impl std::fmt::Debug for DataKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("DataKey(…)")
    }
}

impl DataKey {
    pub(super) fn new(bytes: &[u8]) -> Result<Self, Error> {
        Ok(Self {
            key: aead_key(bytes)?,
        })
    }

    /// Seals a value for one column: what was sealed for `account.profile` does not open as
    /// `membership.holder`.
    ///
    /// # Errors
    /// `Internal`, when the value can't be written.
    pub fn seal(&self, column: &str, value: &impl Serialize) -> Result<Sealed, Error> {
        seal(&self.key, column, value)
    }

    /// Opens what was sealed for the same column.
    ///
    /// # Errors
    /// `Internal`, when it is somebody else's, another column's, or was changed.
    pub fn open<T: DeserializeOwned>(&self, column: &str, sealed: &[u8]) -> Result<T, Error> {
        open(&self.key, column, sealed)
    }
}
