//! The editors' mutations: what each kind sends, and the steps that all kinds share.

mod answer;
mod inputs;
mod presence;
mod steps;

use async_graphql::MergedObject;

pub use answer::Answer;
pub(in crate::domain::editing) use answer::draft_payloads;
pub use inputs::{
    ContentPublishInput, ContentRestoreInput, ContentReturnInput, ContentStepInput,
    ContentWithdrawInput, content_id,
};
pub(in crate::domain::editing) use steps::lifecycle_mutations;
pub use steps::{
    amend, archive, create, discard, publish, restore, send_back, submit, unschedule, update,
    withdraw,
};

use self::presence::PresenceEditing;
use super::{
    benefits::BenefitEditing, courses::CourseEditing, guides::GuideEditing, news::NewsEditing,
    pages::PageEditing,
};

/// The editors' mutations.
#[derive(Default, MergedObject)]
pub struct EditingMutation(
    NewsEditing,
    BenefitEditing,
    GuideEditing,
    PageEditing,
    CourseEditing,
    PresenceEditing,
);
