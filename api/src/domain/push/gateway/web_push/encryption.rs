//! Sealing a message for one browser (RFC 8291): nobody on the way reads it, the service included.

use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree},
    error::Unspecified,
    hkdf::{HKDF_SHA256, KeyType, Salt},
    rand::{SecureRandom, SystemRandom},
};

use super::super::WebPushKeys;

const SALT_BYTES: usize = 16;
/// The size that a record is said to have at most (RFC 8188); the message is one record.
const RECORD_SIZE: u32 = 4096;
/// Salt, size, length of the key, key.
const HEADER_BYTES: usize = SALT_BYTES + 4 + 1 + 65;
/// What follows the text in the last record (RFC 8188, 2).
const LAST_RECORD: u8 = 2;

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// The body of the request: a header, then the sealed text.
///
/// # Errors
/// When the browser's key is no point of the curve.
pub fn sealed(text: &[u8], keys: &WebPushKeys) -> Result<Vec<u8>, Unspecified> {
    let mut salt = [0; SALT_BYTES];
    SystemRandom::new().fill(&mut salt)?;
    sealed_with(text, keys, &PrivateKey::generate(&ECDH_P256)?, salt)
}

fn sealed_with(
    text: &[u8],
    keys: &WebPushKeys,
    own: &PrivateKey,
    salt: [u8; SALT_BYTES],
) -> Result<Vec<u8>, Unspecified> {
    let own_public = own.compute_public_key()?;
    let own_public: &[u8] = own_public.as_ref();
    let browsers = UnparsedPublicKey::new(&ECDH_P256, keys.p256dh.as_slice());
    let shared: [u8; 32] = agree(own, browsers, Unspecified, |secret| {
        let info = [
            b"WebPush: info\0".as_slice(),
            keys.p256dh.as_slice(),
            own_public,
        ];
        derived(&keys.auth, secret, &info)
    })?;
    let key: [u8; 16] = derived(
        &salt,
        &shared,
        &[b"Content-Encoding: aes128gcm\0".as_slice()],
    )?;
    let nonce: [u8; 12] = derived(&salt, &shared, &[b"Content-Encoding: nonce\0".as_slice()])?;
    let mut record = Vec::with_capacity(text.len() + 1 + AES_128_GCM.tag_len());
    record.extend_from_slice(text);
    record.push(LAST_RECORD);
    // The key is of this message alone, and so is the nonce.
    LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?).seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::empty(),
        &mut record,
    )?;
    let id_length = u8::try_from(own_public.len()).map_err(|_| Unspecified)?;
    let mut body = Vec::with_capacity(HEADER_BYTES + record.len());
    body.extend_from_slice(&salt);
    body.extend_from_slice(&RECORD_SIZE.to_be_bytes());
    body.push(id_length);
    body.extend_from_slice(own_public);
    body.append(&mut record);
    Ok(body)
}

fn derived<const N: usize>(
    salt: &[u8],
    secret: &[u8],
    info: &[&[u8]],
) -> Result<[u8; N], Unspecified> {
    let mut bytes = [0; N];
    Salt::new(HKDF_SHA256, salt)
        .extract(secret)
        .expand(info, Length(N))?
        .fill(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

    use super::*;

    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).unwrap();
        bytes.try_into().unwrap()
    }

    fn keys() -> WebPushKeys {
        WebPushKeys {
            p256dh: bytes(
                "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            ),
            auth: bytes("BTBZMqHH6r4Tts7J_aSIgg"),
        }
    }

    #[test]
    fn the_example_of_rfc_8291_comes_out() {
        let own: [u8; 32] = bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw");
        let own = PrivateKey::from_private_key(&ECDH_P256, &own).unwrap();
        let text = b"When I grow up, I want to be a watermelon";
        let sealed = sealed_with(text, &keys(), &own, bytes("DGv6ra1nlYgDCS1FRnbzlw")).unwrap();
        let expected = concat!(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml",
            "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT",
            "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
        );
        assert_eq!(BASE64_URL_SAFE_NO_PAD.encode(sealed), expected);
    }

    #[test]
    fn no_message_is_sealed_as_another() {
        let one = sealed(b"text", &keys()).unwrap();
        let other = sealed(b"text", &keys()).unwrap();
        assert_ne!(one[..16], other[..16]);
        assert_ne!(one[21..86], other[21..86]);
        assert_ne!(one[86..], other[86..]);
    }

    #[test]
    fn the_longest_text_makes_four_kilobytes() {
        let text = vec![b'x'; super::super::MOST_BYTES];
        assert_eq!(sealed(&text, &keys()).unwrap().len(), 4096);
    }

    #[test]
    fn a_key_off_the_curve_is_refused() {
        let mut keys = keys();
        keys.p256dh[64] ^= 1;
        assert!(sealed(b"text", &keys).is_err());
        keys.p256dh = [0; 65];
        assert!(sealed(b"text", &keys).is_err());
    }
}
