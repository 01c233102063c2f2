//! A place where a partner gives a benefit.

use sea_orm::entity::prelude::*;

use crate::enums::Okrug;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "outlet")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub partner_id: Uuid,
    /// By which the partner itself knows it; unique among the partner's.
    pub external_id: Option<String>,
    pub slug: String,
    pub name: String,
    /// The name to sort by: lower case, ё as е.
    pub sort_key: String,
    pub address: String,
    pub okrug: Option<Okrug>,
    pub latitude: f64,
    pub longitude: f64,
    pub hours: Option<String>,
    pub phone: Option<String>,
    pub is_demo: bool,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
