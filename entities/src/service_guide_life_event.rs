//! The life events a guide serves.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_guide_life_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub guide_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub life_event_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
