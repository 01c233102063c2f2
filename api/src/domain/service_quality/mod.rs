//! How well state services are delivered, by what people report of them.
//!
//! Reports are `service_reports`'. Here they are counted ([`refresh`]), months are frozen ([`freeze`]),
//! and figures are made of the counts: too few reports are not published, and none can be told from the
//! others. Guides show their service's ([`guide_quality`]), `http` the report to the Council
//! ([`report`]). Editors are called to guides by `guide_watch`.

mod counting;
mod freezing;
mod loaders;
mod measuring;
mod query;
mod ranking;
mod reporting;
mod rules;
mod store;
mod types;
mod watching;
mod words;

pub use counting::{Counted, refresh};
pub use freezing::freeze;
pub use query::ServiceQualityQuery;
pub use reporting::{QualityReport, ReportRequest, ServiceLine, report};
pub use rules::{Edition, Figures, Index, IndexPart, Light, Share, ShareCode, TermFigures};
pub use types::{GuideQuality, guide_quality};
pub use words::{NOTE, unit};
