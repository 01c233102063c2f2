//! Whose turn it is to ask official sites for something; one row.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "guide_probe_turn")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Until then somebody is at it, or the pause lasts.
    pub free_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
