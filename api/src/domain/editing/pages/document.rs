//! What a revision of an organisation's page holds.

use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        content::{Pictures, RenderedText},
        editing::kinds::Envelope,
        organisations::NewPage,
    },
    infra::error::Error,
};

/// The place of a page that names none: behind those that do.
pub const LAST: i32 = 10_000;

/// A page as its editors write it; anything may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PageDocument {
    #[serde(flatten)]
    pub envelope: Envelope,
    pub title: Option<String>,
    /// Markdown.
    pub body: Option<String>,
    /// Its place in the organisation's menu, from zero.
    pub position: Option<i32>,
}

impl PageDocument {
    /// What readers get of it.
    ///
    /// # Errors
    /// `Internal`, for a document that has problems.
    pub fn for_readers(self, pictures: &Pictures) -> Result<NewPage, Error> {
        let body = self.body.unwrap_or_default();
        Ok(NewPage {
            title: self
                .title
                .ok_or_else(|| Error::internal("a checked page lacks", "title"))?,
            position: self.position.unwrap_or(LAST),
            text: RenderedText::from_markdown(&body, pictures),
        })
    }
}
