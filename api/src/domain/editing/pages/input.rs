//! What staff send of a page: a field that is not named stays as it is, `null` empties it.

use async_graphql::{InputObject, MaybeUndefined};

use super::PageDocument;
use crate::{
    domain::editing::{
        audience::AudienceInput,
        patch::{patch, patch_envelope},
    },
    infra::{error::Error, graphql::DateTime},
};

/// Поля страницы. Неназванное остаётся как есть, `null` очищает.
#[derive(Clone, Debug, Default, InputObject)]
pub struct OrganisationPageFields {
    /// Имя для адресов; без него его даёт заголовок.
    #[graphql(default)]
    slug: MaybeUndefined<String>,
    /// Для кого.
    #[graphql(default)]
    audience: MaybeUndefined<AudienceInput>,
    /// Когда снять с публикации.
    #[graphql(default)]
    unpublish_at: MaybeUndefined<DateTime>,
    /// Заголовок, не длиннее 200 знаков.
    #[graphql(default)]
    title: MaybeUndefined<String>,
    /// Текст: Markdown, картинки — `![описание](media:<идентификатор>)`.
    #[graphql(default)]
    body: MaybeUndefined<String>,
    /// Место в меню организации: от 0, меньшие впереди; без указания — позади остальных.
    #[graphql(default)]
    position: MaybeUndefined<i32>,
}

impl OrganisationPageFields {
    /// Puts what was named into a document.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for what is not an id.
    pub fn apply(self, document: &mut PageDocument) -> Result<(), Error> {
        let envelope = &mut document.envelope;
        patch_envelope(envelope, self.slug, self.audience, self.unpublish_at)?;
        patch(&mut document.title, self.title);
        patch(&mut document.body, self.body);
        patch(&mut document.position, self.position);
        Ok(())
    }
}
