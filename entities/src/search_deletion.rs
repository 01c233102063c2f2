//! What is left of a stem without one letter: where mistyped words meet it.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "search_deletion")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub deletion: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub stem: String,
}

impl ActiveModelBehavior for ActiveModel {}
