//! What readers think of guides, in numbers.

use entities::guide_opinion_sum::{self, Column};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

/// The sums of these guides, of those that somebody has an opinion of.
pub async fn list_opinion_sums(
    connection: &impl ConnectionTrait,
    guide_ids: &[Uuid],
) -> Result<Vec<guide_opinion_sum::Model>, DbErr> {
    guide_opinion_sum::Entity::find()
        .filter(Column::GuideId.is_in(guide_ids.iter().copied()))
        .all(connection)
        .await
}
