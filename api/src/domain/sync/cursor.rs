//! How far a copy has come: opaque to phones, checked before it is believed.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::types::ContentItemType;
use crate::infra::{auth::Audience, digest::sha256_hex};

/// Raise it when kept copies can't be read with the new schema's eyes: they are loaded anew then.
pub const SCHEMA_EPOCH: u32 = 1;
/// Hexadecimal digits that tell audiences apart.
const AUDIENCE_DIGITS: usize = 16;

/// A copy's place, and what the copy is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cursor {
    #[serde(rename = "e")]
    epoch: u32,
    #[serde(rename = "a")]
    audience: String,
    #[serde(rename = "t")]
    types: u32,
    #[serde(rename = "p")]
    pub place: Place,
}

/// Where in the line a copy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// Loading everything that stood when the head was at `head`: so far down to `below` among the
    /// things of the type numbered `of`.
    #[serde(rename = "l")]
    Loading { head: i64, of: usize, below: i64 },
    /// Everything up to this number is in the copy.
    #[serde(rename = "f")]
    Following { since: i64 },
}

/// Why a string is no cursor of ours.
#[derive(Debug, PartialEq, Eq)]
pub struct NotACursor;

impl Cursor {
    /// A cursor of this version, audience and choice of types.
    pub fn at(place: Place, audience: &Audience, types: &[ContentItemType]) -> Self {
        Self {
            epoch: SCHEMA_EPOCH,
            audience: digest(audience),
            types: bits(types),
            place,
        }
    }

    /// Whether a copy that has come here may go on as it is.
    pub fn is_of(&self, audience: &Audience, types: &[ContentItemType]) -> bool {
        *self == Self::at(self.place, audience, types)
    }

    /// Reads what `encode` wrote.
    pub fn decode(text: &str) -> Result<Self, NotACursor> {
        let bytes = BASE64_URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| NotACursor)?;
        serde_json::from_slice(&bytes).map_err(|_| NotACursor)
    }

    /// The cursor as phones carry it.
    pub fn encode(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }
}

/// Two viewers with the same audiences have the same copy.
fn digest(audience: &Audience) -> String {
    let ids: Vec<String> = audience.ids().iter().map(ToString::to_string).collect();
    let mut digest = sha256_hex(ids.join(","));
    digest.truncate(AUDIENCE_DIGITS);
    digest
}

fn bits(types: &[ContentItemType]) -> u32 {
    types.iter().fold(0, |bits, of| bits | 1 << of.bit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place = Place::Following { since: 7 };

    #[test]
    fn a_cursor_is_of_one_audience_and_one_choice() {
        let (public, all) = (Audience::public(), ContentItemType::ALL);
        let cursor = Cursor::decode(&Cursor::at(PLACE, &public, &all).encode()).unwrap();
        assert_eq!(cursor.place, PLACE);
        assert!(cursor.is_of(&public, &all));
        assert!(!cursor.is_of(&public, &all[1..]));
        assert!(!cursor.is_of(&Audience::with([uuid::Uuid::now_v7()]), &all));
    }

    #[test]
    fn garbage_is_no_cursor() {
        for text in ["", "?", "e30", "WyJuZXdzIiwxXQ"] {
            assert_eq!(Cursor::decode(text), Err(NotACursor), "{text}");
        }
    }
}
