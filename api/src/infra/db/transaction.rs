//! The last statements of every transaction that changes what readers see.

use chrono::{DateTime, Utc};
use entities::{cache_generation, change_head, change_log};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, ExprTrait, sea_query::Expr,
    sea_query::OnConflict,
};
use uuid::Uuid;

/// One object whose readers must hear of a change.
#[derive(Clone, Debug)]
pub struct Change {
    /// What it is, as the offline copy names it.
    pub object_type: &'static str,
    /// Which one.
    pub object_id: Uuid,
    /// Who saw it before; `None`: nobody.
    pub audience_before: Option<Uuid>,
    /// Who sees it now; `None`: nobody.
    pub audience_after: Option<Uuid>,
}

/// Numbers the changes and marks the cache tags stale. **Call it last in the transaction.**
///
/// The head's row lock makes commit order equal sequence order, on both databases; taking it first
/// and the tags in sorted order keeps writers from deadlocking.
///
/// # Errors
/// Whatever the driver reports; the caller rolls back.
pub async fn record_change(
    transaction: &impl ConnectionTrait,
    changes: &[Change],
    tags: &[&str],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let first = reserve_sequence(transaction, changes.len()).await?;
    let rows = (first..)
        .zip(changes)
        .map(|(seq, change)| change_log::ActiveModel {
            seq: Set(seq),
            object_type: Set(change.object_type.into()),
            object_id: Set(change.object_id),
            audience_before_id: Set(change.audience_before),
            audience_after_id: Set(change.audience_after),
            changed_at: Set(now),
        });
    if !changes.is_empty() {
        change_log::Entity::insert_many(rows)
            .exec_without_returning(transaction)
            .await?;
    }
    let mut tags = tags.to_vec();
    tags.sort_unstable();
    tags.dedup();
    for tag in tags {
        bump_generation(transaction, tag).await?;
    }
    Ok(())
}

async fn reserve_sequence(transaction: &impl ConnectionTrait, count: usize) -> Result<i64, DbErr> {
    let count = i64::try_from(count).map_err(|cause| DbErr::Custom(cause.to_string()))?;
    let heads = change_head::Entity::update_many()
        .col_expr(
            change_head::Column::Seq,
            Expr::col(change_head::Column::Seq).add(count),
        )
        .exec_with_returning(transaction)
        .await?;
    heads
        .first()
        .map(|head| head.seq - count + 1)
        .ok_or_else(|| DbErr::RecordNotFound("change_head".into()))
}

async fn bump_generation(transaction: &impl ConnectionTrait, tag: &str) -> Result<(), DbErr> {
    cache_generation::Entity::insert(cache_generation::ActiveModel {
        tag: Set(tag.into()),
        generation: Set(1),
    })
    .on_conflict(
        OnConflict::column(cache_generation::Column::Tag)
            .value(
                cache_generation::Column::Generation,
                Expr::col((
                    cache_generation::Entity,
                    cache_generation::Column::Generation,
                ))
                .add(1),
            )
            .to_owned(),
    )
    .exec_without_returning(transaction)
    .await
    .map(|_| ())
}
