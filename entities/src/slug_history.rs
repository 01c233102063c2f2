//! An address that content once had and that still leads to it.

use sea_orm::entity::prelude::*;

use crate::enums::ContentKind;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "slug_history")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: ContentKind,
    #[sea_orm(primary_key, auto_increment = false)]
    pub slug: String,
    pub content_id: Uuid,
    pub retired_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
