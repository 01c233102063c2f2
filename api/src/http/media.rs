//! `/media/…`: pictures, by addresses that never change their bytes.

use actix_files::NamedFile;
use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue},
    web::{Data, Path},
};

use super::{headers, problem::Problem, request_id::RequestId, server::HttpServices};
use crate::{
    domain::media::{StorageTrouble, StoredFile},
    infra::error::Error,
};

/// Serves one variant.
pub async fn variant(
    request: HttpRequest,
    path: Path<(String, String)>,
    services: Data<HttpServices>,
) -> HttpResponse {
    let (folder, file) = path.into_inner();
    let Some(content_type) = content_type(&file).filter(|_| is_plain(&folder) && is_plain(&file))
    else {
        return not_found();
    };
    let library = &services.resolvers.media_library;
    match library.find(&folder, &file).await {
        Ok(Some(StoredFile::Local(path))) => match NamedFile::open(path) {
            Ok(file) => kept_forever(file.use_last_modified(false).into_response(&request)),
            Err(_) => not_found(),
        },
        Ok(Some(StoredFile::Remote { length, bytes })) => {
            let mut answer = HttpResponse::Ok();
            answer.insert_header((CONTENT_TYPE, content_type));
            kept_forever(answer.body(SizedStream::new(length, bytes)))
        }
        Ok(None) => not_found(),
        Err(trouble) => unavailable(&request, trouble),
    }
}

fn kept_forever(mut response: HttpResponse) -> HttpResponse {
    let (_, value) = headers::KEEP_FOREVER;
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static(value));
    response
}

/// A store's own word for the type is not passed on.
fn content_type(file: &str) -> Option<&'static str> {
    match file.rsplit_once('.')? {
        (_, "jpg") => Some("image/jpeg"),
        (_, "png") => Some("image/png"),
        (_, "webp") => Some("image/webp"),
        _ => None,
    }
}

/// A name that can't leave its folder and isn't hidden.
fn is_plain(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !name.starts_with('.') && !name.contains("..") && name.bytes().all(is_plain)
}

fn unavailable(request: &HttpRequest, trouble: StorageTrouble) -> HttpResponse {
    let request_id = RequestId::of(request.headers());
    Problem::from(Error::from(trouble)).answer_plainly(&request_id)
}

fn not_found() -> HttpResponse {
    HttpResponse::NotFound()
        .insert_header(headers::NEVER_KEEP)
        .body("not found\n")
}
