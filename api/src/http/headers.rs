//! Headers that every answer carries, and what caches are told.

use actix_web::{
    http::header::{self, HeaderName},
    middleware::DefaultHeaders,
};

/// For answers that nobody may keep.
pub const NEVER_KEEP: (HeaderName, &str) = (header::CACHE_CONTROL, "private, no-store");
/// What caches are told of answers to nobody in particular (contract §6).
pub const BRIEFLY: &str = "public, max-age=30, stale-while-revalidate=30";
/// For answers to nobody in particular.
pub const KEEP_BRIEFLY: (HeaderName, &str) = (header::CACHE_CONTROL, BRIEFLY);
/// For files whose address changes with their bytes.
pub const KEEP_FOREVER: (HeaderName, &str) =
    (header::CACHE_CONTROL, "public, max-age=31536000, immutable");
/// What an answer to the same address depends on besides it.
pub const VARY: (HeaderName, &str) = (header::VARY, "Accept, Accept-Encoding, Authorization");

/// An answer of this server runs nothing and is framed by nobody.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";
/// One year, as preload lists ask for.
const STRICT_TRANSPORT_SECURITY: &str = "max-age=31536000; includeSubDomains";

/// Security headers for every answer that does not set its own.
pub fn security(is_production: bool) -> DefaultHeaders {
    let headers = DefaultHeaders::new()
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((header::REFERRER_POLICY, "no-referrer"))
        .add((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .add((
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ));
    if is_production {
        headers.add((header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT_SECURITY))
    } else {
        headers
    }
}
