//! One searchable thing. Its lexemes are beside it: a column on PostgreSQL, FTS5 on SQLite.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "search_document")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub number: i64,
    pub object_id: Uuid,
    pub object_type: String,
    pub audience_id: Uuid,
    pub published_at: DateTimeUtc,
    pub title: String,
    /// The stems that it is ranked by, a line a field.
    pub headwords: String,
}

impl ActiveModelBehavior for ActiveModel {}
