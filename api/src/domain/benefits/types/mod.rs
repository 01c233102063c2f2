//! What clients see of benefits, partners and outlets.

mod benefit;
mod choices;
mod eligibility;
mod partner;

pub use benefit::{Benefit, BenefitCategory, Nearness};
pub use choices::{BenefitProvider, BenefitValueKind, LimitPeriod, RedemptionKind};
pub use eligibility::{BenefitEligibility, BenefitEligibilityRules};
pub use partner::{Outlet, Partner};
