//! All SQL of benefits, partners and outlets.

mod catalogue;
mod outlets;
mod partners;
mod publishing;
mod searchable;

pub(super) use catalogue::{
    BenefitCriteria, BenefitParts, BenefitPosition, count, list_by_ids, list_details,
    list_eligible_organisations, list_nearest, list_newest, list_okrugs, list_suspensions,
};
pub use catalogue::{BenefitDetail, BenefitSummary, find_benefit};
pub use outlets::OutletRow;
pub(super) use outlets::{
    MapBox, OutletCriteria, OutletPosition, count_outlets, list_outlets, list_outlets_by_ids,
    list_outlets_near,
};
pub use partners::{CategoryRow, PartnerRow};
pub(super) use partners::{
    PartnerPosition, count_partners, list_categories, list_categories_by_ids, list_partners,
    list_partners_by_ids,
};
pub use publishing::{
    NewBenefit, NewOutlet, NewPartner, insert_benefit, insert_category, insert_outlet,
    insert_partner,
};
pub use searchable::list_searchable;
