//! The table type -> cache tags: what an answer that shows a type is made of.
//!
//! A change bumps its tags in its own transaction. A type that nobody has declared here counts as made
//! of everything, which is slower and never wrong.

use crate::infra::cache::TagSet;

/// The tags that answers depend on, in the order of [`TagSet`]'s places. Their rows are written by
/// `infra::db::record_change`, that of `search` by the index when it has moved on, that of
/// `service_quality` by whoever counts reports.
pub const CACHE_TAGS: [&str; 7] = [
    "benefits",
    "guides",
    "news",
    "organisations",
    "redirects",
    "search",
    "service_quality",
];

const BENEFITS: TagSet = TagSet::at(0);
const GUIDES: TagSet = TagSet::at(1);
const NEWS: TagSet = TagSet::at(2);
const ORGANISATIONS: TagSet = TagSet::at(3);
const SERVICE_QUALITY: TagSet = TagSet::at(6);

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
    "ServiceQualityChange",
    "ServiceQualityChannel",
    "ServiceQualityFigures",
    "ServiceQualityIndex",
    "ServiceQualityIndexPart",
    "ServiceQualityMonth",
    "ServiceQualityOkrug",
    "ServiceQualityPrevious",
    "ServiceQualityShare",
    "ServiceQualityTerm",
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
        // Whose figures are added up depends on which guides there are.
        "GuideQuality"
        | "ServiceQuality"
        | "ServiceQualityPlace"
        | "ServiceQualityPlaceConnection"
        | "ServiceQualityPlaceEdge" => GUIDES.and(SERVICE_QUALITY),
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
