//! What clients see of watching over guides.

mod concern;
mod errors;
mod opinion;
mod recommendation;

pub use concern::{GuideConcern, GuideConcernKind};
pub use errors::GuideWatchErrorCode;
pub use opinion::{GuideOpinion, GuideOpinionReason};
pub use recommendation::RecommendationDraft;
