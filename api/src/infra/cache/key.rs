//! What a kept value is found by: a digest of everything it depends on besides the generations.

use std::fmt::Debug;

use sha2::{Digest, Sha256};

use crate::infra::digest::hex;

/// A cryptographic digest, so that nobody can make two questions share an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key([u8; 32]);

impl Key {
    /// The digest's bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The digest as Redis names it.
    #[must_use]
    pub fn hex(&self) -> String {
        hex(&self.0)
    }
}

/// Gathers the parts of a key.
#[derive(Clone, Debug, Default)]
pub struct KeyBuilder(Sha256);

impl KeyBuilder {
    /// Adds a part. Its length goes first, so that no part runs into the next.
    #[must_use]
    pub fn with(mut self, part: impl AsRef<[u8]>) -> Self {
        let part = part.as_ref();
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part);
        self
    }

    /// Adds a value as its derived `Debug` prints it, which tells different values apart.
    #[must_use]
    pub fn with_printed(self, part: &impl Debug) -> Self {
        self.with(format!("{part:?}"))
    }

    /// The key of all parts in their order.
    #[must_use]
    pub fn finish(self) -> Key {
        Key(self.0.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_into_each_other() {
        let key = |parts: &[&str]| {
            let builder = parts.iter().fold(KeyBuilder::default(), KeyBuilder::with);
            builder.finish()
        };
        assert_eq!(key(&["ab", "c"]), key(&["ab", "c"]));
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
        assert_ne!(key(&["ab"]), key(&["ab", ""]));
    }
}
