//! How far the search index has followed the changes; one row.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "search_state")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    pub indexed_seq: i64,
    /// The digest of the dictionary that documents were indexed with.
    pub dictionary: String,
}

impl ActiveModelBehavior for ActiveModel {}
