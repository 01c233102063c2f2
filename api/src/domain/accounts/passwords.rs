//! Passwords of staff: argon2id with few hashings at once, so that a flood of wrong passwords cannot
//! starve readers.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version,
    password_hash::phc::PasswordHash,
};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

use crate::infra::{
    error::Error,
    vault::{Vault, random_token},
};

// OWASP's second choice, 22 ms on the reference machine (reliability plan §2.2).
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Hashings that may wait for a core; who comes later is told to come again.
const MOST_WAITING: usize = 16;

/// Hashes and verifies passwords, one a core.
#[derive(Clone)]
pub struct PasswordHasher {
    vault: Arc<Vault>,
    cores: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
}

impl PasswordHasher {
    /// A hasher that takes at most all but one of the machine's cores.
    #[must_use]
    pub fn new(vault: Arc<Vault>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            vault,
            cores: Arc::new(Semaphore::new(cores.saturating_sub(1).max(1))),
            waiting: Arc::default(),
        }
    }

    /// The PHC string of a password or a recovery code.
    ///
    /// # Errors
    /// `RateLimited`, when too many wait; `Internal`, when hashing fails.
    pub async fn hash(&self, password: &str) -> Result<String, Error> {
        let peppered = self.vault.pepper(&normalised(password));
        self.with_a_core(move || {
            let hash = hasher()?
                .hash_password(&peppered)
                .map_err(|cause| Error::internal("a password can't be hashed", cause))?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether that is the password. Without a hash as much time is spent, and the answer is no.
    ///
    /// # Errors
    /// `RateLimited`, when too many wait.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, Error> {
        let peppered = self.vault.pepper(&normalised(password));
        let Some(hash) = hash.map(str::to_owned) else {
            self.hash(&random_token()?).await?;
            return Ok(false);
        };
        self.with_a_core(move || {
            let parsed = PasswordHash::new(&hash)
                .map_err(|cause| Error::internal("a password's hash does not read", cause))?;
            Ok(hasher()?.verify_password(&peppered, &parsed).is_ok())
        })
        .await
    }

    async fn with_a_core<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let queued = Queued::join(&self.waiting)?;
        let permit = Arc::clone(&self.cores)
            .acquire_owned()
            .await
            .map_err(|cause| Error::internal("no core for passwords", cause))?;
        drop(queued);
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        })
        .await
        .map_err(|cause| Error::internal("hashing was cut off", cause))?
    }
}

/// A place in the queue, given back when it is dropped, also when the client has gone.
struct Queued(Arc<AtomicUsize>);

impl Queued {
    fn join(waiting: &Arc<AtomicUsize>) -> Result<Self, Error> {
        let place = Self(Arc::clone(waiting));
        if waiting.fetch_add(1, Ordering::Relaxed) >= MOST_WAITING {
            return Err(Error::RateLimited { retry_after: 1 });
        }
        Ok(place)
    }
}

impl Drop for Queued {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn hasher() -> Result<Argon2<'static>, Error> {
    let parameters = Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map_err(|cause| Error::internal("argon2's parameters are wrong", cause))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters))
}

/// Keyboards write the same letter in several ways.
fn normalised(password: &str) -> String {
    password.nfkc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::vault::MasterSecret;

    #[tokio::test]
    async fn the_right_password_verifies_and_others_do_not() {
        let secret = MasterSecret::from_bytes(&[3; 32]).unwrap();
        let hasher = PasswordHasher::new(Arc::new(Vault::new(&secret).unwrap()));
        let hash = hasher.hash("верный пароль").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(hasher.verify("верный пароль", Some(&hash)).await.unwrap());
        assert!(!hasher.verify("неверный", Some(&hash)).await.unwrap());
        assert!(!hasher.verify("верный пароль", None).await.unwrap());
    }
}
