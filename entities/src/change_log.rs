//! What changed, in commit order, with the audience before and after.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "change_log")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// Empty, with a nil id, where no object changed and only tags went stale.
    pub object_type: String,
    pub object_id: Uuid,
    /// `None`: the object was not published before.
    pub audience_before_id: Option<Uuid>,
    /// `None`: the object is not published any more.
    pub audience_after_id: Option<Uuid>,
    pub changed_at: DateTimeUtc,
    /// The cache tags that its transaction marked stale, sorted, with a blank between.
    pub tags: String,
}

impl ActiveModelBehavior for ActiveModel {}
