//! Opening a Web Push message as a browser does (RFC 8188, 8291): written apart from the product's
//! sealing, and without its library's key derivation.

use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree},
    hmac,
};

const HEADER: usize = 16 + 4 + 1 + 65;

/// The text in a request's body.
pub fn unsealed(body: &[u8], own: &PrivateKey, auth: &[u8]) -> Result<Vec<u8>, String> {
    if body.len() < HEADER + 17 {
        return Err("a sealed message is longer than its header".into());
    }
    let (salt, rest) = body.split_at(16);
    let (size, rest) = rest.split_at(4);
    let size = u32::from_be_bytes(size.try_into().expect("four bytes"));
    let (id_length, rest) = rest.split_at(1);
    let (sender, sealed) = rest.split_at(65);
    if id_length != [65] {
        return Err("the sender's key has 65 bytes".into());
    }
    if sealed.len() > size as usize {
        return Err("a message is one record".into());
    }
    let own_public = own.compute_public_key().expect("a public key");
    let peer = UnparsedPublicKey::new(&ECDH_P256, sender);
    let secret = agree(own, peer, "the sender's key is no point", |secret| {
        Ok(secret.to_vec())
    })?;
    let info = [b"WebPush: info\0".as_slice(), own_public.as_ref(), sender].concat();
    let shared = hkdf(auth, &secret, &info, 32);
    let key = hkdf(salt, &shared, b"Content-Encoding: aes128gcm\0", 16);
    let nonce = hkdf(salt, &shared, b"Content-Encoding: nonce\0", 12);
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).expect("a key"));
    let nonce = Nonce::try_assume_unique_for_key(&nonce).expect("a nonce");
    let mut bytes = sealed.to_vec();
    let opened = key
        .open_in_place(nonce, Aad::empty(), &mut bytes)
        .map_err(|_| "a message does not open".to_owned())?;
    without_padding(opened)
}

fn without_padding(record: &[u8]) -> Result<Vec<u8>, String> {
    let end = record.iter().rposition(|byte| *byte != 0);
    match end.map(|end| record.split_at(end)) {
        Some((text, [2, ..])) => Ok(text.to_vec()),
        _ => Err("a last record ends with 2".into()),
    }
}

/// One block of RFC 5869, which is all that is needed.
fn hkdf(salt: &[u8], secret: &[u8], info: &[u8], length: usize) -> Vec<u8> {
    let mac = |key: &[u8], bytes: &[u8]| {
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), bytes)
            .as_ref()
            .to_vec()
    };
    let mut block = mac(&mac(salt, secret), &[info, &[1]].concat());
    block.truncate(length);
    block
}
