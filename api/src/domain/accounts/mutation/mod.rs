//! Mutations of accounts.

mod profile;
mod sessions;
mod sign_in;
mod staff;
mod staff_access;
mod step_up;
mod unlock;

use async_graphql::MergedObject;

/// Mutations of accounts.
#[derive(Default, MergedObject)]
pub struct AccountMutation(
    sign_in::SignInMutation,
    sessions::SessionMutation,
    staff_access::StaffAccessMutation,
    staff::StaffMutation,
    step_up::StepUpMutation,
    profile::ProfileMutation,
    unlock::UnlockMutation,
);
