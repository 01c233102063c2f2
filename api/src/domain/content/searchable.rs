//! What search is told of a published thing; each domain gives its own.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A published thing in words.
#[derive(Clone, Debug)]
pub struct Searchable {
    /// Its name in the change log.
    pub object_type: &'static str,
    pub object_id: Uuid,
    /// Who sees it.
    pub audience_id: Uuid,
    pub published_at: DateTime<Utc>,
    pub title: String,
    /// Names it is known by besides: a short title, synonyms, the partner's brand.
    pub names: Vec<String>,
    /// What it is filed under: category, organisation, tags.
    pub labels: Vec<String>,
    pub lead: String,
    /// Its text without markup.
    pub body: String,
}
