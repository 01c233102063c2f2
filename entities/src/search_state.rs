//! How far the search index has followed the changes; one row.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "search_state")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    pub indexed_seq: i64,
    /// While documents are made anew with a newer dictionary: how far that has come.
    pub rebuilt_seq: Option<i64>,
    /// The version of the dictionary that documents are, or are being, made with.
    pub dictionary: i32,
}

impl ActiveModelBehavior for ActiveModel {}
