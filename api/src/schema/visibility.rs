//! The table field -> visibility: who gets the same answer, declared for every field of the schema.
//!
//! A test walks the live schema and refuses a field without a row. While nobody can sign in, every
//! viewer is the same one; the table is what caching per audience will be decided by.

/// Who gets the same answer to a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Visibility {
    /// Everybody.
    Public,
    /// Everybody who belongs to the same audiences: rows depend on who asks.
    Audience,
    /// Nobody else.
    Personal,
}

use Visibility::{Audience, Personal, Public};

/// Types whose fields are all alike, unless `FIELDS` says otherwise.
const TYPES: &[(&str, Visibility)] = &[
    ("AppConfig", Public),
    ("AppFlag", Public),
    ("Appeal", Public),
    ("Benefit", Public),
    ("BenefitAdMark", Public),
    ("BenefitCategory", Public),
    ("BenefitConnection", Public),
    ("BenefitEdge", Public),
    ("BenefitEligibility", Personal),
    ("BenefitEligibilityRules", Public),
    ("BenefitRedemption", Public),
    ("BenefitValue", Public),
    ("CalloutBlock", Public),
    ("Changes", Public),
    ("ConsentText", Public),
    ("DocumentGroup", Public),
    ("DocumentItem", Public),
    ("Freshness", Public),
    ("GuideAlert", Public),
    ("GuideCategory", Public),
    ("GuideStep", Public),
    ("HeadingBlock", Public),
    ("Image", Public),
    ("ImageBlock", Public),
    ("ImageVariant", Public),
    ("LegalAct", Public),
    ("LifeEvent", Public),
    ("ListBlock", Public),
    ("ListItem", Public),
    ("Money", Public),
    ("Moved", Public),
    ("NewsArchiveMonth", Public),
    ("NewsArticle", Public),
    ("NewsArticleConnection", Public),
    ("NewsArticleEdge", Public),
    ("NewsCategory", Public),
    ("NewsCorrection", Public),
    ("NewsVideo", Public),
    ("OpenGraph", Public),
    ("Organisation", Public),
    ("OrganisationBrand", Public),
    ("OrganisationConnection", Public),
    ("OrganisationContacts", Public),
    ("OrganisationEdge", Public),
    ("OrganisationPage", Public),
    ("OrganisationPageConnection", Public),
    ("OrganisationPageEdge", Public),
    ("OrganisationSocial", Public),
    ("Outlet", Public),
    ("OutletConnection", Public),
    ("OutletEdge", Public),
    ("PageInfo", Public),
    ("ParagraphBlock", Public),
    ("Partner", Public),
    ("PartnerConnection", Public),
    ("PartnerEdge", Public),
    ("Prerequisite", Public),
    ("ProcessingTerm", Public),
    ("QuoteBlock", Public),
    ("RefusalGrounds", Public),
    ("RemovedItem", Public),
    ("SearchCount", Public),
    ("SearchResultConnection", Public),
    ("SearchResultEdge", Public),
    ("SearchSnippet", Public),
    ("SearchSuggestion", Public),
    ("ServiceChannel", Public),
    ("ServiceCost", Public),
    ("ServiceGuide", Public),
    ("ServiceGuideConnection", Public),
    ("ServiceGuideEdge", Public),
    ("ServiceResult", Public),
    ("TableBlock", Public),
    ("TableCell", Public),
    ("TableRow", Public),
    ("TextRange", Public),
    ("TextSpan", Public),
    ("UnionHelp", Public),
    ("VideoBlock", Public),
    ("Withdrawn", Public),
];

/// Fields that differ from their type, and every root field.
const FIELDS: &[(&str, &str, Visibility)] = &[
    ("Benefit", "eligibility", Personal),
    ("Benefit", "outlets", Audience),
    ("LifeEvent", "guides", Audience),
    ("NewsArticle", "relatedBenefits", Audience),
    ("NewsArticle", "relatedGuides", Audience),
    ("Organisation", "benefits", Audience),
    ("Organisation", "freshness", Audience),
    ("Organisation", "news", Audience),
    ("Organisation", "pages", Audience),
    ("Partner", "benefits", Audience),
    ("Query", "appConfig", Public),
    ("Query", "benefit", Audience),
    ("Query", "benefitCategories", Public),
    ("Query", "benefits", Audience),
    ("Query", "changes", Audience),
    ("Query", "guide", Audience),
    ("Query", "guideCategories", Public),
    ("Query", "guides", Audience),
    ("Query", "lifeEvents", Public),
    ("Query", "news", Audience),
    ("Query", "newsArchive", Audience),
    ("Query", "newsArticle", Audience),
    ("Query", "newsCategories", Public),
    ("Query", "node", Audience),
    ("Query", "nodes", Audience),
    ("Query", "organisation", Public),
    ("Query", "organisations", Public),
    ("Query", "outlets", Audience),
    ("Query", "partners", Public),
    ("Query", "route", Audience),
    ("Query", "search", Audience),
    ("Query", "searchSuggestions", Audience),
    ("SearchResultConnection", "counts", Audience),
    ("ServiceGuide", "relatedGuides", Audience),
    ("Withdrawn", "replacement", Audience),
];

/// The visibility of a field; `None`: nobody has declared it.
#[must_use]
pub fn visibility_of(type_name: &str, field: &str) -> Option<Visibility> {
    let exact = FIELDS
        .iter()
        .find(|(of, name, _)| *of == type_name && *name == field);
    match exact {
        Some((_, _, visibility)) => Some(*visibility),
        None => TYPES
            .iter()
            .find(|(name, _)| *name == type_name)
            .map(|(_, visibility)| *visibility),
    }
}
