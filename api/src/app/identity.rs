//! The service's secrets in memory: the vault and the signing keys.

use std::sync::Arc;

use crate::{
    domain::accounts::Accounts,
    infra::{
        auth::{KeyRing, Rotation, rotate_keys},
        clock::Clock,
        config::Settings,
        db::Database,
        vault::Vault,
    },
};

/// What proves that a token, a pass or an anchor is this service's.
#[derive(Clone, Debug)]
pub struct Identity {
    pub vault: Arc<Vault>,
    pub keys: KeyRing,
}

impl Identity {
    /// Reads the keys; development makes those that are missing, production names the command.
    ///
    /// # Errors
    /// One line that says what is missing.
    pub async fn load(
        settings: &Settings,
        database: &Database,
        clock: &Clock,
    ) -> Result<Self, String> {
        let vault = vault(settings)?;
        let now = clock.now();
        if !settings.is_production() {
            rotate_keys(database, &vault, Rotation::Missing, now)
                .await
                .map_err(|_| "the signing keys can't be made; the log says why".to_owned())?;
        }
        let keys = KeyRing::default();
        keys.refresh(database, &vault).await.map_err(|_| {
            "the signing keys do not open: is MFP_SECRET the one they were made with?".to_owned()
        })?;
        if !keys.is_complete(now) {
            return Err("there are no signing keys: run `mfp-api keys rotate`".into());
        }
        Ok(Self { vault, keys })
    }

    /// Accounts for commands and workers, which neither issue nor read tokens: whose issuer they name
    /// does not matter.
    #[must_use]
    pub fn accounts(&self) -> Accounts {
        Accounts::new(Arc::clone(&self.vault), self.keys.clone(), "")
    }
}

/// The vault of the settings' secret.
pub fn vault(settings: &Settings) -> Result<Arc<Vault>, String> {
    let vault = Vault::new(&settings.master_secret()?);
    vault
        .map(Arc::new)
        .map_err(|_| "setting MFP_SECRET: no keys can be derived from it".into())
}
