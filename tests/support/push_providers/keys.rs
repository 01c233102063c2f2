//! Keys that the product is known by, as files and settings, and what providers verify them with.

use std::{fs, path::PathBuf, sync::OnceLock};

use aws_lc_rs::{
    agreement::{ECDH_P256, PrivateKey},
    encoding::{AsBigEndian, AsDer, EcPrivateKeyBin, Pkcs8V1Der},
    rsa::KeySize,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RsaKeyPair},
};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use serde_json::json;

pub const PROJECT: &str = "mfp-test";
pub const SERVICE_EMAIL: &str = "push@mfp-test.iam.gserviceaccount.com";
pub const SERVICE_KEY_ID: &str = "0123456789abcdef";
pub const APNS_KEY_ID: &str = "KEY4567890";
pub const APNS_TEAM_ID: &str = "TEAM567890";
pub const APNS_TOPIC: &str = "ru.mtuf.app";
pub const RUSTORE_TOKEN: &str = "a-service-token-of-rustore";
pub const VAPID_SUBJECT: &str = "mailto:push@mtuf.ru";

pub struct Keys {
    pub service_account_file: PathBuf,
    pub apns_key_file: PathBuf,
    pub extra_ca_file: PathBuf,
    /// In base64url, as the settings have it.
    pub vapid_private: String,
    pub vapid_public: Vec<u8>,
    pub apns_public: Vec<u8>,
    _folder: tempfile::TempDir,
}

/// Making one takes long; all tests share it.
fn service_key() -> &'static RsaKeyPair {
    static KEY: OnceLock<RsaKeyPair> = OnceLock::new();
    KEY.get_or_init(|| RsaKeyPair::generate(KeySize::Rsa2048).expect("an RSA key"))
}

/// What Google verifies assertions with.
pub fn service_public() -> Vec<u8> {
    service_key().public_key().as_ref().to_vec()
}

/// A private key of P-256, as its 32 bytes in base64url.
pub fn raw(key: &PrivateKey) -> String {
    let bytes: EcPrivateKeyBin<'_> = key.as_be_bytes().expect("a private key");
    BASE64_URL_SAFE_NO_PAD.encode(bytes.as_ref())
}

impl Keys {
    pub fn make(token_uri: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let service_account_file = folder.path().join("service-account.json");
        let der: Pkcs8V1Der<'_> = service_key().as_der().expect("a private key");
        let account = json!({
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": SERVICE_KEY_ID,
            "private_key": pem(der.as_ref()),
            "client_email": SERVICE_EMAIL,
            "token_uri": token_uri,
        });
        fs::write(&service_account_file, account.to_string()).expect("a file");
        let apns = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let apns_key_file = folder.path().join("AuthKey.p8");
        let der = apns.to_pkcs8v1().expect("a private key");
        fs::write(&apns_key_file, pem(der.as_ref())).expect("a file");
        let extra_ca_file = folder.path().join("ca.pem");
        fs::write(&extra_ca_file, include_str!("tls/ca.pem")).expect("a file");
        let vapid = PrivateKey::generate(&ECDH_P256).expect("a key");
        let vapid_public = vapid.compute_public_key().expect("a public key");
        Self {
            service_account_file,
            apns_key_file,
            extra_ca_file,
            vapid_private: raw(&vapid),
            vapid_public: vapid_public.as_ref().to_vec(),
            apns_public: apns.public_key().as_ref().to_vec(),
            _folder: folder,
        }
    }
}

fn pem(der: &[u8]) -> String {
    let packed = BASE64_STANDARD.encode(der);
    let mut text = String::from("-----BEGIN PRIVATE KEY-----\n");
    for line in packed.as_bytes().chunks(64) {
        text.push_str(std::str::from_utf8(line).expect("base64"));
        text.push('\n');
    }
    text.push_str("-----END PRIVATE KEY-----\n");
    text
}
