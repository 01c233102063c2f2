//! What readers say of guides, and what staff do about it.

mod concerns;
mod feedback;
mod recommendations;

use async_graphql::MergedObject;

use self::{
    concerns::ConcernMutation, feedback::OpinionMutation, recommendations::RecommendationMutation,
};

/// Mutations of watching over guides.
#[derive(Default, MergedObject)]
pub struct GuideWatchMutation(OpinionMutation, ConcernMutation, RecommendationMutation);
