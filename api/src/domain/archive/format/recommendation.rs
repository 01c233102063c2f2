//! Recommendations: a small thing of staff's without drafts and revisions.

use entities::enums::{RecommendationAudience, RecommendationMetric};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Line, Moment, Part, Reference};
use crate::domain::guide_watch::{GuideWatchErrorCode, fault_of_advice, fault_of_advice_title};

/// What a union recommends about services.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecommendationLine {
    pub id: Uuid,
    /// Who recommends it.
    pub organisation_id: Uuid,
    /// The guide that it is about; none: all services.
    pub guide_id: Option<Uuid>,
    /// What of a service it is to better.
    pub metric: Option<RecommendationMetric>,
    /// For whom it is.
    pub audience: RecommendationAudience,
    pub title: String,
    /// Markdown without pictures; what readers get is written from it again.
    pub source: String,
    /// When readers began to see it; none: they never did.
    pub published_at: Option<Moment>,
    /// Since when they do not see it any more. Nothing is withdrawn that was not published.
    pub withdrawn_at: Option<Moment>,
    pub created_at: Moment,
    pub updated_at: Moment,
}

impl Line for RecommendationLine {
    const PART: Part = Part::Recommendations;

    fn id(&self) -> Uuid {
        self.id
    }

    fn references(&self) -> Vec<Reference> {
        let guide = self.guide_id.into_iter();
        guide
            .map(|id| Reference::of(Part::Guides, id))
            .chain([Reference::of(Part::Organisations, self.organisation_id)])
            .collect()
    }

    fn fault(&self) -> Option<String> {
        if self.withdrawn_at.is_some() && self.published_at.is_none() {
            return Some("it is withdrawn and was never published".into());
        }
        let title = fault_of_advice_title(&self.title).map(|code| ("title", code));
        let source = || fault_of_advice(&self.source).map(|code| ("source", code));
        let (field, code) = title.or_else(source)?;
        Some(format!("its {field} {}", what_is_wrong(code)))
    }
}

const fn what_is_wrong(code: GuideWatchErrorCode) -> &'static str {
    match code {
        GuideWatchErrorCode::Missing => "is empty",
        GuideWatchErrorCode::TooLong => "is too long",
        _ => "holds a sign that can't be stored",
    }
}
