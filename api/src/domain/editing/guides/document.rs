//! What a revision of a guide holds.

use chrono::{DateTime, NaiveDate, Utc};
use entities::enums::{ServiceLevel, ServicePortal};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    domain::{
        editing::kinds::Envelope,
        guides::{NewGuide, Passport},
    },
    infra::error::Error,
};

/// Characters of a short title that is made of a long one.
const SHORT: usize = 120;

/// A guide as its editors write it; anything may be missing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct GuideDocument {
    #[serde(flatten)]
    pub envelope: Envelope,
    pub category_id: Option<Uuid>,
    pub title: Option<String>,
    /// Otherwise the beginning of the title.
    pub short_title: Option<String>,
    pub summary: Option<String>,
    pub portal: Option<ServicePortal>,
    pub level: Option<ServiceLevel>,
    pub authority: Option<String>,
    pub official_url: Option<String>,
    pub life_event_ids: Vec<Uuid>,
    pub alert: Option<Alert>,
    /// The person or office that answers for it, as readers see them.
    pub checked_by: Option<String>,
    pub checked_at: Option<DateTime<Utc>>,
    /// The Moscow day after which readers are warned.
    pub next_review_at: Option<NaiveDate>,
    pub related_guide_ids: Vec<Uuid>,
    #[serde(flatten)]
    pub passport: Passport,
}

impl GuideDocument {
    /// What readers get of it.
    ///
    /// # Errors
    /// `Internal`, for a document that has problems.
    pub fn for_readers(self) -> Result<NewGuide, Error> {
        let lacks = |field: &'static str| move || Error::internal("a checked guide lacks", field);
        let title = self.title.ok_or_else(lacks("title"))?;
        Ok(NewGuide {
            category_id: self.category_id.ok_or_else(lacks("category"))?,
            short_title: self
                .short_title
                .unwrap_or_else(|| title.chars().take(SHORT).collect()),
            title,
            summary: self.summary.ok_or_else(lacks("summary"))?,
            portal: self.portal.ok_or_else(lacks("portal"))?,
            level: self.level.ok_or_else(lacks("level"))?,
            authority: self.authority.ok_or_else(lacks("authority"))?,
            official_url: self.official_url.ok_or_else(lacks("officialUrl"))?,
            alert: self.alert.map(|alert| (alert.text, alert.until)),
            checked: self.checked_by.zip(self.checked_at),
            next_review_at: self.next_review_at.ok_or_else(lacks("nextReviewAt"))?,
            passport: self.passport,
            life_event_ids: self.life_event_ids,
        })
    }
}

/// What readers are told for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    pub text: String,
    pub until: DateTime<Utc>,
}
