//! A subject that people may be notified of.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "push_topic")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub slug: String,
    pub name: String,
    pub description: String,
    pub position: i32,
    /// Whether devices of people who have not signed in may choose it.
    pub is_public: bool,
    /// The news that it follows; none: it rings by hand only.
    pub news_category_id: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
