//! The outlets where a benefit is given; none: everywhere or online.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "benefit_outlet")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub benefit_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub outlet_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
