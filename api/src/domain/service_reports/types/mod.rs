//! Reports of services as clients see them.

mod choices;
mod errors;
mod escalation;
mod parts;
mod report;

pub use choices::{
    HelpedBy, RefusalReason, ServiceOutcome, ServiceReportDecision, ServiceReportModeration,
    channel_of, stored_channel,
};
pub use errors::ServiceReportErrorCode;
pub use escalation::ServiceReportEscalation;
pub use parts::{ServiceReportRatings, ServiceReportRefusal};
pub use report::{ServiceReport, ServiceReportForStaff};
