//! The one row that orders all changes: its lock makes commit order equal sequence order.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "change_head")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The sequence number of the newest committed change.
    pub seq: i64,
    /// Log rows up to this number have been thrown away.
    pub pruned_seq: i64,
}

impl ActiveModelBehavior for ActiveModel {}
