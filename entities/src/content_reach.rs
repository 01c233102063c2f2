//! How often readers opened, read and shared a piece of content on one day; nobody is behind a count.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "content_reach")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub content_id: Uuid,
    /// In Moscow.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: Date,
    pub opened: i64,
    pub read: i64,
    pub shared: i64,
    pub push_opened: i64,
}

impl ActiveModelBehavior for ActiveModel {}
