//! What keeps people's data unreadable to whoever has only the database.
//!
//! One master secret, which is not in the database, gives every other key by HKDF. Whatever says who
//! somebody is stands sealed under that person's own [`DataKey`]; the key stands in `person`, wrapped.
//! Erasing the row makes every sealed value unreadable, in backups and write-ahead logs as well.
//! Values are looked up by keyed hashes, so that a stolen table of phones cannot be tried out.

mod data_key;
mod secret;

use aws_lc_rs::{
    aead::{AES_256_GCM_SIV, RandomizedNonceKey},
    constant_time::verify_slices_are_equal,
    hkdf, hmac,
    rand::{SecureRandom, SystemRandom},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
pub use data_key::{DataKey, Sealed};
pub use secret::{MasterSecret, SecretRefusal};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::infra::{digest::hex, error::Error};

/// Bytes of every symmetric key here.
const KEY_BYTES: usize = 32;

/// What a value is hashed for: equal values of two kinds have different hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    Phone,
    Email,
    CardNumber,
    CardCode,
    Address,
    RosterRow,
    Account,
    BenefitCode,
    PushToken,
    Installation,
    Reporter,
    ReporterAddress,
    ReportInput,
    Opinion,
}

impl Lookup {
    const fn label(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::CardNumber => "card-number",
            Self::CardCode => "card-code",
            Self::Address => "address",
            Self::RosterRow => "roster-row",
            Self::Account => "account",
            Self::BenefitCode => "benefit-code",
            Self::PushToken => "push-token",
            Self::Installation => "installation",
            Self::Reporter => "reporter",
            Self::ReporterAddress => "reporter-address",
            Self::ReportInput => "report-input",
            Self::Opinion => "opinion",
        }
    }
}

/// The keys of the service. Cheap to share behind an `Arc`.
pub struct Vault {
    lookups: hmac::Key,
    codes: hmac::Key,
    passwords: hmac::Key,
    links: hmac::Key,
    service: RandomizedNonceKey,
    wrapping: RandomizedNonceKey,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Vault(…)")
    }
}

impl Vault {
    /// Derives the keys.
    ///
    /// # Errors
    /// Only when the cryptographic library refuses to work at all.
    pub fn new(secret: &MasterSecret) -> Result<Self, Error> {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"mfp-api");
        let master = salt.extract(secret.bytes());
        let key = |purpose: &str| derive(&master, purpose);
        Ok(Self {
            lookups: hmac_key(&key("lookups")?),
            codes: hmac_key(&key("codes")?),
            passwords: hmac_key(&key("passwords")?),
            links: hmac_key(&key("links")?),
            service: aead_key(&key("service")?)?,
            wrapping: aead_key(&key("wrapping")?)?,
        })
    }

    /// A keyed hash to find a value by: 64 hexadecimal digits.
    #[must_use]
    pub fn lookup(&self, kind: Lookup, value: &str) -> String {
        hex(&mac(&self.lookups, &[kind.label(), value]))
    }

    /// What stands for an account where its id must not: in the audit log and beside consents.
    #[must_use]
    pub fn pseudonym(&self, account_id: Uuid) -> String {
        self.lookup(Lookup::Account, &account_id.to_string())
    }

    /// What stands for an account beside what it has reported and what it is answered: another one than
    /// [`Self::pseudonym`], so that no table leads from the one to the other.
    #[must_use]
    pub fn reporter(&self, account_id: Uuid) -> String {
        self.lookup(Lookup::Reporter, &account_id.to_string())
    }

    /// The keyed hash of a one-time code. Without the key, six digits are tried out in 50 ms.
    #[must_use]
    pub fn code_mac(&self, challenge_id: Uuid, code: &str) -> String {
        hex(&mac(&self.codes, &[&challenge_id.to_string(), code]))
    }

    /// A password as it goes into the slow hash: useless without the key, however weak it is.
    #[must_use]
    pub fn pepper(&self, password: &str) -> Vec<u8> {
        mac(&self.passwords, &[password])
    }

    /// The signature under a text that leaves this service in a link: 64 hexadecimal digits.
    #[must_use]
    pub fn sign(&self, purpose: &str, text: &str) -> String {
        hex(&mac(&self.links, &[purpose, text]))
    }

    /// Whether a text that came back was signed here for that purpose.
    #[must_use]
    pub fn is_signed(&self, purpose: &str, text: &str, signature: &str) -> bool {
        equal_in_constant_time(&self.sign(purpose, text), signature)
    }

    /// Seals what belongs to no person: keys of the service, queued messages.
    ///
    /// # Errors
    /// `Internal`, when the value can't be written.
    pub fn seal(&self, purpose: &str, value: &impl Serialize) -> Result<Vec<u8>, Error> {
        seal(&self.service, purpose, value)
    }

    /// Opens what [`Self::seal`] sealed for the same purpose.
    ///
    /// # Errors
    /// `Internal`, when it was sealed by another key, for another purpose, or was changed.
    pub fn open<T: DeserializeOwned>(&self, purpose: &str, sealed: &[u8]) -> Result<T, Error> {
        open(&self.service, purpose, sealed)
    }

    /// A new key for one person, and its wrapped form for the database.
    ///
    /// # Errors
    /// `Internal`, when the system gives no random bytes.
    pub fn new_data_key(&self, person_id: Uuid) -> Result<(DataKey, Vec<u8>), Error> {
        let bytes = random_bytes::<KEY_BYTES>()?;
        let wrapped = seal_bytes(&self.wrapping, &person_id.to_string(), bytes.to_vec())?;
        Ok((DataKey::new(&bytes)?, wrapped))
    }

    /// The key of one person.
    ///
    /// # Errors
    /// `Internal`, when the wrapped form is of somebody else or of another master secret.
    pub fn data_key(&self, person_id: Uuid, wrapped: &[u8]) -> Result<DataKey, Error> {
        let bytes = open_bytes(&self.wrapping, &person_id.to_string(), wrapped)?;
        DataKey::new(&bytes)
    }
}

/// Whether two texts are equal, in a time that does not tell where they differ.
#[must_use]
pub fn equal_in_constant_time(one: &str, other: &str) -> bool {
    verify_slices_are_equal(one.as_bytes(), other.as_bytes()).is_ok()
}

/// Random bytes of the operating system.
///
/// # Errors
/// `Internal`, when it gives none.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|cause| Error::internal("no random bytes", cause))?;
    Ok(bytes)
}

/// A secret of 256 random bits for somebody to carry, in base64url.
///
/// # Errors
/// `Internal`, when the system gives no random bytes.
pub fn random_token() -> Result<String, Error> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(random_bytes::<KEY_BYTES>()?))
}

/// So many decimal digits, each equally likely.
///
/// # Errors
/// `Internal`, when the system gives no random bytes.
pub fn random_digits(count: usize) -> Result<String, Error> {
    let mut digits = String::with_capacity(count);
    while digits.len() < count {
        // 250 is the largest multiple of ten in a byte; what is above would favour low digits.
        for byte in random_bytes::<16>()? {
            if byte < 250 && digits.len() < count {
                digits.push(char::from(b'0' + byte % 10));
            }
        }
    }
    Ok(digits)
}

struct KeyLength;

impl hkdf::KeyType for KeyLength {
    fn len(&self) -> usize {
        KEY_BYTES
    }
}

fn derive(master: &hkdf::Prk, purpose: &str) -> Result<[u8; KEY_BYTES], Error> {
    let mut key = [0; KEY_BYTES];
    master
        .expand(&[purpose.as_bytes()], KeyLength)
        .and_then(|derived| derived.fill(&mut key))
        .map_err(|cause| Error::internal("a key can't be derived", cause))?;
    Ok(key)
}

fn hmac_key(bytes: &[u8]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, bytes)
}

fn aead_key(bytes: &[u8]) -> Result<RandomizedNonceKey, Error> {
    RandomizedNonceKey::new(&AES_256_GCM_SIV, bytes)
        .map_err(|cause| Error::internal("a key can't be used", cause))
}

/// Parts are told apart by their lengths, so that no two lists of parts have the same hash.
fn mac(key: &hmac::Key, parts: &[&str]) -> Vec<u8> {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    context.sign().as_ref().to_vec()
}

fn seal(key: &RandomizedNonceKey, purpose: &str, value: &impl Serialize) -> Result<Vec<u8>, Error> {
    seal_bytes(key, purpose, serde_json::to_vec(value)?)
}

fn open<T: DeserializeOwned>(
    key: &RandomizedNonceKey,
    purpose: &str,
    sealed: &[u8],
) -> Result<T, Error> {
    Ok(serde_json::from_slice(&open_bytes(key, purpose, sealed)?)?)
}

/// Nonce, then ciphertext, then tag.
fn seal_bytes(
    key: &RandomizedNonceKey,
    purpose: &str,
    mut bytes: Vec<u8>,
) -> Result<Vec<u8>, Error> {
    let aad = aws_lc_rs::aead::Aad::from(purpose.as_bytes());
    let nonce = key
        .seal_in_place_append_tag(aad, &mut bytes)
        .map_err(|cause| Error::internal("a value can't be sealed", cause))?;
    let mut sealed = nonce.as_ref().to_vec();
    sealed.append(&mut bytes);
    Ok(sealed)
}

fn open_bytes(key: &RandomizedNonceKey, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, Error> {
    const NONCE_BYTES: usize = 12;
    let failed = |cause| Error::internal("a sealed value can't be opened", cause);
    let (nonce, ciphertext) = sealed
        .split_at_checked(NONCE_BYTES)
        .ok_or_else(|| failed(aws_lc_rs::error::Unspecified))?;
    let nonce = aws_lc_rs::aead::Nonce::try_assume_unique_for_key(nonce).map_err(failed)?;
    let aad = aws_lc_rs::aead::Aad::from(purpose.as_bytes());
    let mut bytes = ciphertext.to_vec();
    let opened = key.open_in_place(nonce, aad, &mut bytes).map_err(failed)?;
    Ok(opened.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(letter: char) -> Vault {
        Vault::new(&MasterSecret::from_bytes(&[letter as u8; 32]).unwrap()).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_only_for_its_person_and_purpose() {
        let vault = vault('a');
        let (anna, boris) = (Uuid::now_v7(), Uuid::now_v7());
        let (key, wrapped) = vault.new_data_key(anna).unwrap();
        let sealed = key.seal("name", &"Анна").unwrap();
        assert!(!sealed.windows(4).any(|bytes| bytes == "Ан".as_bytes()));
        let again = vault.data_key(anna, &wrapped).unwrap();
        assert_eq!(again.open::<String>("name", &sealed).unwrap(), "Анна");
        assert!(again.open::<String>("phone", &sealed).is_err());
        assert!(vault.data_key(boris, &wrapped).is_err());
        assert!(super::tests::vault('b').data_key(anna, &wrapped).is_err());
    }

    #[test]
    fn a_changed_byte_is_noticed() {
        let vault = vault('a');
        let sealed = vault.seal("mail", &"text").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(vault.open::<String>("mail", &changed).is_err(), "{at}");
        }
        assert!(vault.open::<String>("mail", &[1, 2, 3]).is_err());
    }

    #[test]
    fn hashes_depend_on_the_secret_the_kind_and_the_value() {
        let vault_a = vault('a');
        let phone = vault_a.lookup(Lookup::Phone, "+79161234567");
        assert_eq!(phone.len(), 64);
        assert_ne!(phone, vault_a.lookup(Lookup::Email, "+79161234567"));
        assert_ne!(phone, vault_a.lookup(Lookup::Phone, "+79161234568"));
        assert_ne!(phone, vault('b').lookup(Lookup::Phone, "+79161234567"));
        let account_id = Uuid::now_v7();
        assert_ne!(vault_a.reporter(account_id), vault_a.pseudonym(account_id));
    }

    #[test]
    fn a_signature_is_of_one_text_for_one_purpose() {
        let vault_a = vault('a');
        let signature = vault_a.sign("preview", "1.2");
        assert!(vault_a.is_signed("preview", "1.2", &signature));
        assert!(!vault_a.is_signed("preview", "1.3", &signature));
        assert!(!vault_a.is_signed("export", "1.2", &signature));
        assert!(!vault('b').is_signed("preview", "1.2", &signature));
        assert!(!vault_a.is_signed("preview", "1.2", ""));
    }

    #[test]
    fn digits_are_as_many_as_asked() {
        let digits = random_digits(8).unwrap();
        assert_eq!(digits.len(), 8);
        assert!(digits.chars().all(|digit| digit.is_ascii_digit()));
    }
}
