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
pub(super) use outlets::{
    MapBox, OutletCriteria, OutletPosition, count_outlets, list_outlets, list_outlets_near,
};
pub use outlets::{
    OutletRow, count_given_at_outlet, delete_outlet, list_outlets_of_partner, update_outlet,
};
pub use outlets::{list_outlets_by_ids, list_partners_of_outlets};
pub use partners::{
    CategoryRow, PartnerRow, category_slug_is_taken, count_eligibility_of_organisation,
    count_of_category, count_of_partner, count_outlets_of_partner, count_partners_of_organisation,
    delete_category, delete_partner, find_partner, partner_slug_is_taken, update_category,
    update_partner,
};
pub(super) use partners::{PartnerPosition, count_partners, list_categories, list_partners};
pub use partners::{list_categories_by_ids, list_partners_by_ids};
pub use publishing::{
    NewBenefit, NewOutlet, NewPartner, insert_benefit, insert_category, insert_outlet,
    insert_partner,
};
pub use publishing::{delete_benefit, replace_benefit};
pub use searchable::{list_ids_of_category, list_ids_of_partner, list_searchable};
