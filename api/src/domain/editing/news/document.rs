//! What a revision of an article holds.

use chrono::{DateTime, Utc};
use entities::enums::{NewsKind, Okrug};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{editing::kinds::Envelope, news::Video};

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
    pub pinned_until: Option<DateTime<Utc>>,
    pub is_urgent: bool,
    pub okrugs: Vec<Okrug>,
    pub tags: Vec<String>,
    pub related_guide_ids: Vec<Uuid>,
    pub related_benefit_ids: Vec<Uuid>,
}
