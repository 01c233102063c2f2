//! Bytes to be sent, their compressed forms, and the tags they are known by.

use std::sync::OnceLock;

use actix_web::{
    HttpRequest,
    http::header::{ContentEncoding, EntityTag, Header, IfNoneMatch},
    web::Bytes,
};

use super::compression;
use crate::infra::digest::sha256_hex;

/// Enough of a digest to tell two versions of a document apart.
const TAG_DIGITS: usize = 32;

/// A body, packed when somebody first asks for it so.
#[derive(Debug)]
pub struct Packed {
    plain: Bytes,
    tag: String,
    gzip: OnceLock<Option<Bytes>>,
    brotli: OnceLock<Option<Bytes>>,
}

/// A body as one client takes it.
pub struct Form {
    pub encoding: ContentEncoding,
    pub bytes: Bytes,
    /// A strong tag is one of bytes: each encoding has its own.
    pub tag: EntityTag,
}

impl Packed {
    /// Those bytes.
    #[must_use]
    pub fn new(plain: Vec<u8>) -> Self {
        let mut tag = sha256_hex(&plain);
        tag.truncate(TAG_DIGITS);
        Self {
            plain: plain.into(),
            tag,
            gzip: OnceLock::new(),
            brotli: OnceLock::new(),
        }
    }

    /// The bytes as they are.
    #[must_use]
    pub const fn plain(&self) -> &Bytes {
        &self.plain
    }

    /// The form that the client prefers of ours.
    #[must_use]
    pub fn form_for(&self, request: &HttpRequest) -> Form {
        match compression::negotiate(request, &self.plain) {
            Some(encoding) => self.form(encoding),
            None => self.form(ContentEncoding::Identity),
        }
    }

    fn form(&self, encoding: ContentEncoding) -> Form {
        let packed = match encoding {
            ContentEncoding::Brotli => self.brotli.get_or_init(|| self.pack(encoding)),
            ContentEncoding::Gzip => self.gzip.get_or_init(|| self.pack(encoding)),
            _ => &None,
        };
        match packed {
            Some(packed) => Form {
                encoding,
                bytes: packed.clone(),
                tag: EntityTag::new_strong(format!("{}-{}", self.tag, encoding.as_str())),
            },
            None => Form {
                encoding: ContentEncoding::Identity,
                bytes: self.plain.clone(),
                tag: EntityTag::new_strong(self.tag.clone()),
            },
        }
    }

    fn pack(&self, encoding: ContentEncoding) -> Option<Bytes> {
        compression::compress(&self.plain, encoding).map(Bytes::from)
    }
}

impl Form {
    /// Whether the client says that it has these very bytes.
    #[must_use]
    pub fn is_known(&self, request: &HttpRequest) -> bool {
        IfNoneMatch::parse(request).is_ok_and(|known| match known {
            IfNoneMatch::Any => true,
            // Weakly: balancers mark the tags of what they compress as weak.
            IfNoneMatch::Items(tags) => tags.iter().any(|known| known.weak_eq(&self.tag)),
        })
    }
}
