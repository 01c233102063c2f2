//! How often codes to one identifier failed in a row.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identifier_guard")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub identifier_lookup: String,
    pub consecutive_failures: i32,
    pub waits_until_at: Option<DateTimeUtc>,
    /// When it was last held; none: before anybody noted that.
    pub touched_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
