//! A picture from whoever may write drafts: `purpose=image&organisation=<slug>`, with `alt` and `name`
//! where they are known. The file is the body.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web::Payload};
use serde_json::json;

use super::{BYTES, DEADLINE, Upload, read};
use crate::{
    domain::{
        media::Image,
        media_desk::{MediaErrorCode, Received, UploadedImage, receive_image},
    },
    http::{body, headers, problem::Problem, request_id::RequestId, server::HttpServices},
    infra::{
        auth::{Permission, Viewer},
        error::ErrorCode,
        graphql::UserErrorCode,
    },
};

/// Reliability plan §4.3.
const IMAGE: body::Limit = body::Limit {
    bytes: 10 * 1024 * 1024,
    deadline: DEADLINE,
};
/// What a client says the file is; what it is, its bytes say.
const TYPES: [&str; 4] = ["image/jpeg", "image/png", "image/webp", BYTES];
/// Whoever has used up a day may try again in an hour: the oldest uploads count no more by then.
const RETRY_AFTER_SECONDS: u32 = 3600;

/// Who sends a file, and what for.
pub(super) struct Sender<'a> {
    pub viewer: &'a Viewer,
    pub organisation: &'a str,
    pub upload: &'a Upload,
    pub request_id: &'a RequestId,
}

/// Takes a picture.
pub(super) async fn take(
    request: &HttpRequest,
    payload: &mut Payload,
    services: &HttpServices,
    from: Sender<'_>,
) -> Result<HttpResponse, Problem> {
    let resolvers = &services.resolvers;
    let signed_in = from.viewer.require()?;
    // Whose right has gone meanwhile is asked again with the file.
    signed_in.reach(Permission::DraftContent, resolvers.clock.now())?;
    let file = read(request, payload, &TYPES, IMAGE).await?;
    let upload = UploadedImage {
        organisation: from.organisation,
        alt: from.upload.alt.as_deref(),
        name: from.upload.name.as_deref(),
        request_id: &from.request_id.0,
        file,
    };
    let received = receive_image(
        &resolvers.accounts,
        &resolvers.database,
        &resolvers.media_library,
        from.viewer,
        upload,
        resolvers.clock.now(),
    )
    .await?;
    let Received { picture, is_new } = received.map_err(refused)?;
    let status = if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok(HttpResponse::build(status)
        .insert_header(headers::NEVER_KEEP)
        .json(json!({ "mediaAsset": {
            "id": Image::NODE.id(picture.id).as_str(),
            "url": picture.url(&resolvers.media_base, picture.width),
            "width": picture.width,
            "height": picture.height,
            "blurHash": picture.blur_hash,
        } })))
}

fn refused(reason: MediaErrorCode) -> Problem {
    let code = match reason {
        MediaErrorCode::TooManyFiles | MediaErrorCode::TooManyBytes => ErrorCode::RateLimited,
        MediaErrorCode::StorageFull | MediaErrorCode::ProcessingTooSlow => ErrorCode::Unavailable,
        _ => ErrorCode::BadUserInput,
    };
    let problem = Problem::new(code, reason.message()).with("reason", reason.name());
    if code == ErrorCode::RateLimited {
        return problem.with("retryAfter", RETRY_AFTER_SECONDS);
    }
    problem
}
