//! `/verify` and `/certificate`: the pages on which a partner's cashier checks a card, and anybody a
//! certificate.

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName},
    web,
};

/// A page may only talk to this server, and may only run what this server sends.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// It scans codes by the camera of the device it is opened on.
const PERMISSIONS: (HeaderName, &str) = (
    HeaderName::from_static("permissions-policy"),
    "camera=(self)",
);
const KEEP: (HeaderName, &str) = (CACHE_CONTROL, "public, max-age=300");

const FILES: [(&str, &str, &str); 6] = [
    (
        "/verify",
        "text/html; charset=utf-8",
        include_str!("../../content/verify/page.html"),
    ),
    (
        "/verify/page.css",
        "text/css; charset=utf-8",
        include_str!("../../content/verify/page.css"),
    ),
    (
        "/verify/page.js",
        "text/javascript; charset=utf-8",
        include_str!("../../content/verify/page.js"),
    ),
    (
        "/verify/pass.js",
        "text/javascript; charset=utf-8",
        include_str!("../../content/verify/pass.js"),
    ),
    (
        "/certificate",
        "text/html; charset=utf-8",
        include_str!("../../content/certificate/page.html"),
    ),
    (
        "/certificate/page.js",
        "text/javascript; charset=utf-8",
        include_str!("../../content/certificate/page.js"),
    ),
];

/// Adds the pages and their files.
pub fn configure(routes: &mut web::ServiceConfig) {
    for (path, content_type, text) in FILES {
        let answer = move || async move {
            HttpResponse::Ok()
                .insert_header((CONTENT_SECURITY_POLICY, POLICY))
                .insert_header(PERMISSIONS)
                .insert_header(KEEP)
                .content_type(content_type)
                .body(text)
        };
        routes.route(path, web::get().to(answer));
    }
}
