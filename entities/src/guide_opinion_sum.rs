//! How many found a guide of use, and how many did not; whoever writes an opinion holds the row.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "guide_opinion_sum")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub guide_id: Uuid,
    pub useful: i64,
    pub not_useful: i64,
}

impl ActiveModelBehavior for ActiveModel {}
