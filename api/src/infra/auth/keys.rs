//! The service's own signing keys: kept sealed in the database, held in memory, rotated with overlap.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use entities::{enums::KeyPurpose, signing_key};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
    QueryFilter, QueryOrder, TransactionTrait, sea_query::Expr,
};
use serde::Serialize;

use crate::infra::{
    db::Database,
    error::Error,
    vault::{Vault, random_bytes},
};

/// A new key is published for so long before it signs, so that nobody meets an unknown `kid`:
/// clients keep the published set for five minutes.
const PUBLISHED_BEFORE: TimeDelta = TimeDelta::minutes(10);

/// How long signatures of a replaced key are still good: twice the longest life of what it signs.
fn overlap(purpose: KeyPurpose) -> Option<TimeDelta> {
    match purpose {
        KeyPurpose::Access => Some(TimeDelta::minutes(20)),
        KeyPurpose::Card => Some(TimeDelta::hours(48)),
        // Anchors of the audit log are checked for as long as the log is kept.
        KeyPurpose::Audit => None,
    }
}

/// A key that signs.
pub struct SigningKey {
    /// `kid`: sixteen hexadecimal digits.
    pub id: String,
    pkcs8: Vec<u8>,
    pair: Ed25519KeyPair,
}

impl SigningKey {
    /// Signs bytes.
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        self.pair.sign(bytes).as_ref().to_vec()
    }

    pub(super) fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }
}

/// A key whose signatures are accepted.
#[derive(Clone)]
pub struct VerifyingKey {
    public: Vec<u8>,
    purpose: KeyPurpose,
    retires_at: Option<DateTime<Utc>>,
}

impl VerifyingKey {
    /// Whether that signature of those bytes is this key's.
    #[must_use]
    pub fn verifies(&self, bytes: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.public)
            .verify(bytes, signature)
            .is_ok()
    }

    pub(super) fn public(&self) -> &[u8] {
        &self.public
    }
}

/// A published key (RFC 8037).
#[derive(Clone, Debug, Serialize)]
pub struct Jwk {
    kty: &'static str,
    crv: &'static str,
    alg: &'static str,
    #[serde(rename = "use")]
    used_for: &'static str,
    kid: String,
    x: String,
}

/// From when a key signs, and the key; newest first.
type Signing = Vec<(DateTime<Utc>, Arc<SigningKey>)>;

#[derive(Default)]
struct Keys {
    signing: HashMap<KeyPurpose, Signing>,
    verifying: HashMap<String, VerifyingKey>,
}

/// The keys in force, shared by everything in the process.
#[derive(Clone, Default)]
pub struct KeyRing {
    keys: Arc<RwLock<Arc<Keys>>>,
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("KeyRing(…)")
    }
}

impl KeyRing {
    /// Reads the keys again. Every process does so every half a minute, so that an emergency rotation
    /// is in force within one.
    ///
    /// # Errors
    /// Whatever the database reports, or that a key was sealed with another master secret.
    pub async fn refresh(&self, database: &Database, vault: &Vault) -> Result<(), Error> {
        let rows = signing_key::Entity::find()
            .order_by_desc(signing_key::Column::SignsFromAt)
            .all(database.reader())
            .await?;
        let mut keys = Keys::default();
        for row in rows {
            let verifying = VerifyingKey {
                public: row.public_key,
                purpose: row.purpose,
                retires_at: row.retires_at,
            };
            keys.verifying.insert(row.id.clone(), verifying);
            let signing = open_key(vault, &row.id, &row.private_key)?;
            keys.signing
                .entry(row.purpose)
                .or_default()
                .push((row.signs_from_at, Arc::new(signing)));
        }
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
        Ok(())
    }

    fn current(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The newest key that signs for that purpose.
    ///
    /// # Errors
    /// `Internal`, when there is none; a start without keys is refused.
    pub fn signing(
        &self,
        purpose: KeyPurpose,
        now: DateTime<Utc>,
    ) -> Result<Arc<SigningKey>, Error> {
        let keys = self.current();
        let newest = keys.signing.get(&purpose).and_then(|newest_first| {
            newest_first
                .iter()
                .find(|(signs_from, _)| *signs_from <= now)
        });
        newest
            .map(|(_, key)| Arc::clone(key))
            .ok_or_else(|| Error::internal("no key signs", purpose))
    }

    /// The key with that id, where its signatures are still good for that purpose.
    #[must_use]
    pub fn verifying(
        &self,
        purpose: KeyPurpose,
        id: &str,
        now: DateTime<Utc>,
    ) -> Option<VerifyingKey> {
        let keys = self.current();
        let key = keys.verifying.get(id)?;
        let is_good = key.purpose == purpose && key.retires_at.is_none_or(|end| now < end);
        is_good.then(|| key.clone())
    }

    /// The keys to publish for that purpose.
    #[must_use]
    pub fn published(&self, purpose: KeyPurpose, now: DateTime<Utc>) -> Vec<Jwk> {
        let keys = self.current();
        let mut published: Vec<Jwk> = keys
            .verifying
            .iter()
            .filter(|(_, key)| key.purpose == purpose)
            .filter(|(_, key)| key.retires_at.is_none_or(|end| now < end))
            .map(|(id, key)| Jwk {
                kty: "OKP",
                crv: "Ed25519",
                alg: "EdDSA",
                used_for: "sig",
                kid: published_id(purpose, id),
                x: BASE64_URL_SAFE_NO_PAD.encode(&key.public),
            })
            .collect();
        published.sort_by(|one, other| one.kid.cmp(&other.kid));
        published
    }

    /// Whether every purpose has a key that signs now.
    #[must_use]
    pub fn is_complete(&self, now: DateTime<Utc>) -> bool {
        PURPOSES
            .iter()
            .all(|purpose| self.signing(*purpose, now).is_ok())
    }
}

/// In COSE a `kid` is eight bytes; in a JWK set they are written in base64url.
fn published_id(purpose: KeyPurpose, id: &str) -> String {
    match purpose {
        KeyPurpose::Card => BASE64_URL_SAFE_NO_PAD.encode(id_bytes(id)),
        KeyPurpose::Access | KeyPurpose::Audit => id.to_owned(),
    }
}

/// The eight bytes that a `kid` of sixteen hexadecimal digits stands for.
#[must_use]
pub fn id_bytes(id: &str) -> Vec<u8> {
    u64::from_str_radix(id, 16)
        .unwrap_or_default()
        .to_be_bytes()
        .to_vec()
}

const PURPOSES: [KeyPurpose; 3] = [KeyPurpose::Access, KeyPurpose::Card, KeyPurpose::Audit];

/// How a rotation goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// Only purposes without any key get one, which signs at once.
    Missing,
    /// Every purpose gets a key that signs soon; the old ones stay good for a while.
    Planned,
    /// Every purpose gets a key that signs at once; what the old ones signed is refused from now on.
    Emergency,
}

/// Makes keys and returns how many. Who is the second of two at once waits and finds them made.
///
/// # Errors
/// Whatever the database reports; then nothing has changed.
pub async fn rotate_keys(
    database: &Database,
    vault: &Vault,
    rotation: Rotation,
    now: DateTime<Utc>,
) -> Result<usize, Error> {
    let transaction = database.writer().begin().await?;
    lock(&transaction).await?;
    let mut made = 0;
    for purpose in PURPOSES {
        let has_one = signing_key::Entity::find()
            .filter(signing_key::Column::Purpose.eq(purpose))
            .one(&transaction)
            .await?
            .is_some();
        if has_one && rotation == Rotation::Missing {
            continue;
        }
        let signs_from = if has_one && rotation == Rotation::Planned {
            now + PUBLISHED_BEFORE
        } else {
            now
        };
        retire(&transaction, purpose, rotation, signs_from).await?;
        make(&transaction, vault, purpose, signs_from, now).await?;
        made += 1;
    }
    transaction.commit().await?;
    Ok(made)
}

/// Two processes that start at once must not both find that there is no key. An UPDATE that changes
/// nothing takes SQLite's write lock; on PostgreSQL it holds the change head's row.
async fn lock(transaction: &impl ConnectionTrait) -> Result<(), Error> {
    use entities::change_head::{Column, Entity};
    Entity::update_many()
        .col_expr(Column::Seq, Expr::col(Column::Seq))
        .exec(transaction)
        .await?;
    Ok(())
}

async fn retire(
    transaction: &impl ConnectionTrait,
    purpose: KeyPurpose,
    rotation: Rotation,
    signs_from: DateTime<Utc>,
) -> Result<(), Error> {
    let end = match (rotation, overlap(purpose)) {
        (_, None) => return Ok(()),
        (Rotation::Emergency, _) => signs_from,
        (_, Some(overlap)) => signs_from + overlap,
    };
    signing_key::Entity::update_many()
        .col_expr(signing_key::Column::RetiresAt, Expr::value(end))
        .filter(signing_key::Column::Purpose.eq(purpose))
        .filter(
            Condition::any()
                .add(signing_key::Column::RetiresAt.is_null())
                .add(signing_key::Column::RetiresAt.gt(end)),
        )
        .exec(transaction)
        .await?;
    Ok(())
}

async fn make(
    transaction: &impl ConnectionTrait,
    vault: &Vault,
    purpose: KeyPurpose,
    signs_from: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let failed = |cause| Error::internal("a signing key can't be made", cause);
    let pair = Ed25519KeyPair::generate().map_err(failed)?;
    let pkcs8 = pair.to_pkcs8().map_err(failed)?;
    let id = format!("{:016x}", u64::from_be_bytes(random_bytes()?));
    signing_key::ActiveModel {
        private_key: Set(vault.seal(&format!("signing-key:{id}"), &pkcs8.as_ref())?),
        id: Set(id),
        purpose: Set(purpose),
        public_key: Set(pair.public_key().as_ref().to_vec()),
        created_at: Set(now),
        signs_from_at: Set(signs_from),
        retires_at: Set(None),
    }
    .insert(transaction)
    .await?;
    Ok(())
}

fn open_key(vault: &Vault, id: &str, sealed: &[u8]) -> Result<SigningKey, Error> {
    let pkcs8: Vec<u8> = vault.open(&format!("signing-key:{id}"), sealed)?;
    let pair = Ed25519KeyPair::from_pkcs8(&pkcs8)
        .map_err(|cause| Error::internal("a signing key does not read", cause))?;
    Ok(SigningKey {
        id: id.to_owned(),
        pkcs8,
        pair,
    })
}
