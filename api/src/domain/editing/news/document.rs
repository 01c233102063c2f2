//! What a revision of an article holds.

use chrono::{DateTime, Utc};
use entities::enums::{NewsKind, Okrug};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    domain::{
        content::{Pictures, RenderedText},
        editing::kinds::Envelope,
        news::{NewArticle, Video},
    },
    infra::error::Error,
};

/// An article as its editors write it; anything may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewsDocument {
    #[serde(flatten)]
    pub envelope: Envelope,
    pub kind: Option<NewsKind>,
    pub category_id: Option<Uuid>,
    pub headline: Option<String>,
    pub lead: Option<String>,
    /// Markdown.
    pub body: Option<String>,
    pub cover_id: Option<Uuid>,
    pub video: Option<Video>,
    pub source_name: Option<String>,
    pub source_url: Option<String>,
    pub share_text: Option<String>,
    /// What was wrong before and is right now, for readers of the older text.
    pub correction: Option<String>,
    /// When readers saw it elsewhere, before it was brought here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub originally_published_at: Option<DateTime<Utc>>,
    pub pinned_until: Option<DateTime<Utc>>,
    pub is_urgent: bool,
    pub okrugs: Vec<Okrug>,
    pub tags: Vec<String>,
    pub related_guide_ids: Vec<Uuid>,
    pub related_benefit_ids: Vec<Uuid>,
}

impl NewsDocument {
    /// What readers get of it.
    ///
    /// # Errors
    /// `Internal`, for a document that has problems.
    pub fn for_readers(self, pictures: &Pictures) -> Result<NewArticle, Error> {
        let lacks = |field: &'static str| move || Error::internal("a checked article lacks", field);
        let body = self.body.unwrap_or_default();
        Ok(NewArticle {
            category_id: self.category_id.ok_or_else(lacks("category"))?,
            kind: self.kind.ok_or_else(lacks("kind"))?,
            headline: self.headline.ok_or_else(lacks("headline"))?,
            lead: self.lead.ok_or_else(lacks("lead"))?,
            text: RenderedText::from_markdown(&body, pictures),
            cover_id: self.cover_id,
            video: self.video,
            source_name: self.source_name,
            source_url: self.source_url,
            share_text: self.share_text,
            correction: self.correction,
            pinned_until_at: self.pinned_until,
            is_urgent: self.is_urgent,
            okrugs: self.okrugs,
            tags: self.tags,
        })
    }
}
