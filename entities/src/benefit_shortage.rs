//! Of which shortages of a benefit's pool of codes staff have heard.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "benefit_shortage")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub benefit_id: Uuid,
    /// How many codes the pool had, taken ones counted, when staff last heard that it was low; 0: never.
    pub low_total: i64,
    /// The same of its being empty.
    pub gone_total: i64,
}

impl ActiveModelBehavior for ActiveModel {}
