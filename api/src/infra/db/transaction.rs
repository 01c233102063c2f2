//! The change log: the last statements of every transaction that changes what readers see.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::{cache_generation, change_head, change_log, published_object};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder, QuerySelect, TransactionTrait, sea_query::Expr, sea_query::OnConflict,
};
use uuid::Uuid;

use super::Database;
use crate::infra::error::Error;

/// Rows in one INSERT, well below what either database binds at most.
const LARGEST_INSERT: usize = 1000;

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

impl Change {
    /// Of no object that copies hold: only tags go stale.
    const OF_TAGS_ALONE: Self = Self {
        object_type: "",
        object_id: Uuid::nil(),
        audience_before: None,
        audience_after: None,
    };
}

/// Numbers the changes and marks the cache tags stale. **Call it last in the transaction.**
///
/// The log keeps the tags beside each change, for whoever tells caches outside of them. The head's
/// row lock makes commit order equal sequence order, on both databases; taking it first and the tags
/// in sorted order keeps writers from deadlocking.
///
/// # Errors
/// Whatever the driver reports; the caller rolls back.
pub async fn record_change(
    transaction: &impl ConnectionTrait,
    changes: &[Change],
    tags: &[&str],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let mut tags = tags.to_vec();
    tags.sort_unstable();
    tags.dedup();
    let changes: &[Change] = if changes.is_empty() && !tags.is_empty() {
        &[Change::OF_TAGS_ALONE]
    } else {
        changes
    };
    let first = reserve_sequence(transaction, changes.len()).await?;
    let numbered: Vec<(i64, &Change)> = (first..).zip(changes).collect();
    let logged_tags = tags.join(" ");
    for batch in numbered.chunks(LARGEST_INSERT) {
        log(transaction, batch, &logged_tags, now).await?;
        keep_current(transaction, batch).await?;
    }
    for tag in tags {
        bump_generation(transaction, tag).await?;
    }
    Ok(())
}

async fn log(
    transaction: &impl ConnectionTrait,
    changes: &[(i64, &Change)],
    tags: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let rows = changes.iter().map(|(seq, change)| change_log::ActiveModel {
        seq: Set(*seq),
        object_type: Set(change.object_type.into()),
        object_id: Set(change.object_id),
        audience_before_id: Set(change.audience_before),
        audience_after_id: Set(change.audience_after),
        changed_at: Set(now),
        tags: Set(tags.into()),
    });
    change_log::Entity::insert_many(rows)
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

/// What is published moves to the end of the line; what is not any more leaves it.
async fn keep_current(
    transaction: &impl ConnectionTrait,
    changes: &[(i64, &Change)],
) -> Result<(), DbErr> {
    use published_object::Column;
    // One statement may not touch a row twice: the last change of an object is the one that holds.
    let latest: HashMap<Uuid, (i64, &Change)> = changes
        .iter()
        .map(|(seq, change)| (change.object_id, (*seq, *change)))
        .collect();
    let mut gone = Vec::new();
    let mut current = Vec::new();
    for (object_id, (seq, change)) in latest {
        match change.audience_after {
            None => gone.push(object_id),
            Some(audience_id) => current.push(published_object::ActiveModel {
                object_id: Set(object_id),
                object_type: Set(change.object_type.into()),
                audience_id: Set(audience_id),
                seq: Set(seq),
            }),
        }
    }
    if !gone.is_empty() {
        published_object::Entity::delete_many()
            .filter(Column::ObjectId.is_in(gone))
            .exec(transaction)
            .await?;
    }
    if !current.is_empty() {
        published_object::Entity::insert_many(current)
            .on_conflict(
                OnConflict::column(Column::ObjectId)
                    .update_columns([Column::AudienceId, Column::Seq])
                    .to_owned(),
            )
            .exec_without_returning(transaction)
            .await?;
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

/// Makes everything old that was made of a tag. Changes of content do it by [`record_change`].
///
/// # Errors
/// Whatever the driver reports.
pub async fn bump_generation(transaction: &impl ConnectionTrait, tag: &str) -> Result<(), DbErr> {
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

/// Throws away log rows older than that instant, and remembers up to where the log is gone.
///
/// # Errors
/// Whatever the driver reports; then nothing is thrown away.
pub async fn prune_changes(database: &Database, oldest: DateTime<Utc>) -> Result<u64, Error> {
    use change_log::Column;
    let transaction = database.writer().begin().await?;
    // The head first, like every writer.
    reserve_sequence(&transaction, 0).await?;
    let last: Option<i64> = change_log::Entity::find()
        .select_only()
        .column(Column::Seq)
        .filter(Column::ChangedAt.lt(oldest))
        .order_by_desc(Column::Seq)
        .into_tuple()
        .one(&transaction)
        .await?;
    let Some(last) = last else {
        return Ok(0);
    };
    let gone = change_log::Entity::delete_many()
        .filter(Column::Seq.lte(last))
        .exec(&transaction)
        .await?;
    change_head::Entity::update_many()
        .col_expr(change_head::Column::PrunedSeq, Expr::value(last))
        .exec(&transaction)
        .await?;
    transaction.commit().await?;
    Ok(gone.rows_affected)
}
