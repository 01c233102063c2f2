//! What a revision of a course holds.

use entities::enums::{CertificateKind, CourseFormat, CourseLevel};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    domain::{
        content::{Pictures, RenderedText},
        editing::kinds::Envelope,
        training::{CourseMaterial, CourseModule, NewCourse},
    },
    infra::error::Error,
};

/// A course as its editors write it; anything may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CourseDocument {
    #[serde(flatten)]
    pub envelope: Envelope,
    pub title: Option<String>,
    pub summary: Option<String>,
    /// Who teaches it, where that is not the organisation.
    pub provider: Option<String>,
    pub format: Option<CourseFormat>,
    pub level: Option<CourseLevel>,
    /// Academic hours.
    pub hours: Option<i32>,
    pub programme: Vec<CourseModule>,
    pub materials: Vec<CourseMaterial>,
    pub certificate_kind: Option<CertificateKind>,
    /// Markdown.
    pub body: Option<String>,
    pub related_guide_ids: Vec<Uuid>,
}

impl CourseDocument {
    /// What readers get of it.
    ///
    /// # Errors
    /// `Internal`, for a document that has problems.
    pub fn for_readers(self, pictures: &Pictures) -> Result<NewCourse, Error> {
        let lacks = |field: &'static str| move || Error::internal("a checked course lacks", field);
        let body = self.body.unwrap_or_default();
        Ok(NewCourse {
            title: self.title.ok_or_else(lacks("title"))?,
            summary: self.summary.ok_or_else(lacks("summary"))?,
            provider: self.provider,
            format: self.format.ok_or_else(lacks("format"))?,
            level: self.level,
            hours: self.hours.ok_or_else(lacks("hours"))?,
            programme: self.programme,
            materials: self.materials,
            certificate_kind: self.certificate_kind.unwrap_or(CertificateKind::Nothing),
            text: RenderedText::from_markdown(&body, pictures),
        })
    }
}
