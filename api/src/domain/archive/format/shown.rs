//! What readers see of each kind of content. Texts are blocks, as `ContentBlock` of the schema.

use chrono::NaiveDate;
use entities::enums::{
    BenefitProvider, BenefitValueKind, CertificateKind, ContentKind, CourseFormat, CourseLevel,
    LimitPeriod, NewsKind, Okrug, RedemptionKind, ServiceLevel, ServicePortal,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{Moment, Part, Reference, Shown};
use crate::domain::{
    content::read_blocks,
    guides::Passport,
    news::Video,
    training::{CourseMaterial, CourseModule},
};

/// An article.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShownArticle {
    /// The number of the revision that it was made of.
    pub revision: i32,
    pub category_id: Uuid,
    pub kind: NewsKind,
    pub headline: String,
    pub lead: String,
    /// Blocks.
    pub body: Value,
    pub cover_id: Option<Uuid>,
    pub video: Option<Video>,
    pub source_name: Option<String>,
    pub source_url: Option<String>,
    pub share_text: Option<String>,
    pub correction_text: Option<String>,
    pub corrected_at: Option<Moment>,
    pub pinned_until_at: Option<Moment>,
    pub is_urgent: bool,
    /// Sorted.
    pub okrugs: Vec<Okrug>,
    /// In lower case, sorted.
    pub tags: Vec<String>,
    pub published_at: Moment,
    pub updated_at: Moment,
}

impl Shown for ShownArticle {
    const PART: Part = Part::News;
    const KIND: ContentKind = ContentKind::NewsArticle;

    fn times(&self) -> (Moment, Moment) {
        (self.published_at, self.updated_at)
    }

    fn references(&self) -> Vec<Reference> {
        let cover = self.cover_id.into_iter();
        cover
            .map(|id| Reference::of(Part::Media, id))
            .chain([Reference::of(Part::NewsCategories, self.category_id)])
            .collect()
    }

    fn fault(&self) -> Option<String> {
        fault_of_blocks("body", &self.body)
    }
}

/// A benefit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShownBenefit {
    /// The number of the revision that it was made of.
    pub revision: i32,
    pub category_id: Uuid,
    pub partner_id: Option<Uuid>,
    pub provider: BenefitProvider,
    pub title: String,
    pub summary: String,
    /// Blocks.
    pub terms: Value,
    /// Blocks.
    pub how_to_use: Value,
    pub cover_id: Option<Uuid>,
    pub value_kind: BenefitValueKind,
    pub value_percent_hundredths: Option<i32>,
    pub value_amount_kopecks: Option<i64>,
    pub value_up_to_kopecks: Option<i64>,
    pub value_base_price_kopecks: Option<i64>,
    pub min_membership_months: i32,
    pub dependents_allowed: bool,
    /// Whose members may use it, sorted; none: all.
    pub eligible_organisation_ids: Vec<Uuid>,
    pub eligible_okrugs: Vec<Okrug>,
    pub needs_documents: Vec<String>,
    pub redemption_kind: RedemptionKind,
    pub redemption_url: Option<String>,
    pub redemption_phone: Option<String>,
    /// One for all, which readers get when they redeem. A pool's codes are not in archives.
    pub promo_code: Option<String>,
    pub limit_per_member: Option<i32>,
    pub limit_total: Option<i32>,
    pub limit_period: Option<LimitPeriod>,
    pub ad_advertiser: Option<String>,
    pub ad_token: Option<String>,
    pub valid_from: NaiveDate,
    pub valid_through: Option<NaiveDate>,
    /// Where it is offered, sorted; none: everywhere.
    pub okrugs: Vec<Okrug>,
    /// Where it is given, sorted; none: everywhere or online.
    pub outlet_ids: Vec<Uuid>,
    pub published_at: Moment,
    pub updated_at: Moment,
}

impl Shown for ShownBenefit {
    const PART: Part = Part::Benefits;
    const KIND: ContentKind = ContentKind::Benefit;

    fn times(&self) -> (Moment, Moment) {
        (self.published_at, self.updated_at)
    }

    fn references(&self) -> Vec<Reference> {
        let cover = self.cover_id.into_iter();
        let partner = self.partner_id.into_iter();
        let outlets = self.outlet_ids.iter().copied();
        let organisations = self.eligible_organisation_ids.iter().copied();
        cover
            .map(|id| Reference::of(Part::Media, id))
            .chain(partner.map(|id| Reference::of(Part::Partners, id)))
            .chain(outlets.map(|id| Reference::of(Part::Outlets, id)))
            .chain(organisations.map(|id| Reference::of(Part::Organisations, id)))
            .chain([Reference::of(Part::BenefitCategories, self.category_id)])
            .collect()
    }

    fn fault(&self) -> Option<String> {
        fault_of_blocks("terms", &self.terms)
            .or_else(|| fault_of_blocks("how_to_use", &self.how_to_use))
    }
}

/// A guide.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShownGuide {
    /// The number of the revision that it was made of.
    pub revision: i32,
    pub category_id: Uuid,
    pub title: String,
    pub short_title: String,
    pub summary: String,
    pub portal: ServicePortal,
    pub level: ServiceLevel,
    pub authority: String,
    pub official_url: String,
    /// What readers are told for a while, and until when: both or neither.
    pub alert_text: Option<String>,
    pub alert_until_at: Option<Moment>,
    /// Who of the federation answers for it, as readers see them, and when they checked it: both or
    /// neither.
    pub checked_by: Option<String>,
    pub checked_at: Option<Moment>,
    /// The Moscow day after which readers are warned.
    pub next_review_at: NaiveDate,
    /// Documents, steps, channels, costs …
    pub passport: Passport,
    /// Sorted.
    pub life_event_ids: Vec<Uuid>,
    pub published_at: Moment,
    pub updated_at: Moment,
}

impl Shown for ShownGuide {
    const PART: Part = Part::Guides;
    const KIND: ContentKind = ContentKind::ServiceGuide;

    fn times(&self) -> (Moment, Moment) {
        (self.published_at, self.updated_at)
    }

    fn references(&self) -> Vec<Reference> {
        let events = self.life_event_ids.iter().copied();
        events
            .map(|id| Reference::of(Part::LifeEvents, id))
            .chain([Reference::of(Part::GuideCategories, self.category_id)])
            .collect()
    }

    fn fault(&self) -> Option<String> {
        if self.alert_text.is_some() != self.alert_until_at.is_some() {
            return Some("alert_text and alert_until_at go together".into());
        }
        if self.checked_by.is_some() != self.checked_at.is_some() {
            return Some("checked_by and checked_at go together".into());
        }
        None
    }
}

/// A page of an organisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShownPage {
    /// The number of the revision that it was made of.
    pub revision: i32,
    pub title: String,
    /// Blocks.
    pub body: Value,
    /// Its place among the organisation's pages.
    pub position: i32,
    pub published_at: Moment,
    pub updated_at: Moment,
}

impl Shown for ShownPage {
    const PART: Part = Part::Pages;
    const KIND: ContentKind = ContentKind::OrganisationPage;

    fn times(&self) -> (Moment, Moment) {
        (self.published_at, self.updated_at)
    }

    fn references(&self) -> Vec<Reference> {
        Vec::new()
    }

    fn fault(&self) -> Option<String> {
        fault_of_blocks("body", &self.body)
    }
}

/// A course. Its sessions are dates and people's, and are not here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShownCourse {
    /// The number of the revision that it was made of.
    pub revision: i32,
    pub title: String,
    pub summary: String,
    /// Who teaches it, where that is not the organisation.
    pub provider: Option<String>,
    pub format: CourseFormat,
    pub level: Option<CourseLevel>,
    /// Academic hours.
    pub hours: i32,
    pub programme: Vec<CourseModule>,
    pub materials: Vec<CourseMaterial>,
    pub certificate_kind: CertificateKind,
    /// Blocks.
    pub body: Value,
    pub published_at: Moment,
    pub updated_at: Moment,
}

impl Shown for ShownCourse {
    const PART: Part = Part::Courses;
    const KIND: ContentKind = ContentKind::Course;

    fn times(&self) -> (Moment, Moment) {
        (self.published_at, self.updated_at)
    }

    fn references(&self) -> Vec<Reference> {
        Vec::new()
    }

    fn fault(&self) -> Option<String> {
        fault_of_blocks("body", &self.body)
    }
}

fn fault_of_blocks(field: &str, stored: &Value) -> Option<String> {
    let cause = read_blocks(stored).err()?;
    Some(format!("{field} holds no blocks: {cause}"))
}
