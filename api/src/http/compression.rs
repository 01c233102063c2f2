//! Whole answers compressed in one go, better than a stream would be.

use std::io::Write;

use actix_web::{
    HttpRequest,
    http::header::{AcceptEncoding, ContentEncoding, Encoding, Header},
};
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};

/// Below this the headers cost more than compression saves.
const SMALLEST_BODY: usize = 1024;
/// 5 of 11: a tenth smaller than a stream's 3 for a millisecond; above it time grows manifold.
const BROTLI_QUALITY: i32 = 5;

/// The encoding the client prefers of ours, unless the body is too small to bother.
pub fn negotiate(request: &HttpRequest, body: &[u8]) -> Option<ContentEncoding> {
    if body.len() < SMALLEST_BODY {
        return None;
    }
    let accepted = AcceptEncoding::parse(request).ok()?;
    let ours = [Encoding::brotli(), Encoding::gzip(), Encoding::identity()];
    match accepted.negotiate(ours.iter())? {
        Encoding::Known(encoding @ (ContentEncoding::Brotli | ContentEncoding::Gzip)) => {
            Some(encoding)
        }
        _ => None,
    }
}

/// The body in that encoding; `None` for one that is not ours.
pub fn compress(body: &[u8], encoding: ContentEncoding) -> Option<Vec<u8>> {
    match encoding {
        ContentEncoding::Brotli => {
            let parameters = BrotliEncoderParams {
                quality: BROTLI_QUALITY,
                size_hint: body.len(),
                ..BrotliEncoderParams::default()
            };
            let mut compressed = Vec::with_capacity(body.len() / 3);
            brotli::BrotliCompress(&mut &*body, &mut compressed, &parameters).ok()?;
            Some(compressed)
        }
        ContentEncoding::Gzip => {
            let mut encoder =
                GzEncoder::new(Vec::with_capacity(body.len() / 3), Compression::default());
            encoder.write_all(body).ok()?;
            encoder.finish().ok()
        }
        _ => None,
    }
}
