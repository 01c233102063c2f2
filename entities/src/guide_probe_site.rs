//! What a site's robots.txt lets programs ask for.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "guide_probe_site")]
pub struct Model {
    /// `https://www.example.ru`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub origin: String,
    /// In Moscow.
    pub fetched_on: Date,
    /// As `api` writes and reads it.
    pub manners: Json,
}

impl ActiveModelBehavior for ActiveModel {}
