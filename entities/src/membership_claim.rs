//! An account's claim to be a member, waiting for the union's officer or decided.

use sea_orm::entity::prelude::*;

use crate::enums::ClaimState;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "membership_claim")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub organisation_id: Uuid,
    /// Name and card number as claimed, sealed under the person's key.
    pub claimant: Vec<u8>,
    pub number_lookup: String,
    pub state: ClaimState,
    pub membership_id: Option<Uuid>,
    /// Why it was rejected, sealed under the key of the claimant's person.
    pub sealed_decision_reason: Option<Vec<u8>>,
    pub decided_by_id: Option<Uuid>,
    pub decided_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
