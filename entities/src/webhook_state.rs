//! How far webhooks were told of the changes; one row, which whoever changes webhooks holds.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_state")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    pub followed_seq: i64,
}

impl ActiveModelBehavior for ActiveModel {}
