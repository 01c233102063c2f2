//! The use of benefits as clients see it.

mod errors;
mod redemption;
mod report;
mod saved;

pub use errors::BenefitUseErrorCode;
pub use redemption::Redemption;
pub use report::{BenefitReport, BenefitReportForStaff, BenefitReportState};
pub use saved::{SavedItem, SavedKind, SavedObject};
