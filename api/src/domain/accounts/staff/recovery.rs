//! Recovery codes: for the day the telephone is lost.

use crate::infra::{digest::sha256_hex, error::Error, vault::random_bytes};

const HOW_MANY: usize = 10;
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 24 signs of five bits are 120: enough that a plain hash cannot be undone (ASVS 6.5.2 asks for 112).
const LENGTH: usize = 24;

/// New codes as they are shown once, in groups of four.
pub fn new_codes() -> Result<Vec<String>, Error> {
    (0..HOW_MANY).map(|_| new_code()).collect()
}

fn new_code() -> Result<String, Error> {
    let mut code = String::new();
    for (place, byte) in random_bytes::<LENGTH>()?.into_iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            code.push('-');
        }
        // 256 is a multiple of 32: every sign is equally likely.
        code.extend(SIGNS.get(usize::from(byte % 32)).copied().map(char::from));
    }
    Ok(code)
}

/// The hash of a code however it is typed; `None`: it can't be one.
pub fn hash(typed: &str) -> Option<String> {
    let signs: String = typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|sign| sign.to_ascii_uppercase())
        .collect();
    (signs.len() == LENGTH).then(|| sha256_hex(signs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_however_they_are_typed() {
        let codes = new_codes().unwrap();
        assert_eq!(codes.len(), 10);
        let code = &codes[0];
        assert_eq!(hash(code), hash(&code.to_lowercase().replace('-', " ")));
        assert!(hash(code).is_some() && hash("123456").is_none());
        assert_ne!(codes[0], codes[1]);
    }
}
