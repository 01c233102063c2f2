//! A document with a name for its bytes: whoever has them already is told so.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, ContentEncoding, ETag, EntityTag, Header, HeaderName, IfNoneMatch},
    },
};

use super::compression;
use crate::infra::digest::sha256_hex;

/// Enough of a digest to tell two versions of a document apart.
const TAG_DIGITS: usize = 32;

/// A document that is the same for everybody.
pub struct Representation {
    pub content_type: &'static str,
    pub body: Vec<u8>,
    /// How long caches may keep it.
    pub keep: (HeaderName, &'static str),
}

impl Representation {
    /// Sends it, or 304 to somebody who has these very bytes.
    pub fn answer(self, request: &HttpRequest) -> HttpResponse {
        let encoding = compression::negotiate(request, &self.body);
        let mut digest = sha256_hex(&self.body);
        digest.truncate(TAG_DIGITS);
        // A strong tag is one of bytes: each encoding has its own.
        if let Some(encoding) = encoding {
            digest = format!("{digest}-{}", encoding.as_str());
        }
        let tag = EntityTag::new_strong(digest);
        let is_known = IfNoneMatch::parse(request).is_ok_and(|known| has(&known, &tag));
        let status = if is_known {
            StatusCode::NOT_MODIFIED
        } else {
            StatusCode::OK
        };
        let mut answer = HttpResponse::build(status);
        answer
            .insert_header(ETag(tag))
            .insert_header(self.keep)
            .insert_header((header::VARY, "Accept-Encoding"));
        if is_known {
            return answer.finish();
        }
        answer.content_type(self.content_type);
        match encoding
            .and_then(|encoding| Some((encoding, compression::compress(&self.body, encoding)?)))
        {
            Some((encoding, compressed)) => answer.insert_header(encoding).body(compressed),
            // Said so that nothing further on compresses it under the same tag.
            None => answer
                .insert_header(ContentEncoding::Identity)
                .body(self.body),
        }
    }
}

fn has(known: &IfNoneMatch, tag: &EntityTag) -> bool {
    match known {
        IfNoneMatch::Any => true,
        // Weakly: balancers mark the tags of what they compress as weak.
        IfNoneMatch::Items(tags) => tags.iter().any(|known| known.weak_eq(tag)),
    }
}
