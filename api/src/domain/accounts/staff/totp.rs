//! One-time codes of an app (RFC 6238), each accepted once.

use chrono::{DateTime, Utc};
use entities::staff_credential;
use sea_orm::ConnectionTrait;
use totp_rs::{Builder, Secret, Totp};

use crate::{
    domain::accounts::{service::Accounts, store::staff as store},
    infra::{error::Error, vault::random_bytes},
};

/// What a seed is sealed for.
const SEED: &str = "totp-seed";
/// 160 bits, the length of SHA-1, which is what every app can do.
const SEED_BYTES: usize = 20;
const ISSUER: &str = "МФП";
/// Steps that a phone's clock may be off by.
const WINDOW: u16 = 1;

/// A new seed, sealed for the database.
pub fn new_seed(accounts: &Accounts) -> Result<(Vec<u8>, Vec<u8>), Error> {
    let seed = random_bytes::<SEED_BYTES>()?.to_vec();
    let sealed = accounts.vault.seal(SEED, &seed)?;
    Ok((seed, sealed))
}

/// The generator of a seed, labelled for the app's list.
pub fn totp(seed: Vec<u8>, email: &str) -> Result<Totp, Error> {
    Builder::new()
        .with_secret(Secret::from(seed))
        .with_skew(WINDOW)
        .with_issuer(Some(ISSUER))
        .with_account_name(email)
        .build()
        .map_err(|cause| Error::internal("a TOTP generator can't be made", cause))
}

/// Whether a code is right now and was not accepted before. It is never accepted again.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn accept(
    accounts: &Accounts,
    transaction: &impl ConnectionTrait,
    credential: &staff_credential::Model,
    code: &str,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let Some(sealed) = &credential.totp_seed else {
        return Ok(false);
    };
    let totp = totp(accounts.vault.open(SEED, sealed)?, "")?;
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    let Some(step) = totp.check(code.trim(), seconds) else {
        return Ok(false);
    };
    let step = i64::try_from(step).unwrap_or(i64::MAX);
    Ok(store::accept_step(transaction, credential.account_id, step).await?)
}
