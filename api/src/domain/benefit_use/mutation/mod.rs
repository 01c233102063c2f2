//! Mutations of the use of benefits.

mod decisions;
mod redeem;
mod report;
mod saved;

use async_graphql::MergedObject;

/// Mutations of the use of benefits.
#[derive(Default, MergedObject)]
pub struct BenefitUseMutation(
    redeem::RedeemMutation,
    saved::SavedMutation,
    report::ReportMutation,
    decisions::DecisionMutation,
);
