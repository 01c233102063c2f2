//! The organisations whose members (and those below) may use a benefit; none: all.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "benefit_eligible_organisation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub benefit_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
