//! The use of benefits as clients see it.

mod errors;
mod pool;
mod redemption;
mod report;
mod saved;

pub use errors::BenefitUseErrorCode;
pub use pool::BenefitCodePool;
pub use redemption::Redemption;
pub use report::{BenefitReport, BenefitReportForStaff, BenefitReportState};
pub use saved::{SavedItem, SavedKind, SavedObject};
