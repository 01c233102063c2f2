//! A whole answer, ready to be sent, and who may keep it.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, ETag, HeaderValue},
};
use chrono::{DateTime, Utc};

use crate::{
    http::{accept::AnswerType, headers, packed::Packed},
    infra::cache::{Cacheable, Held},
};

/// What compressed forms take besides, as a share of the plain one: gzip and brotli of our JSON
/// together are about 0.65 of it.
const FORMS_SHARE: (usize, usize) = (2, 3);
/// The longest that anybody else may keep an answer, twice: as fresh, and as good enough (contract §6).
const KEPT_SECONDS: i64 = 30;

/// The bytes of a good answer.
#[derive(Debug)]
pub struct Answer(Packed);

/// Who may keep an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeper {
    /// Everybody, shared caches included, up to that instant at most.
    Anybody { until: DateTime<Utc> },
    /// The asker's own device, which asks whether it still holds.
    Asker,
}

impl Answer {
    /// An answer of those bytes.
    #[must_use]
    pub fn new(body: Vec<u8>) -> Self {
        Self(Packed::new(body))
    }

    /// Sends it, or 304 to somebody who has these very bytes.
    pub fn send(
        &self,
        request: &HttpRequest,
        answer_type: AnswerType,
        keeper: Keeper,
        now: DateTime<Utc>,
    ) -> HttpResponse {
        let form = self.0.form_for(request);
        let is_known = form.is_known(request);
        let mut response = if is_known {
            HttpResponse::NotModified()
        } else {
            HttpResponse::Ok()
        };
        response
            .insert_header(ETag(form.tag))
            .insert_header(headers::VARY)
            .insert_header((header::CACHE_CONTROL, keeper.directive(now)));
        if is_known {
            return response.finish();
        }
        response
            .content_type(answer_type.content_type())
            // Said of plain bytes too, so that nothing further on compresses them under the same tag.
            .insert_header(form.encoding)
            .body(form.bytes)
    }

    /// Sends it while nobody knows whether it still holds: the database does not answer.
    pub fn send_stale(&self, answer_type: AnswerType) -> HttpResponse {
        let mut body = self.0.plain().to_vec();
        // Only answers of data alone are kept: the object's last bracket closes the whole.
        body.pop();
        body.extend_from_slice(br#","extensions":{"stale":true}}"#);
        HttpResponse::Ok()
            .content_type(answer_type.content_type())
            .insert_header(headers::VARY)
            .insert_header(headers::NEVER_KEEP)
            .body(body)
    }
}

impl Cacheable for Answer {
    fn size(&self) -> usize {
        let (part, whole) = FORMS_SHARE;
        let plain = self.0.plain().len();
        plain + plain * part / whole
    }

    fn encode(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(self.0.plain());
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        bytes.ends_with(b"}").then(|| Self::new(bytes.to_vec()))
    }
}

impl Keeper {
    /// Of a kept answer: everybody for somebody who has not signed in.
    #[must_use]
    pub fn of(held: &Arc<Held<Answer>>, is_anonymous: bool) -> Self {
        if is_anonymous {
            Self::Anybody {
                until: held.ends_at,
            }
        } else {
            Self::Asker
        }
    }

    fn directive(self, now: DateTime<Utc>) -> HeaderValue {
        const FOR_ASKER: HeaderValue = HeaderValue::from_static("private, no-cache");
        const BRIEFLY: HeaderValue = HeaderValue::from_static(headers::BRIEFLY);
        let Self::Anybody { until } = self else {
            return FOR_ASKER;
        };
        let left = (until - now).num_seconds().max(0);
        if left >= 2 * KEPT_SECONDS {
            return BRIEFLY;
        }
        let fresh = left.min(KEPT_SECONDS);
        let aged = (left - fresh).min(KEPT_SECONDS);
        let text = format!("public, max-age={fresh}, stale-while-revalidate={aged}");
        HeaderValue::try_from(text).unwrap_or(FOR_ASKER)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{
        http::{StatusCode, header::EntityTag},
        test::TestRequest,
    };
    use chrono::TimeDelta;

    use super::*;

    fn directive(seconds: i64) -> String {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let until = now + TimeDelta::seconds(seconds);
        let directive = Keeper::Anybody { until }.directive(now);
        directive.to_str().unwrap().to_owned()
    }

    #[test]
    fn nobody_keeps_an_answer_past_its_end() {
        let whole = "public, max-age=30, stale-while-revalidate=30";
        assert_eq!(directive(3_600), whole);
        assert_eq!(directive(60), whole);
        assert_eq!(
            directive(45),
            "public, max-age=30, stale-while-revalidate=15"
        );
        assert_eq!(directive(7), "public, max-age=7, stale-while-revalidate=0");
        assert_eq!(directive(-1), "public, max-age=0, stale-while-revalidate=0");
    }

    #[test]
    fn whoever_has_the_bytes_is_told_so() {
        let answer = Answer::new(br#"{"data":{}}"#.to_vec());
        let plain = TestRequest::default().to_http_request();
        let tag = answer.0.form_for(&plain).tag.to_string();
        let other = EntityTag::new_strong("x".into()).to_string();
        for (sent, known) in [
            (tag.clone(), true),
            (format!("{other}, W/{tag}"), true),
            ("*".into(), true),
            (other, false),
            ("nonsense".into(), false),
        ] {
            let request = TestRequest::default()
                .insert_header((header::IF_NONE_MATCH, sent.clone()))
                .to_http_request();
            let now = DateTime::UNIX_EPOCH;
            let response = answer.send(&request, AnswerType::Json, Keeper::Asker, now);
            assert_eq!(
                response.status() == StatusCode::NOT_MODIFIED,
                known,
                "{sent}"
            );
        }
    }

    #[actix_web::test]
    async fn a_stale_answer_says_so() {
        let answer = Answer::new(br#"{"data":{"a":1}}"#.to_vec());
        let response = answer.send_stale(AnswerType::Json);
        let body = actix_web::body::to_bytes(response.into_body())
            .await
            .unwrap();
        assert_eq!(body, r#"{"data":{"a":1},"extensions":{"stale":true}}"#);
    }
}
