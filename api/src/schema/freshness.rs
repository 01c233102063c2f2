//! The table type -> cache tags: what an answer that shows a type is made of.
//!
//! A change bumps its tags in its own transaction. A type that nobody has declared here counts as made
//! of everything, which is slower and never wrong.

use crate::infra::cache::TagSet;

/// The tags that answers depend on, in the order of [`TagSet`]'s places. Their rows are written by
/// `infra::db::record_change`, that of `search` by the index when it has moved on.
pub const CACHE_TAGS: [&str; 6] = [
    "benefits",
    "guides",
    "news",
    "organisations",
    "redirects",
    "search",
];

const BENEFITS: TagSet = TagSet::at(0);
const GUIDES: TagSet = TagSet::at(1);
const NEWS: TagSet = TagSet::at(2);
const ORGANISATIONS: TagSet = TagSet::at(3);

/// Parts that come with whatever shows them, and change with it.
const PARTS: &[&str] = &[
    "Appeal",
    "BenefitAdMark",
    "BenefitEligibilityRules",
    "BenefitRedemption",
    "BenefitValue",
    "CalloutBlock",
    "DocumentGroup",
    "DocumentItem",
    "GuideAlert",
    // A new opinion makes nothing old: what is kept is a minute old at most.
    "GuideFeedback",
    "GuideStep",
    "HeadingBlock",
    "Image",
    "ImageBlock",
    "ImageVariant",
    "LegalAct",
    "ListBlock",
    "ListItem",
    "Money",
    "NewsCorrection",
    "NewsVideo",
    "OrganisationBrand",
    "OrganisationContacts",
    "OrganisationSocial",
    "PageInfo",
    "ParagraphBlock",
    "Prerequisite",
    "ProcessingTerm",
    "QuoteBlock",
    "RefusalGrounds",
    "ServiceChannel",
    "ServiceCost",
    "ServiceResult",
    "TableBlock",
    "TableCell",
    "TableRow",
    "TextSpan",
    "UnionHelp",
    "VideoBlock",
];

/// What shows that type depends on these tags.
#[must_use]
pub fn tags_of(type_name: &str) -> TagSet {
    match type_name {
        "Benefit" | "BenefitCategory" | "BenefitConnection" | "BenefitEdge" | "Outlet"
        | "OutletConnection" | "OutletEdge" | "Partner" | "PartnerConnection" | "PartnerEdge" => {
            BENEFITS
        }
        "GuideCategory"
        | "LifeEvent"
        | "Recommendation"
        | "RecommendationConnection"
        | "RecommendationEdge"
        | "ServiceGuide"
        | "ServiceGuideConnection"
        | "ServiceGuideEdge" => GUIDES,
        "NewsArchiveMonth"
        | "NewsArticle"
        | "NewsArticleConnection"
        | "NewsArticleEdge"
        | "NewsCategory" => NEWS,
        "Organisation"
        | "OrganisationConnection"
        | "OrganisationEdge"
        | "OrganisationPage"
        | "OrganisationPageConnection"
        | "OrganisationPageEdge" => ORGANISATIONS,
        part if PARTS.contains(&part) => TagSet::NONE,
        _ => TagSet::ALL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_that_nobody_declared_is_made_of_everything() {
        assert_eq!(tags_of("Route"), TagSet::ALL);
        assert_eq!(tags_of("NewsArticle"), NEWS);
        assert_eq!(tags_of("Image"), TagSet::NONE);
    }
}
