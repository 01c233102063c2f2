//! Mutations of training. Sessions are reference data: their mutations stand in `reference`.

mod attendance;
mod feedback;
mod registration;

use async_graphql::MergedObject;

/// Mutations of training.
#[derive(Default, MergedObject)]
pub struct TrainingMutation(
    registration::RegistrationMutation,
    feedback::TrainingFeedbackMutation,
    attendance::AttendanceMutation,
);
