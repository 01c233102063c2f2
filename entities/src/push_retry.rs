//! A delivery that failed and is tried again.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "push_retry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub chunk_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub device_id: i64,
    pub attempts: i32,
    pub not_before_at: DateTimeUtc,
    pub last_error: String,
}

impl ActiveModelBehavior for ActiveModel {}
