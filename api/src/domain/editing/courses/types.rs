//! What staff see of a course's draft.

use async_graphql::{Context, MergedObject, Object};
use serde::Deserialize;
use uuid::Uuid;

use super::CourseDocument;
use crate::{
    domain::{
        editing::{
            store::Held,
            types::{DraftMeta, html_of},
        },
        guides::{GuideById, ServiceGuide},
        training::{
            CertificateKind, Course, CourseById, CourseFormat, CourseLevel, CourseMaterial,
            CourseModule,
        },
    },
    infra::{
        error::Error,
        graphql::{Html, load_many_of, load_of},
    },
};

/// Курс глазами редакции: может быть неполным.
#[derive(MergedObject)]
pub struct CourseDraft(DraftMeta, CoursePart);

impl CourseDraft {
    /// The course that is held.
    ///
    /// # Errors
    /// `Internal`, when its document does not read.
    pub fn of(held: Held) -> Result<Self, Error> {
        let document = CourseDocument::deserialize(&held.revision.document)?;
        let id = held.content.id;
        Ok(Self(DraftMeta(held), CoursePart { id, document }))
    }
}

pub struct CoursePart {
    id: Uuid,
    document: CourseDocument,
}

/// Поля курса.
#[Object]
impl CoursePart {
    /// Каким курс видят читатели сейчас; `null`, если не видят или он не для спрашивающего.
    async fn published(&self, context: &Context<'_>) -> Option<Result<Course, Error>> {
        let found = load_of(context, CourseById(self.id)).await.transpose();
        found.map(|found| found.map(Course))
    }

    /// Название.
    async fn title(&self) -> Option<&str> {
        self.document.title.as_deref()
    }

    /// Аннотация.
    async fn summary(&self) -> Option<&str> {
        self.document.summary.as_deref()
    }

    /// Кто учит; нет — сама организация.
    async fn provider(&self) -> Option<&str> {
        self.document.provider.as_deref()
    }

    /// Как учат.
    async fn format(&self) -> Option<CourseFormat> {
        self.document.format.map(Into::into)
    }

    /// Что нужно знать до курса.
    async fn level(&self) -> Option<CourseLevel> {
        self.document.level.map(Into::into)
    }

    /// Сколько академических часов.
    async fn hours(&self) -> Option<i32> {
        self.document.hours
    }

    /// Программа по порядку.
    async fn programme(&self) -> &[CourseModule] {
        &self.document.programme
    }

    /// Материалы.
    async fn materials(&self) -> &[CourseMaterial] {
        &self.document.materials
    }

    /// Что получают те, кто был на занятии; нет — ничего.
    async fn certificate_kind(&self) -> Option<CertificateKind> {
        self.document.certificate_kind.map(Into::into)
    }

    /// Текст: Markdown.
    async fn body(&self) -> Option<&str> {
        self.document.body.as_deref()
    }

    /// Текст, как его увидит портал.
    async fn body_html(&self, context: &Context<'_>) -> Option<Result<Html, Error>> {
        html_of(context, self.document.body.as_deref()).await
    }

    /// Инструкции, о которых курс, из тех, что видны спрашивающему.
    async fn related_guides(
        &self,
        context: &Context<'_>,
    ) -> Option<Result<Vec<ServiceGuide>, Error>> {
        let ids = &self.document.related_guide_ids;
        let found = load_many_of(context, ids.iter().copied().map(GuideById)).await;
        Some(found.map(|mut found| {
            ids.iter()
                .filter_map(|id| found.remove(&GuideById(*id)))
                .map(ServiceGuide)
                .collect()
        }))
    }
}
