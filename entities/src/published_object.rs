//! What stands published now, each thing once, with the number of its last change.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "published_object")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub object_id: Uuid,
    pub object_type: String,
    pub audience_id: Uuid,
    /// A thing that changes moves to the end.
    pub seq: i64,
}

impl ActiveModelBehavior for ActiveModel {}
