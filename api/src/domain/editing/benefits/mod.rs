//! Benefits as their editors have them.

mod document;
mod input;
mod kind;
mod mutation;
mod preview;
mod rules;
mod types;

pub use document::{
    BenefitAdMarkDocument, BenefitDocument, BenefitEligibilityDocument, BenefitRedemptionDocument,
    BenefitValueDocument,
};
pub use kind::BENEFITS;
pub use mutation::BenefitEditing;
pub use types::BenefitDraft;
