//! What staff see of a page's draft.

use async_graphql::{Context, MergedObject, Object};
use serde::Deserialize;

use super::PageDocument;
use crate::{
    domain::{
        editing::{
            store::Held,
            types::{DraftMeta, html_of},
        },
        organisations::{OrganisationPage, PageById},
    },
    infra::{
        error::Error,
        graphql::{Html, load_of},
    },
};

/// Страница организации глазами редакции: может быть неполной.
#[derive(MergedObject)]
pub struct OrganisationPageDraft(DraftMeta, PagePart);

impl OrganisationPageDraft {
    /// The page that is held.
    ///
    /// # Errors
    /// `Internal`, when its document does not read.
    pub fn of(held: Held) -> Result<Self, Error> {
        let document = PageDocument::deserialize(&held.revision.document)?;
        let id = held.content.id;
        Ok(Self(DraftMeta(held), PagePart { id, document }))
    }
}

pub struct PagePart {
    id: uuid::Uuid,
    document: PageDocument,
}

/// Поля страницы.
#[Object]
impl PagePart {
    /// Как страницу видят читатели сейчас; `null`, если не видят или она не для спрашивающего.
    async fn published(&self, context: &Context<'_>) -> Option<Result<OrganisationPage, Error>> {
        let found = load_of(context, PageById(self.id)).await.transpose();
        found.map(|found| found.map(OrganisationPage))
    }

    /// Заголовок.
    async fn title(&self) -> Option<&str> {
        self.document.title.as_deref()
    }

    /// Текст: Markdown.
    async fn body(&self) -> Option<&str> {
        self.document.body.as_deref()
    }

    /// Текст, как его увидит портал.
    async fn body_html(&self, context: &Context<'_>) -> Option<Result<Html, Error>> {
        html_of(context, self.document.body.as_deref()).await
    }

    /// Место в меню организации; нет — позади остальных.
    async fn position(&self) -> Option<i32> {
        self.document.position
    }
}
