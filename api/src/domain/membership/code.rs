//! The live code: eight signs that a cashier can type, good for one to two minutes.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{card_number::latin_look_alike, rules::code_window};
use crate::infra::vault::{Lookup, Vault};

/// Crockford's base 32: no I, L, O, U.
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 8;

/// A code, the hash that it is kept under, and until when it is good.
pub struct LiveCode {
    /// In two groups: `ABCD-EFGH`.
    pub text: String,
    pub hash: String,
    pub expires_at: DateTime<Utc>,
}

/// The code of a membership's card in this minute: asking again gives the same one.
#[must_use]
pub fn live_code(vault: &Vault, membership_id: Uuid, serial: i64, now: DateTime<Utc>) -> LiveCode {
    let (window, expires_at) = code_window(now);
    let seed = format!("{membership_id}/{serial}/{window}");
    let digest = vault.lookup(Lookup::CardCode, &seed);
    let bits = u64::from_str_radix(digest.get(..16).unwrap_or_default(), 16).unwrap_or_default();
    let signs: String = (0..LENGTH)
        .filter_map(|place| {
            let index = usize::try_from((bits >> (5 * place)) & 31).ok()?;
            SIGNS.get(index).copied().map(char::from)
        })
        .collect();
    let (head, tail) = signs.split_at(LENGTH / 2);
    LiveCode {
        text: format!("{head}-{tail}"),
        hash: hash(vault, &signs),
        expires_at,
    }
}

/// The hash to look a typed code up by; `None`: it can't be one.
#[must_use]
pub fn typed(vault: &Vault, text: &str) -> Option<String> {
    let signs: String = text
        .chars()
        .filter(|sign| !sign.is_whitespace() && !is_dash(*sign))
        .map(meant)
        .collect();
    let is_code = signs.len() == LENGTH && signs.bytes().all(|sign| SIGNS.contains(&sign));
    is_code.then(|| hash(vault, &signs))
}

fn hash(vault: &Vault, signs: &str) -> String {
    vault.lookup(Lookup::CardCode, signs)
}

const fn is_dash(sign: char) -> bool {
    matches!(sign, '-' | '\u{2010}'..='\u{2015}')
}

/// What people type for a sign: other cases, look-alikes of digits, Cyrillic look-alikes.
fn meant(sign: char) -> char {
    match latin_look_alike(sign.to_uppercase().next().unwrap_or(sign)) {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::vault::MasterSecret;

    #[test]
    fn a_code_is_found_however_it_is_typed() {
        let secret = MasterSecret::from_bytes(&[5; 32]).unwrap();
        let vault = Vault::new(&secret).unwrap();
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let code = live_code(&vault, Uuid::nil(), 7, now);
        assert_eq!(code.text.len(), 9);
        let loosely = code
            .text
            .to_lowercase()
            .replace('-', " – ")
            .replace('0', "О");
        assert_eq!(typed(&vault, &loosely), Some(code.hash.clone()));
        assert_eq!(typed(&vault, &code.text[..8]), None);
        assert_eq!(typed(&vault, "UUUU-UUUU"), None);
        let later = now + chrono::TimeDelta::seconds(60);
        assert_ne!(live_code(&vault, Uuid::nil(), 7, later).text, code.text);
        assert_ne!(live_code(&vault, Uuid::nil(), 8, now).text, code.text);
    }
}
