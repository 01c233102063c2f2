//! Reference data: organisations, headings, partners, outlets, redirects.

use std::marker::PhantomData;

use entities::enums::{Okrug, OrganisationKind};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Line, Moment, Part, Reference};
use crate::domain::organisations::SocialLink;

/// An organisation. Its place in the tree is its parent's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganisationLine {
    pub id: Uuid,
    /// The organisation that it stands below; none: on top.
    pub parent_id: Option<Uuid>,
    pub slug: String,
    pub kind: OrganisationKind,
    pub short_name: String,
    pub full_name: String,
    pub about: String,
    pub industry: Option<String>,
    pub website: Option<String>,
    pub address: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub hours: Option<String>,
    pub join_url: Option<String>,
    /// The portal's host that shows it.
    pub host: Option<String>,
    /// `#rrggbb`.
    pub primary_color: Option<String>,
    pub logo_id: Option<Uuid>,
    pub socials: Vec<SocialLink>,
    /// Where it works, sorted.
    pub okrugs: Vec<Okrug>,
    /// Whether what one of its staff wrote another must publish.
    pub requires_review: bool,
    pub is_demo: bool,
    pub created_at: Moment,
    pub updated_at: Moment,
}

impl Line for OrganisationLine {
    const PART: Part = Part::Organisations;

    fn id(&self) -> Uuid {
        self.id
    }

    fn references(&self) -> Vec<Reference> {
        let parent = self.parent_id.into_iter();
        let logo = self.logo_id.into_iter();
        parent
            .map(|id| Reference::of(Part::Organisations, id))
            .chain(logo.map(|id| Reference::of(Part::Media, id)))
            .collect()
    }
}

/// Which headings a line is of.
pub trait Heading: Clone + PartialEq {
    const PART: Part;
}

/// Headings of the news.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewsCategory;
/// Kinds of benefits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BenefitCategory;
/// Fields of life that guides belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuideCategory;
/// What happens in a life and brings somebody to a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LifeEvent;

impl Heading for NewsCategory {
    const PART: Part = Part::NewsCategories;
}
impl Heading for BenefitCategory {
    const PART: Part = Part::BenefitCategories;
}
impl Heading for GuideCategory {
    const PART: Part = Part::GuideCategories;
}
impl Heading for LifeEvent {
    const PART: Part = Part::LifeEvents;
}

/// A category or a life event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct HeadingLine<H> {
    pub id: Uuid,
    pub slug: String,
    /// Of a life event its title.
    pub name: String,
    pub description: String,
    /// Its place among the others.
    pub position: i32,
    #[serde(skip)]
    pub of: PhantomData<H>,
}

impl<H: Heading> Line for HeadingLine<H> {
    const PART: Part = H::PART;

    fn id(&self) -> Uuid {
        self.id
    }

    fn references(&self) -> Vec<Reference> {
        Vec::new()
    }
}

/// A partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartnerLine {
    pub id: Uuid,
    /// Whose staff keep it; none: the federation's.
    pub organisation_id: Option<Uuid>,
    pub slug: String,
    pub brand_name: String,
    pub legal_name: String,
    pub description: String,
    pub site: Option<String>,
    pub logo_id: Option<Uuid>,
    pub is_demo: bool,
    pub created_at: Moment,
    pub updated_at: Moment,
}

impl Line for PartnerLine {
    const PART: Part = Part::Partners;

    fn id(&self) -> Uuid {
        self.id
    }

    fn references(&self) -> Vec<Reference> {
        let keeper = self.organisation_id.into_iter();
        let logo = self.logo_id.into_iter();
        keeper
            .map(|id| Reference::of(Part::Organisations, id))
            .chain(logo.map(|id| Reference::of(Part::Media, id)))
            .collect()
    }
}

/// A place where a partner gives benefits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutletLine {
    pub id: Uuid,
    pub partner_id: Uuid,
    /// By which the partner itself knows it.
    pub external_id: Option<String>,
    pub slug: String,
    pub name: String,
    pub address: String,
    pub okrug: Option<Okrug>,
    /// Degrees.
    pub latitude: f64,
    pub longitude: f64,
    pub hours: Option<String>,
    pub phone: Option<String>,
    pub is_demo: bool,
    pub created_at: Moment,
    pub updated_at: Moment,
}

impl Line for OutletLine {
    const PART: Part = Part::Outlets;

    fn id(&self) -> Uuid {
        self.id
    }

    fn references(&self) -> Vec<Reference> {
        vec![Reference::of(Part::Partners, self.partner_id)]
    }
}

/// An address of the old portal and where it leads now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedirectLine {
    pub id: Uuid,
    pub host: String,
    pub path: String,
    pub target: String,
    pub is_permanent: bool,
    pub created_at: Moment,
}

impl Line for RedirectLine {
    const PART: Part = Part::Redirects;

    fn id(&self) -> Uuid {
        self.id
    }

    fn references(&self) -> Vec<Reference> {
        Vec::new()
    }
}
