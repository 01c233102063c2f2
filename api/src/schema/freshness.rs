//! The table type -> cache tags: what an answer that shows a type is made of.
//!
//! A change bumps its tags in its own transaction. A type that nobody has declared here counts as made
//! of everything, which is slower and never wrong.

use crate::infra::cache::TagSet;

/// The tags that answers depend on, in the order of [`TagSet`]'s places. Their rows are written by
/// `infra::db::record_change`, that of `search` by the index when it has moved on, that of `training` by
/// whoever registers for a session as well, that of `service_quality` by whoever counts reports.
pub const CACHE_TAGS: [&str; 9] = [
    "benefits",
    "courses",
    "guides",
    "news",
    "organisations",
    "redirects",
    "search",
    "service_quality",
    "training",
];

const BENEFITS: TagSet = TagSet::at(0);
/// A course tells of its sessions, and a session is seen by those who see its course.
const COURSES: TagSet = TagSet::at(1).and(TagSet::at(8));
const GUIDES: TagSet = TagSet::at(2);
const NEWS: TagSet = TagSet::at(3);
const ORGANISATIONS: TagSet = TagSet::at(4);
const SERVICE_QUALITY: TagSet = TagSet::at(7);

/// Parts that come with whatever shows them, and change with it.
const PARTS: &[&str] = &[
    "Appeal",
    "BenefitAdMark",
    "BenefitEligibilityRules",
    "BenefitRedemption",
    "BenefitValue",
    "CalloutBlock",
    "CourseMaterial",
    "CourseModule",
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
        "Course"
        | "CourseConnection"
        | "CourseEdge"
        | "TrainingSession"
        | "TrainingSessionConnection"
        | "TrainingSessionEdge" => COURSES,
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

/// The tags of every type that a schema defines, as a text, which another version of the program may have
/// otherwise.
#[must_use]
pub fn declared_freshness(sdl: &str) -> String {
    let types = sdl.lines().filter_map(|line| line.strip_prefix("type "));
    let names = types.filter_map(|rest| rest.split_whitespace().next());
    let declared: Vec<String> = names
        .map(|name| format!("{name}: {:?}", tags_of(name)))
        .collect();
    format!("{CACHE_TAGS:?} {}", declared.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_of_a_schema_is_told_with_its_tags() {
        let sdl = "scalar Date\ntype News {\n\tname: String\n}\ntype Image implements Node {\n}\n";
        let declared = declared_freshness(sdl);
        assert!(declared.contains(&format!("News: {:?}", TagSet::ALL)));
        assert!(declared.ends_with(&format!("Image: {:?}", TagSet::NONE)));
    }

    #[test]
    fn a_type_that_nobody_declared_is_made_of_everything() {
        assert_eq!(tags_of("Route"), TagSet::ALL);
        assert_eq!(tags_of("NewsArticle"), NEWS);
        assert_eq!(tags_of("Image"), TagSet::NONE);
    }
}
