//! The use of benefits: redeeming them within their limits, pools of codes, what members keep to come
//! back to, and reports of benefits that were not given.
//!
//! What a redemption gave is sealed under its holder's key. Who reported is told to nobody: staff see
//! the report alone.

mod code_file;
mod codes;
mod importing;
mod mutation;
mod offer;
mod own_data;
mod query;
mod redeeming;
mod reporting;
mod rules;
mod store;
mod types;
mod voucher;
mod warning;

pub use code_file::{CodeImportProblem, RefusedLine};
pub use importing::{CodeUpload, ImportOutcome, ImportReport, import_codes, receive_codes};
pub use mutation::BenefitUseMutation;
pub use own_data::{erase, personal_data};
pub use query::{BenefitUseQuery, ViewerBenefitUse};
pub use types::BenefitUseErrorCode;
pub use warning::{JOB as WARNING_JOB, handler as warning_handler};
