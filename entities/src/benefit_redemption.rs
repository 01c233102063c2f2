//! A member's use of a benefit, with what it gave.

use sea_orm::entity::prelude::*;

use crate::enums::RedemptionKind;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "benefit_redemption")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub benefit_id: Uuid,
    pub account_id: Uuid,
    /// The client's own key: the same one gets the same redemption, for ever.
    pub client_key: Uuid,
    /// How the benefit was redeemed then.
    pub kind: RedemptionKind,
    /// Code, address, telephone and text, sealed under the person's key.
    pub voucher: Vec<u8>,
    pub redeemed_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
