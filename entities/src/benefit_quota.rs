//! How often a member redeemed a benefit within one calendar period.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "benefit_quota")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub benefit_id: Uuid,
    /// The period's first Moscow day; 1970-01-01 where the limit holds for ever.
    #[sea_orm(primary_key, auto_increment = false)]
    pub period_start: Date,
    pub used: i32,
}

impl ActiveModelBehavior for ActiveModel {}
