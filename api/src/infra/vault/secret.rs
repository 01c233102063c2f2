//! The master secret: given in production, made once in development.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::{ExposeSecret, SecretSlice};

use super::random_bytes;

/// The least that a secret has, and what a made one has.
const SECRET_BYTES: usize = 32;

/// Why a secret can't be used, in one line that does not show it.
pub type SecretRefusal = String;

/// What every key of the service is derived from.
#[derive(Clone, Debug)]
pub struct MasterSecret(SecretSlice<u8>);

impl MasterSecret {
    /// Reads base64 of at least 32 bytes.
    ///
    /// # Errors
    /// When it is something else, or so regular that nobody drew it by lot.
    pub fn from_base64(text: &str) -> Result<Self, SecretRefusal> {
        let bytes = BASE64_STANDARD
            .decode(text.trim())
            .map_err(|_| "expected base64, as of `openssl rand -base64 32`".to_owned())?;
        Self::from_bytes(&bytes).and_then(|secret| {
            let mut distinct = bytes.clone();
            distinct.sort_unstable();
            distinct.dedup();
            if distinct.len() < SECRET_BYTES / 3 {
                return Err("is too regular to be a secret".into());
            }
            Ok(secret)
        })
    }

    /// Takes raw bytes.
    ///
    /// # Errors
    /// When they are fewer than 32.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SecretRefusal> {
        if bytes.len() < SECRET_BYTES {
            return Err(format!("expected at least {SECRET_BYTES} bytes of base64"));
        }
        Ok(Self(SecretSlice::from(bytes.to_vec())))
    }

    /// The secret of a file, which is made on the first start of a development server.
    ///
    /// # Errors
    /// When the file can't be read or made.
    pub fn of_file(path: &Path) -> Result<Self, SecretRefusal> {
        let failed = |cause: &dyn std::fmt::Display| format!("{}: {cause}", path.display());
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|cause| failed(&cause))?;
        }
        if !path.exists() {
            make(path).map_err(|cause| failed(&cause))?;
        }
        let text = fs::read_to_string(path).map_err(|cause| failed(&cause))?;
        Self::from_base64(&text).map_err(|refusal| failed(&refusal))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.expose_secret()
    }
}

/// Written aside and linked into place, so that of several first starts at once one makes the secret
/// and none reads half of it.
fn make(path: &Path) -> io::Result<()> {
    let bytes = random_bytes::<SECRET_BYTES>()
        .map_err(|_| io::Error::other("the system gives no random bytes"))?;
    let aside = path.with_extension(std::process::id().to_string());
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&aside)?;
    writeln!(file, "{}", BASE64_STANDARD.encode(bytes))?;
    file.sync_all()?;
    let linked = fs::hard_link(&aside, path);
    fs::remove_file(&aside)?;
    match linked {
        Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => Err(cause),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_secrets_are_refused_without_being_shown() {
        assert!(MasterSecret::from_base64("c2VjcmV0").is_err());
        assert!(MasterSecret::from_base64("not base64!").is_err());
        let regular = BASE64_STANDARD.encode([7; 32]);
        let refusal = MasterSecret::from_base64(&regular).unwrap_err();
        assert!(!refusal.contains(&regular));
        let random = BASE64_STANDARD.encode(random_bytes::<32>().unwrap());
        assert!(MasterSecret::from_base64(&random).is_ok());
    }
}
