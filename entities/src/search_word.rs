//! A stem of the public vocabulary, with a word to show for it.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "search_word")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub stem: String,
    pub word: String,
    /// How many public documents hold it.
    pub documents: i64,
}

impl ActiveModelBehavior for ActiveModel {}
