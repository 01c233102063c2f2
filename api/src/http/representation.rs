//! A document with a name for its bytes: whoever has them already is told so.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, ETag, HeaderName},
};

use super::packed::Packed;

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
        let form = Packed::new(self.body).form_for(request);
        let is_known = form.is_known(request);
        let mut answer = if is_known {
            HttpResponse::NotModified()
        } else {
            HttpResponse::Ok()
        };
        answer
            .insert_header(ETag(form.tag))
            .insert_header(self.keep)
            .insert_header((header::VARY, "Accept-Encoding"));
        if is_known {
            return answer.finish();
        }
        answer
            .content_type(self.content_type)
            // Said of plain bytes too, so that nothing further on compresses them under the same tag.
            .insert_header(form.encoding)
            .body(form.bytes)
    }
}
