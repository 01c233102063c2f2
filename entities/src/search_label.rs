//! A name that others are found by: of a category, a life event, a partner, an organisation.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "search_label")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub object_id: Uuid,
    pub object_type: String,
    /// By which what carries it was indexed last, or is being indexed.
    pub name: String,
    /// Whether some of what carries it may still be found by another name.
    pub is_spreading: bool,
    /// The last that is done meanwhile, in the order of ids.
    pub spread_through_id: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
