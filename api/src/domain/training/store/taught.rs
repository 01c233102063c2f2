//! What a course says of itself, whether readers see it now or not: those who have registered go on
//! being told.

use entities::{
    content, content_revision,
    enums::{CertificateKind, ContentKind},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde::Deserialize;
use uuid::Uuid;

use crate::infra::error::Error;

/// A course as it was published last.
#[derive(Clone, Debug)]
pub struct Taught {
    pub slug: String,
    pub title: String,
    pub hours: i32,
    pub certificate_kind: CertificateKind,
}

/// The fields of its revision that are asked for here; the editors' desk writes them.
#[derive(Deserialize)]
struct Document {
    title: Option<String>,
    hours: Option<i32>,
    certificate_kind: Option<CertificateKind>,
}

/// The course as it was published last; `None`: it never was.
///
/// # Errors
/// Whatever the driver reports.
pub async fn find_taught(
    connection: &impl ConnectionTrait,
    course_id: Uuid,
) -> Result<Option<Taught>, Error> {
    let found = content::Entity::find_by_id(course_id)
        .filter(content::Column::Kind.eq(ContentKind::Course))
        .one(connection)
        .await?;
    let Some(content) = found else {
        return Ok(None);
    };
    let Some(revision_id) = content.published_revision_id else {
        return Ok(None);
    };
    let revision = content_revision::Entity::find_by_id(revision_id)
        .one(connection)
        .await?;
    let Some(revision) = revision else {
        return Ok(None);
    };
    let document: Document = serde_json::from_value(revision.document)?;
    Ok(Some(Taught {
        slug: content.slug,
        title: document.title.unwrap_or_default(),
        hours: document.hours.unwrap_or_default(),
        certificate_kind: document
            .certificate_kind
            .unwrap_or(CertificateKind::Nothing),
    }))
}
