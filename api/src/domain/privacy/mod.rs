//! Rights over one's own data (152-FZ): consents a purpose each, a copy of everything, erasure.
//!
//! Each domain tells what it keeps of somebody and erases it; this one asks them, so that a new
//! domain with personal data has one place to be added to.

mod consents;
mod erasing;
mod exporting;
mod mutation;
mod query;
mod store;
mod types;

pub use erasing::{CoolingOff, JOB as ERASE_JOB, handler as erase_handler};
pub use exporting::{JOB as EXPORT_JOB, archive, handler as export_handler};
pub use mutation::PrivacyMutation;
pub use query::ViewerPrivacy;
pub use store::exports::forget_old as forget_exports;
pub use types::{PersonalDataExport, PrivacyErrorCode};
