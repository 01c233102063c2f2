//! One saved state of a draft.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "content_revision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub content_id: Uuid,
    pub number: i32,
    /// The draft as its domain wrote it.
    pub document: Json,
    pub change_note: Option<String>,
    pub author_id: Option<Uuid>,
    /// When readers began to see it.
    pub published_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
