//! What clients see of service quality.

mod figures;
mod guide;
mod quality;
mod ranking;

pub use guide::{GuideQuality, guide_quality};
pub use quality::ServiceQuality;
pub use ranking::ServiceQualityPlace;
