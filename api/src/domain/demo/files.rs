//! The data files: what they hold, and that they are sound (a test reads them all).

use chrono::{DateTime, NaiveDate, Utc};
use entities::enums::{
    BenefitProvider, BenefitValueKind, CertificateKind, CourseFormat, CourseLevel, LimitPeriod,
    NewsKind, Okrug, OrganisationKind, RedemptionKind, ServiceLevel, ServicePortal,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    domain::{
        guides::Passport,
        news::Video,
        training::{CourseMaterial, CourseModule},
    },
    infra::error::Error,
};

pub const ORGANISATIONS: &str = include_str!("../../../content/organisations.toml");
pub const BENEFITS: &str = include_str!("../../../content/benefits.toml");
pub const COURSES: &str = include_str!("../../../content/courses.toml");
pub const REFERENCE: &str = include_str!("../../../content/reference.toml");
pub const GUIDE_REFERENCE: &str = include_str!("../../../content/guides/reference.toml");
pub const NEWS: [&str; 2] = [
    include_str!("../../../content/news/federation.toml"),
    include_str!("../../../content/news/primary.toml"),
];
pub const GUIDES: [&str; 12] = [
    include_str!("../../../content/guides/detskij-otdyh.toml"),
    include_str!("../../../content/guides/nalogovyj-vychet.toml"),
    include_str!("../../../content/guides/pokazaniya-schyotchikov.toml"),
    include_str!("../../../content/guides/posobie-po-beremennosti-i-rodam.toml"),
    include_str!("../../../content/guides/prikreplenie-k-poliklinike.toml"),
    include_str!("../../../content/guides/registraciya-po-mestu-zhitelstva.toml"),
    include_str!("../../../content/guides/spravka-o-sudimosti.toml"),
    include_str!("../../../content/guides/subsidiya-na-zhku.toml"),
    include_str!("../../../content/guides/svedeniya-o-trudovoj-deyatelnosti.toml"),
    include_str!("../../../content/guides/zagranpasport.toml"),
    include_str!("../../../content/guides/zapis-k-vrachu.toml"),
    include_str!("../../../content/guides/zhaloba-v-git.toml"),
];

/// Reads a data file.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    toml::from_str(text).map_err(|cause| Error::internal("a demo file does not read", cause))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceFile {
    #[serde(rename = "news_category")]
    pub news_categories: Vec<Named>,
    #[serde(rename = "benefit_category")]
    pub benefit_categories: Vec<Named>,
    #[serde(rename = "consent")]
    pub consents: Vec<Consent>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuideReferenceFile {
    #[serde(rename = "category")]
    pub categories: Vec<Named>,
    #[serde(rename = "life_event")]
    pub life_events: Vec<Titled>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    pub slug: String,
    pub name: String,
    pub description: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Titled {
    pub slug: String,
    pub title: String,
    pub description: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    pub purpose: String,
    pub version: i32,
    pub title: String,
    pub text: String,
    pub effective_from: NaiveDate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganisationsFile {
    #[serde(rename = "organisation")]
    pub organisations: Vec<OrganisationItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganisationItem {
    pub slug: String,
    pub kind: OrganisationKind,
    pub parent: Option<String>,
    pub short_name: String,
    pub full_name: String,
    pub about: String,
    pub industry: Option<String>,
    #[serde(default)]
    pub okrugs: Vec<Okrug>,
    pub website: Option<String>,
    pub address: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub hours: Option<String>,
    pub join_url: Option<String>,
    pub host: Option<String>,
    pub primary_color: Option<String>,
    /// Says that the organisation itself is invented; its `about` says so to readers.
    #[serde(default, rename = "is_invented")]
    pub _is_invented: bool,
    #[serde(default, rename = "social")]
    pub socials: Vec<Social>,
    #[serde(default, rename = "page")]
    pub pages: Vec<PageItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Social {
    pub network: String,
    pub url: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageItem {
    pub slug: String,
    pub title: String,
    pub body: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewsFile {
    #[serde(rename = "article")]
    pub articles: Vec<ArticleItem>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArticleItem {
    pub slug: String,
    pub headline: String,
    pub lead: String,
    pub category: String,
    pub kind: NewsKind,
    pub organisation: String,
    pub published_at: DateTime<Utc>,
    #[serde(default)]
    pub okrugs: Vec<Okrug>,
    #[serde(default)]
    pub tags: Vec<String>,
    pub source_name: Option<String>,
    pub source_url: Option<String>,
    pub pinned_until: Option<DateTime<Utc>>,
    #[serde(default)]
    pub is_urgent: bool,
    #[serde(default)]
    pub related_guides: Vec<String>,
    pub body: String,
    pub video: Option<Video>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BenefitsFile {
    #[serde(rename = "partner")]
    pub partners: Vec<PartnerItem>,
    #[serde(rename = "benefit")]
    pub benefits: Vec<BenefitItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartnerItem {
    pub slug: String,
    pub brand_name: String,
    pub legal_name: String,
    pub description: String,
    pub site: Option<String>,
    #[serde(rename = "outlet")]
    pub outlets: Vec<OutletItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutletItem {
    pub slug: String,
    pub name: String,
    pub address: String,
    pub okrug: Option<Okrug>,
    pub latitude: f64,
    pub longitude: f64,
    pub hours: Option<String>,
    pub phone: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BenefitItem {
    pub slug: String,
    pub title: String,
    pub summary: String,
    pub category: String,
    pub organisation: String,
    pub partner: Option<String>,
    pub provider: BenefitProvider,
    #[serde(default)]
    pub okrugs: Vec<Okrug>,
    pub terms: String,
    pub how_to_use: String,
    pub valid_from: NaiveDate,
    pub valid_through: Option<NaiveDate>,
    #[serde(default)]
    pub outlets: Vec<String>,
    pub published_at: DateTime<Utc>,
    pub value: ValueItem,
    pub eligibility: EligibilityItem,
    pub redemption: RedemptionItem,
    pub ad_mark: Option<AdMarkItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueItem {
    pub kind: BenefitValueKind,
    pub amount: Option<f64>,
    pub up_to: Option<f64>,
    pub base_price: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EligibilityItem {
    #[serde(default)]
    pub organisations: Vec<String>,
    #[serde(default)]
    pub min_membership_months: i32,
    #[serde(default)]
    pub dependents_allowed: bool,
    #[serde(default)]
    pub okrugs: Vec<Okrug>,
    #[serde(default)]
    pub documents: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedemptionItem {
    pub kind: RedemptionKind,
    pub url: Option<String>,
    pub phone: Option<String>,
    pub promo_code: Option<String>,
    pub limit_per_member: Option<i32>,
    pub limit_total: Option<i32>,
    pub period: Option<LimitPeriod>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdMarkItem {
    pub advertiser: String,
    pub token: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoursesFile {
    #[serde(rename = "course")]
    pub courses: Vec<CourseItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CourseItem {
    pub slug: String,
    pub title: String,
    pub summary: String,
    pub organisation: String,
    pub provider: Option<String>,
    pub format: CourseFormat,
    pub level: Option<CourseLevel>,
    pub hours: i32,
    pub certificate_kind: CertificateKind,
    pub published_at: DateTime<Utc>,
    #[serde(default)]
    pub related_guides: Vec<String>,
    pub body: String,
    #[serde(default)]
    pub programme: Vec<CourseModule>,
    #[serde(default)]
    pub materials: Vec<CourseMaterial>,
    pub session: SessionItem,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionItem {
    /// From the day on which it is loaded.
    pub days_ahead: i64,
    /// By clocks in Moscow.
    pub hour: i64,
    pub minute: i64,
    pub duration_minutes: i64,
    pub place: Option<String>,
    pub online_url: Option<String>,
    pub seats: i32,
    #[serde(default)]
    pub is_open_to_all: bool,
}

#[derive(Serialize, Deserialize)]
pub struct GuideItem {
    pub slug: String,
    pub title: String,
    pub short_title: String,
    pub summary: String,
    pub category: String,
    #[serde(default)]
    pub life_events: Vec<String>,
    pub organisation: String,
    pub portal: ServicePortal,
    pub official_url: String,
    pub level: ServiceLevel,
    pub authority: String,
    pub published_at: DateTime<Utc>,
    pub next_review_at: NaiveDate,
    #[serde(default)]
    pub related_guides: Vec<String>,
    pub alert: Option<AlertItem>,
    #[serde(flatten)]
    pub passport: Passport,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertItem {
    pub text: String,
    pub until: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_data_file_reads() {
        read::<ReferenceFile>(REFERENCE).unwrap();
        read::<GuideReferenceFile>(GUIDE_REFERENCE).unwrap();
        read::<OrganisationsFile>(ORGANISATIONS).unwrap();
        let articles: usize = NEWS
            .iter()
            .map(|text| read::<NewsFile>(text).unwrap().articles.len())
            .sum();
        assert!(articles >= 80, "{articles}");
        assert!(read::<BenefitsFile>(BENEFITS).unwrap().benefits.len() >= 30);
    }

    #[test]
    fn every_course_has_a_session_that_is_held_somewhere() {
        let courses = read::<CoursesFile>(COURSES).unwrap().courses;
        assert_eq!(courses.len(), 6);
        for course in courses {
            let session = &course.session;
            let is_somewhere = session.place.is_some() || session.online_url.is_some();
            assert!(is_somewhere && session.days_ahead > 1, "{}", course.slug);
            let hours: i32 = course.programme.iter().filter_map(|part| part.hours).sum();
            assert_eq!(hours, course.hours, "{}", course.slug);
        }
    }

    #[test]
    fn every_guide_has_what_readers_rely_on() {
        for text in GUIDES {
            let guide = read::<GuideItem>(text).unwrap();
            let passport = &guide.passport;
            assert!(!passport.legal_basis.is_empty(), "{}", guide.slug);
            assert!(guide.official_url.starts_with("https://"), "{}", guide.slug);
            assert!(passport.source_date.is_some(), "{}", guide.slug);
            assert!(passport.steps.len() >= 3, "{}", guide.slug);
            assert!(!passport.document_groups.is_empty(), "{}", guide.slug);
            assert!(!passport.channels.is_empty(), "{}", guide.slug);
        }
    }
}
