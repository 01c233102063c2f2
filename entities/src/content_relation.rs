//! One piece of content that points its readers to another.

use sea_orm::entity::prelude::*;

use crate::enums::ContentKind;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "content_relation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub content_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub related_id: Uuid,
    pub related_kind: ContentKind,
    pub position: i32,
}

impl ActiveModelBehavior for ActiveModel {}
