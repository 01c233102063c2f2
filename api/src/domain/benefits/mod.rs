//! Members' benefits: what is offered, by which partner, where and to whom.
//!
//! `audience` hides a benefit, `eligibility` only explains it. Others may list an organisation's
//! benefits, load one by id, and publish through [`insert_benefit`].

mod loaders;
mod near;
mod query;
mod rules;
mod sharing;
mod store;
mod types;

pub use loaders::{BenefitById, BenefitCategoryById, OutletById, PartnerById};
pub use query::{BenefitList, BenefitQuery, benefits_of, related_benefits};
pub use rules::{Eligibility, EligibilityRules, eligibility, is_running};
pub use store::{
    CategoryRow, NewBenefit, NewOutlet, NewPartner, OutletRow, PartnerRow, category_slug_is_taken,
    count_eligibility_of_organisation, count_given_at_outlet, count_of_category, count_of_partner,
    count_outlets_of_partner, count_partners_of_organisation, delete_category, delete_outlet,
    delete_partner, find_benefit, find_partner, insert_benefit, insert_category, insert_outlet,
    insert_partner, list_ids_of_category, list_ids_of_partner, list_outlets_of_partner,
    list_searchable, partner_slug_is_taken, update_category, update_outlet, update_partner,
};
pub use store::{
    delete_benefit, list_categories_by_ids, list_outlets_by_ids, list_partners_by_ids,
    list_partners_of_outlets, replace_benefit,
};
pub use types::{
    Benefit, BenefitCategory, BenefitEligibilityRules, BenefitProvider, BenefitValueKind,
    LimitPeriod, Outlet, Partner, RedemptionKind,
};
