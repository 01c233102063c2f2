//! The signed pass: what a phone shows as a QR and anybody can verify without asking the server.
//!
//! `PF1:` and, in base45 (RFC 9285), a COSE_Sign1 (RFC 9052) with Ed25519 over CWT claims (RFC 8392).
//! 260 to 300 characters of the alphanumeric set, by the name of the union: a QR of version 10, level M.

use chrono::{DateTime, Utc};
use coset::{
    CborSerializable, CoseSign1, CoseSign1Builder, HeaderBuilder, cbor::value::Value, iana,
};
use entities::enums::KeyPurpose;

use super::rules::PASS_LASTS;
use crate::infra::{
    auth::{KeyRing, id_bytes},
    error::Error,
};

/// What every pass begins with: the format and its version.
pub const PREFIX: &str = "PF1:";
const ISSUER: &str = "mfp";
/// Longer texts are no passes.
const LONGEST: usize = 400;
/// A device's clock may be ahead of ours by this.
const LEEWAY_SECONDS: i64 = 300;

// Labels of CWT claims; the negative ones are ours.
const ISS: i64 = 1;
const EXP: i64 = 4;
const IAT: i64 = 6;
const CTI: i64 = 7;
const INITIALS: i64 = -65_537;
const UNION: i64 = -65_538;

/// What a pass says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    /// The card's random number.
    pub serial: i64,
    pub initials: String,
    /// The city union's short name.
    pub union: String,
}

/// A signed pass, and until when it is good.
pub struct SignedPass {
    pub text: String,
    pub expires_at: DateTime<Utc>,
}

/// Signs a pass.
///
/// # Errors
/// `Internal`, when there is no key or the pass can't be written.
pub fn sign(keys: &KeyRing, pass: &Pass, now: DateTime<Utc>) -> Result<SignedPass, Error> {
    let expires_at = now + PASS_LASTS;
    let claims = Value::Map(vec![
        (ISS.into(), Value::Text(ISSUER.into())),
        (EXP.into(), expires_at.timestamp().into()),
        (IAT.into(), now.timestamp().into()),
        (CTI.into(), Value::Bytes(pass.serial.to_be_bytes().into())),
        (INITIALS.into(), Value::Text(pass.initials.clone())),
        (UNION.into(), Value::Text(pass.union.clone())),
    ]);
    let failed = |cause| Error::internal("a pass can't be written", cause);
    let key = keys.signing(KeyPurpose::Card, now)?;
    let header = HeaderBuilder::new()
        .algorithm(iana::Algorithm::EdDSA)
        .key_id(id_bytes(&key.id))
        .build();
    let signed = CoseSign1Builder::new()
        .protected(header)
        .payload(claims.to_vec().map_err(failed)?)
        .create_signature(&[], |bytes| key.sign(bytes))
        .build();
    let bytes = signed.to_vec().map_err(failed)?;
    Ok(SignedPass {
        text: format!("{PREFIX}{}", base45::encode(bytes)),
        expires_at,
    })
}

/// What a text says, if it is a pass of ours that is good now.
#[must_use]
pub fn verify(keys: &KeyRing, text: &str, now: DateTime<Utc>) -> Option<Pass> {
    let encoded = text.strip_prefix(PREFIX)?;
    if text.len() > LONGEST {
        return None;
    }
    let bytes = base45::decode(encoded).ok()?;
    // The decoder lets several spellings of the last byte through; only one of them is ours.
    if base45::encode(&bytes) != encoded {
        return None;
    }
    let signed = CoseSign1::from_slice(&bytes).ok()?;
    let header = &signed.protected.header;
    let is_ed25519 = header.alg
        == Some(coset::RegisteredLabelWithPrivate::Assigned(
            iana::Algorithm::EdDSA,
        ));
    if !is_ed25519 {
        return None;
    }
    let id: [u8; 8] = header.key_id.as_slice().try_into().ok()?;
    let id = format!("{:016x}", u64::from_be_bytes(id));
    let key = keys.verifying(KeyPurpose::Card, &id, now)?;
    signed
        .verify_signature(&[], |signature, bytes| {
            key.verifies(bytes, signature).then_some(()).ok_or(())
        })
        .ok()?;
    read(&signed.payload?, now)
}

fn read(payload: &[u8], now: DateTime<Utc>) -> Option<Pass> {
    let Value::Map(claims) = Value::from_slice(payload).ok()? else {
        return None;
    };
    let claim = |label: i64| {
        let label = Value::from(label);
        claims
            .iter()
            .find(|(known, _)| *known == label)
            .map(|(_, value)| value)
    };
    let seconds = |label| -> Option<i64> {
        let whole = claim(label)?.as_integer()?;
        i64::try_from(i128::from(whole)).ok()
    };
    let text = |label| claim(label)?.as_text().map(str::to_owned);
    let (issued, ends) = (seconds(IAT)?, seconds(EXP)?);
    let is_current = issued - LEEWAY_SECONDS <= now.timestamp() && now.timestamp() < ends;
    if !is_current || text(ISS)? != ISSUER {
        return None;
    }
    let serial: [u8; 8] = claim(CTI)?.as_bytes()?.as_slice().try_into().ok()?;
    Some(Pass {
        serial: i64::from_be_bytes(serial),
        initials: text(INITIALS)?,
        union: text(UNION)?,
    })
}
