//! Opaque ids: what a thing is and which one, in 23 characters that clients never take apart.

use async_graphql::ID;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use uuid::Uuid;

use crate::infra::error::Error;

/// What kind of thing an id names. The byte is part of ids that phones keep: never reuse one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeTag(pub u8);

/// A decoded id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeId {
    pub tag: NodeTag,
    pub uuid: Uuid,
}

impl NodeTag {
    /// The id of one thing of this kind.
    #[must_use]
    pub fn id(self, uuid: Uuid) -> ID {
        let mut bytes = [0; 17];
        let (tag, rest) = bytes.split_at_mut(1);
        tag.fill(self.0);
        rest.copy_from_slice(uuid.as_bytes());
        ID(BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The ids of a filter that are of this kind; a well-formed id of another kind matches nothing.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for a string that was never an id.
    pub fn decode_all(self, argument: &str, ids: &[ID]) -> Result<Vec<Uuid>, Error> {
        ids.iter()
            .map(|id| NodeId::decode(argument, id))
            .filter_map(|decoded| match decoded {
                Ok(id) => (id.tag == self).then_some(Ok(id.uuid)),
                Err(error) => Some(Err(error)),
            })
            .collect()
    }

    /// The uuid behind an id, which is nil (and so matches nothing) for an id of another kind.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for a string that was never an id.
    pub fn decode(self, argument: &str, id: &ID) -> Result<Uuid, Error> {
        let id = NodeId::decode(argument, id)?;
        Ok(if id.tag == self { id.uuid } else { Uuid::nil() })
    }
}

impl NodeId {
    /// Reads an id.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` naming the argument, for a string that was never an id.
    pub fn decode(argument: &str, id: &ID) -> Result<Self, Error> {
        let malformed = || Error::bad_input(argument, "это не идентификатор");
        let bytes: [u8; 17] = BASE64_URL_SAFE_NO_PAD
            .decode(id.as_str())
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(malformed)?;
        let [tag, rest @ ..] = bytes;
        Ok(Self {
            tag: NodeTag(tag),
            uuid: Uuid::from_bytes(rest),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_back_as_it_was() {
        let uuid = Uuid::now_v7();
        let id = NodeTag(b'n').id(uuid);
        assert_eq!(NodeTag(b'n').decode("id", &id), Ok(uuid));
        assert_eq!(NodeTag(b'b').decode("id", &id), Ok(Uuid::nil()));
        assert_eq!(NodeTag(b'b').decode_all("ids", &[id]), Ok(vec![]));
    }

    #[test]
    fn a_string_that_was_never_an_id_is_refused() {
        for text in ["", "1", "news:1", "////", "AAAA"] {
            assert!(NodeId::decode("id", &ID(text.into())).is_err(), "{text}");
        }
    }
}
