//! SQL over what is published and what has changed.

use entities::{change_head, change_log, published_object};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{
    rules::{Step, StepKind},
    types::ContentItemType,
};
use crate::infra::auth::Audience;

/// The end of the change log, and its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The newest change.
    pub seq: i64,
    /// The newest change whose log row is thrown away.
    pub pruned_seq: i64,
}

pub async fn find_head(connection: &impl ConnectionTrait) -> Result<Head, DbErr> {
    let head = change_head::Entity::find().one(connection).await?;
    head.map(|head| Head {
        seq: head.seq,
        pruned_seq: head.pruned_seq,
    })
    .ok_or_else(|| DbErr::RecordNotFound("change_head".into()))
}

/// Things of one type below a number, newest change first.
pub async fn list_present(
    connection: &impl ConnectionTrait,
    audience: &Audience,
    of: ContentItemType,
    below: i64,
    limit: u64,
) -> Result<Vec<Step>, DbErr> {
    use published_object::Column;
    let rows: Vec<(i64, Uuid)> = published_object::Entity::find()
        .select_only()
        .column(Column::Seq)
        .column(Column::ObjectId)
        .filter(audience.admits(Column::AudienceId))
        .filter(Column::ObjectType.eq(of.object_type()))
        .filter(Column::Seq.lt(below))
        .order_by_desc(Column::Seq)
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?;
    let present = |(seq, object_id)| Step {
        seq,
        of,
        object_id,
        kind: StepKind::Present,
    };
    Ok(rows.into_iter().map(present).collect())
}

/// What has changed after `since` and up to `head`, in order: what is there, and what this audience
/// saw once and does not see now.
pub async fn list_steps(
    connection: &impl ConnectionTrait,
    audience: &Audience,
    types: &[ContentItemType],
    (since, head): (i64, i64),
    limit: u64,
) -> Result<Vec<Step>, DbErr> {
    let mut steps = list_changed(connection, audience, types, (since, head), limit).await?;
    // A full page goes no further than its last change: neither need the log be read.
    let is_full = steps.len() as u64 == limit;
    let end = steps
        .last()
        .filter(|_| is_full)
        .map_or(head, |last| last.seq);
    steps.extend(list_removed(connection, audience, types, (since, end), limit).await?);
    steps.sort_by_key(|step| step.seq);
    steps.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(steps)
}

async fn list_changed(
    connection: &impl ConnectionTrait,
    audience: &Audience,
    types: &[ContentItemType],
    (since, head): (i64, i64),
    limit: u64,
) -> Result<Vec<Step>, DbErr> {
    use published_object::Column;
    let rows: Vec<(i64, String, Uuid)> = published_object::Entity::find()
        .select_only()
        .column(Column::Seq)
        .column(Column::ObjectType)
        .column(Column::ObjectId)
        .filter(audience.admits(Column::AudienceId))
        .filter(Column::ObjectType.is_in(types.iter().map(|of| of.object_type())))
        .filter(Column::Seq.gt(since))
        .filter(Column::Seq.lte(head))
        .order_by_asc(Column::Seq)
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?;
    let step = |(seq, object_type, object_id): (i64, String, Uuid)| {
        Some(Step {
            seq,
            of: ContentItemType::of_object_type(&object_type)?,
            object_id,
            kind: StepKind::Present,
        })
    };
    Ok(rows.into_iter().filter_map(step).collect())
}

async fn list_removed(
    connection: &impl ConnectionTrait,
    audience: &Audience,
    types: &[ContentItemType],
    (since, head): (i64, i64),
    limit: u64,
) -> Result<Vec<Step>, DbErr> {
    use change_log::Column;
    let in_sight = published_object::Entity::find()
        .select_only()
        .column(published_object::Column::ObjectId)
        .filter(audience.admits(published_object::Column::AudienceId))
        .filter(
            Expr::col((published_object::Entity, published_object::Column::ObjectId))
                .equals((change_log::Entity, Column::ObjectId)),
        )
        .into_query();
    let rows = change_log::Entity::find()
        .filter(audience.admits(Column::AudienceBeforeId))
        .filter(Column::ObjectType.is_in(types.iter().map(|of| of.object_type())))
        .filter(Column::Seq.gt(since))
        .filter(Column::Seq.lte(head))
        .filter(Expr::not_exists(in_sight))
        .order_by_asc(Column::Seq)
        .limit(limit)
        .all(connection)
        .await?;
    let step = |row: change_log::Model| {
        Some(Step {
            seq: row.seq,
            of: ContentItemType::of_object_type(&row.object_type)?,
            object_id: row.object_id,
            kind: match row.audience_after_id {
                None => StepKind::Gone,
                Some(_) => StepKind::OutOfSight,
            },
        })
    };
    Ok(rows.into_iter().filter_map(step).collect())
}
