//! Mutations of the use of benefits.

mod decisions;
mod redeem;
mod report;
mod saved;

use async_graphql::{ID, MergedObject};
use uuid::Uuid;

use crate::infra::error::Error;

/// Mutations of the use of benefits.
#[derive(Default, MergedObject)]
pub struct BenefitUseMutation(
    redeem::RedeemMutation,
    saved::SavedMutation,
    report::ReportMutation,
    decisions::DecisionMutation,
);

/// The key by which a client repeats itself.
fn client_key(key: &ID) -> Result<Uuid, Error> {
    Uuid::parse_str(key.as_str())
        .map_err(|_| Error::bad_input("input.clientMutationKey", "ожидается UUID"))
}
