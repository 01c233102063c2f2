//! `/media/…`: pictures, by addresses that never change their bytes.

use std::path::PathBuf;

use actix_files::NamedFile;
use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};

use super::{headers, server::HttpServices};

/// Serves one variant.
pub async fn variant(
    request: HttpRequest,
    path: Path<(String, String)>,
    services: Data<HttpServices>,
) -> HttpResponse {
    let (folder, file) = path.into_inner();
    if !is_plain(&folder) || !is_plain(&file) {
        return not_found();
    }
    let path: PathBuf = services.media_root.join(folder).join(file);
    match NamedFile::open(&path) {
        Ok(file) => {
            let mut response = file.use_last_modified(false).into_response(&request);
            let (name, value) = headers::KEEP_FOREVER;
            response.headers_mut().insert(
                name,
                actix_web::http::header::HeaderValue::from_static(value),
            );
            response
        }
        Err(_) => not_found(),
    }
}

/// A name that can't leave its folder and isn't hidden.
fn is_plain(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !name.starts_with('.') && !name.contains("..") && name.bytes().all(is_plain)
}

fn not_found() -> HttpResponse {
    HttpResponse::NotFound()
        .insert_header(headers::NEVER_KEEP)
        .body("not found\n")
}
