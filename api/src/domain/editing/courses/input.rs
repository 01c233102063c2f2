//! What staff send of a course: a field that is not named stays as it is, `null` empties it.

use std::collections::HashSet;

use async_graphql::{ID, InputObject, MaybeUndefined};

use super::CourseDocument;
use crate::{
    domain::{
        editing::{
            audience::AudienceInput,
            patch::{Emptiable, filled, named, patch, patch_envelope},
        },
        guides::ServiceGuide,
        training::{CertificateKind, CourseFormat, CourseLevel, CourseMaterial, CourseModule},
    },
    infra::{error::Error, graphql::DateTime},
};

/// Часть программы курса.
#[derive(Clone, Debug, InputObject)]
pub struct CourseModuleInput {
    /// О чём она, до 200 знаков.
    title: String,
    /// Сколько в ней академических часов.
    hours: Option<i32>,
    /// Что в ней разбирают, до 4000 знаков.
    text: Option<String>,
}

impl From<CourseModuleInput> for CourseModule {
    fn from(input: CourseModuleInput) -> Self {
        Self {
            title: input.title,
            hours: input.hours,
            text: filled(input.text),
        }
    }
}

/// Материал к курсу.
#[derive(Clone, Debug, InputObject)]
pub struct CourseMaterialInput {
    /// Что это, до 200 знаков.
    title: String,
    /// Где его взять.
    url: String,
}

impl From<CourseMaterialInput> for CourseMaterial {
    fn from(input: CourseMaterialInput) -> Self {
        Self {
            title: input.title,
            url: input.url,
        }
    }
}

/// Поля курса. Неназванное остаётся как есть, `null` очищает; списки заменяются целиком.
#[derive(Clone, Debug, Default, InputObject)]
pub struct CourseFields {
    /// Имя для адресов; без него его даёт название.
    #[graphql(default)]
    slug: MaybeUndefined<String>,
    /// Для кого.
    #[graphql(default)]
    audience: MaybeUndefined<AudienceInput>,
    /// Когда снять с публикации.
    #[graphql(default)]
    unpublish_at: MaybeUndefined<DateTime>,
    /// Название, не длиннее 200 знаков.
    #[graphql(default)]
    title: MaybeUndefined<String>,
    /// Аннотация, не длиннее 300 знаков.
    #[graphql(default)]
    summary: MaybeUndefined<String>,
    /// Кто учит, если не сама организация: до 200 знаков.
    #[graphql(default)]
    provider: MaybeUndefined<String>,
    /// Как учат.
    #[graphql(default)]
    format: MaybeUndefined<CourseFormat>,
    /// Что нужно знать до курса.
    #[graphql(default)]
    level: MaybeUndefined<CourseLevel>,
    /// Сколько академических часов: от 1 до 1000.
    #[graphql(default)]
    hours: MaybeUndefined<i32>,
    /// Программа по порядку, до 50 частей.
    #[graphql(default)]
    programme: MaybeUndefined<Vec<CourseModuleInput>>,
    /// Материалы, до 50.
    #[graphql(default)]
    materials: MaybeUndefined<Vec<CourseMaterialInput>>,
    /// Что получают те, кто был на занятии; без указания ничего.
    #[graphql(default)]
    certificate_kind: MaybeUndefined<CertificateKind>,
    /// Текст: Markdown, картинки — `![описание](media:<идентификатор>)`.
    #[graphql(default)]
    body: MaybeUndefined<String>,
    /// Инструкции, о которых курс.
    #[graphql(default)]
    related_guides: MaybeUndefined<Vec<ID>>,
}

impl Emptiable for entities::enums::CourseFormat {}
impl Emptiable for entities::enums::CourseLevel {}
impl Emptiable for entities::enums::CertificateKind {}

impl CourseFields {
    /// Puts what was named into a document.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for what is not an id.
    pub fn apply(self, document: &mut CourseDocument) -> Result<(), Error> {
        let envelope = &mut document.envelope;
        patch_envelope(envelope, self.slug, self.audience, self.unpublish_at)?;
        patch(&mut document.title, self.title);
        patch(&mut document.summary, self.summary);
        patch(&mut document.provider, self.provider);
        patch(&mut document.format, self.format.map_value(Into::into));
        patch(&mut document.level, self.level.map_value(Into::into));
        patch(&mut document.hours, self.hours);
        patch(
            &mut document.certificate_kind,
            self.certificate_kind.map_value(Into::into),
        );
        patch(&mut document.body, self.body);
        if let Some(programme) = named(self.programme) {
            document.programme = programme.into_iter().map(Into::into).collect();
        }
        if let Some(materials) = named(self.materials) {
            document.materials = materials.into_iter().map(Into::into).collect();
        }
        if let Some(ids) = named(self.related_guides) {
            let mut ids = ServiceGuide::NODE.decode_all("input.relatedGuides", &ids)?;
            let mut seen = HashSet::new();
            ids.retain(|id| seen.insert(*id));
            document.related_guide_ids = ids;
        }
        Ok(())
    }
}
