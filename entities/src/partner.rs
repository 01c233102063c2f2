//! Who gives a benefit.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "partner")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose staff keep it; `None`: the federation's.
    pub organisation_id: Option<Uuid>,
    pub slug: String,
    pub brand_name: String,
    /// The brand name to sort by: lower case, ё as е.
    pub sort_key: String,
    pub legal_name: String,
    pub description: String,
    pub site: Option<String>,
    pub logo_id: Option<Uuid>,
    pub is_demo: bool,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
