//! Who a campaign goes to: stored with it, read by the store that finds them.

use entities::enums::{PushCampaignKind, PushPlatform};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::content::AudienceDefinition;

/// Who a campaign goes to. Topics and followed organisations are alternatives; everything else narrows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PushAudience {
    /// Who has chosen one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub topic_ids: Vec<Uuid>,
    /// Who follows one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub followed_ids: Vec<Uuid>,
    /// Who may see what it is about, as content has it.
    pub circle: AudienceDefinition,
    /// Apps on one of these; empty: on any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<PushPlatform>,
    /// Apps of that version and newer, as [`number`](crate::infra::config::ClientVersion::number) has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_from: Option<i64>,
    /// Apps older than that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_before: Option<i64>,
    /// Who keeps that benefit or guide to come back to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved_id: Option<Uuid>,
    /// Who has registered for a session of a course.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registrants: Option<Registrants>,
}

/// Which of those who have registered for sessions of courses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Registrants {
    /// Whoever has that registration.
    Holding(Uuid),
    /// Everybody with a seat in that session.
    SeatedIn(Uuid),
    /// Everybody with a seat in it, and who waits for one.
    OfSession(Uuid),
}

impl PushAudience {
    /// Whether somebody has to have chosen something to get it.
    #[must_use]
    pub const fn asks_for_a_choice(&self) -> bool {
        !self.topic_ids.is_empty() || !self.followed_ids.is_empty()
    }
}

/// Who gets a campaign: its audience, of those who allow its kind.
#[derive(Clone, Debug)]
pub struct Recipients {
    pub audience: PushAudience,
    pub kind: PushCampaignKind,
    /// Of a test: whoever made it, and nobody else.
    pub only_account_id: Option<Uuid>,
}
