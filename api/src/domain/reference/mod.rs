//! Staff's desk for reference data: categories, life events, organisations, partners, outlets,
//! redirects.
//!
//! Every change is one transaction: the desk is held (see [`store`]), the right is asked for, all
//! problems are told at once, the owning domain writes, the audit log says which fields changed, and
//! readers' copies hear of it. The tables have no versions: the last writer of a field wins, and the
//! same input twice changes nothing the second time.

mod desk;
mod importing;
mod mutation;
mod problems;
mod query;
mod rules;
mod store;
mod types;

pub use importing::{FileProblem, ImportPurpose, ImportReport, ReferenceUpload, receive_file};
pub use mutation::ReferenceMutation;
pub use query::ReferenceQuery;
pub use types::{Redirect, ReferenceErrorCode};
