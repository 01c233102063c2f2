//! What a revision of a guide holds.

use chrono::{DateTime, NaiveDate, Utc};
use entities::enums::{ServiceLevel, ServicePortal};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{editing::kinds::Envelope, guides::Passport};

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

/// What readers are told for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    pub text: String,
    pub until: DateTime<Utc>,
}
