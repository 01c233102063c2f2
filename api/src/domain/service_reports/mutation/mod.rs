//! Mutations of reports of services.

mod input;
mod moderate;
mod submit;

use async_graphql::MergedObject;

/// Mutations of reports of services.
#[derive(Default, MergedObject)]
pub struct ServiceReportMutation(submit::SubmitMutation, moderate::ModerationMutation);
