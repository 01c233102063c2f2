//! Mutations of membership.

mod claims;
mod imports;
mod roster;

use async_graphql::MergedObject;

/// Mutations of membership.
#[derive(Default, MergedObject)]
pub struct MembershipMutation(
    claims::ClaimMutation,
    roster::RosterMutation,
    imports::ImportMutation,
);
