//! An interned audience: equal definitions share one row.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audience")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// SHA-256 of the canonical definition, or `public`.
    pub canonical_hash: String,
    pub definition: Json,
}

impl ActiveModelBehavior for ActiveModel {}
