//! What publishing a course writes.

use entities::{
    course,
    enums::{CertificateKind, CourseFormat, CourseLevel},
};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use crate::{
    domain::{
        content::{Published, RenderedText, sort_key},
        training::programme::{CourseMaterial, CourseModule, words},
    },
    infra::{
        db::{delete_row, overwrite_row},
        error::Error,
    },
};

/// The reading row of a course to be published.
#[derive(Clone, Debug)]
pub struct NewCourse {
    pub title: String,
    pub summary: String,
    /// Who teaches it, where that is not the organisation.
    pub provider: Option<String>,
    pub format: CourseFormat,
    pub level: Option<CourseLevel>,
    /// Academic hours.
    pub hours: i32,
    pub programme: Vec<CourseModule>,
    pub materials: Vec<CourseMaterial>,
    pub certificate_kind: CertificateKind,
    pub text: RenderedText,
}

/// Writes the reading row of a published course.
///
/// # Errors
/// Whatever the driver reports.
pub async fn insert_course(
    transaction: &impl ConnectionTrait,
    published: &Published,
    new: NewCourse,
) -> Result<(), Error> {
    let row = new.reading_row(published)?;
    course::Entity::insert(row.into_active_model())
        .exec_without_returning(transaction)
        .await?;
    Ok(())
}

/// Writes the reading row of a course that is published again, or for the first time.
///
/// # Errors
/// Whatever the driver reports.
pub async fn replace_course(
    transaction: &impl ConnectionTrait,
    published: &Published,
    new: NewCourse,
) -> Result<(), Error> {
    let shown = course::Entity::find_by_id(published.address.id)
        .one(transaction)
        .await?;
    if shown.is_none() {
        return insert_course(transaction, published, new).await;
    }
    overwrite_row(transaction, new.reading_row(published)?).await?;
    Ok(())
}

/// Takes a course away from readers. Its sessions and who has registered stay.
///
/// # Errors
/// Whatever the driver reports.
pub async fn delete_course(transaction: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    delete_row::<course::Entity>(transaction, id).await
}

impl NewCourse {
    /// The row that readers get.
    ///
    /// # Errors
    /// Never for texts that this program rendered.
    pub fn reading_row(self, published: &Published) -> Result<course::Model, Error> {
        let address = &published.address;
        Ok(course::Model {
            id: address.id,
            slug: address.slug.clone(),
            organisation_id: address.organisation_id,
            audience_id: address.audience_id,
            revision: published.revision,
            sort_key: sort_key(&self.title),
            plain_text: format!(
                "{}\n{}\n{}\n{}",
                self.title,
                self.summary,
                words(&self.programme),
                self.text.plain
            ),
            title: self.title,
            summary: self.summary,
            provider: self.provider,
            format: self.format,
            level: self.level,
            hours: self.hours,
            programme: serde_json::to_value(self.programme)?,
            materials: serde_json::to_value(self.materials)?,
            certificate_kind: self.certificate_kind,
            body: self.text.stored_blocks()?,
            body_html: self.text.html,
            is_demo: address.is_demo,
            published_at: address.published_at,
            updated_at: address.updated_at,
        })
    }
}
