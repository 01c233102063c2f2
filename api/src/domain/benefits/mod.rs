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
    NewBenefit, NewOutlet, NewPartner, find_benefit, insert_benefit, insert_category,
    insert_outlet, insert_partner, list_searchable,
};
pub use types::{Benefit, BenefitCategory, Outlet, Partner, RedemptionKind};
