//! Saved states of drafts.

use chrono::{DateTime, Utc};
use entities::content_revision;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, Order},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::infra::db::{Page, Position, Slice, keyset};

/// Where a revision stands in the history of its content: the newest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RevisionPosition {
    pub number: i32,
    pub id: Uuid,
}

impl Position for RevisionPosition {
    const LIST: &'static str = "contentRevisions";
}

/// The revisions of a piece of content.
pub async fn list_revisions(
    connection: &impl ConnectionTrait,
    content_id: Uuid,
    page: &Page<RevisionPosition>,
) -> Result<Slice<content_revision::Model>, DbErr> {
    use content_revision::Column;
    let select = keyset(
        content_revision::Entity::find().filter(Column::ContentId.eq(content_id)),
        (Column::Number, Column::Id),
        Order::Desc,
        page,
        |position| (position.number.into(), position.id.into()),
    );
    Ok(page.slice(select.all(connection).await?))
}

/// How many revisions there are.
pub async fn count_revisions(
    connection: &impl ConnectionTrait,
    content_id: Uuid,
) -> Result<u64, DbErr> {
    content_revision::Entity::find()
        .filter(content_revision::Column::ContentId.eq(content_id))
        .count(connection)
        .await
}

/// One revision, by its number.
pub async fn find_revision(
    connection: &impl ConnectionTrait,
    content_id: Uuid,
    number: i32,
) -> Result<Option<content_revision::Model>, DbErr> {
    use content_revision::Column;
    content_revision::Entity::find()
        .filter(Column::ContentId.eq(content_id))
        .filter(Column::Number.eq(number))
        .one(connection)
        .await
}

/// One revision, by its id.
pub async fn find_revision_by_id(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<content_revision::Model>, DbErr> {
    content_revision::Entity::find_by_id(id)
        .one(connection)
        .await
}

/// The number that the next revision has.
pub async fn next_number(
    connection: &impl ConnectionTrait,
    content_id: Uuid,
) -> Result<i32, DbErr> {
    use content_revision::Column;
    let last: Option<i32> = content_revision::Entity::find()
        .select_only()
        .column(Column::Number)
        .filter(Column::ContentId.eq(content_id))
        .order_by_desc(Column::Number)
        .into_tuple()
        .one(connection)
        .await?;
    Ok(last.unwrap_or(0) + 1)
}

pub async fn insert_revision(
    transaction: &impl ConnectionTrait,
    revision: content_revision::Model,
) -> Result<(), DbErr> {
    content_revision::Entity::insert(revision.into_active_model())
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

/// Writes another document into a revision that nobody has seen yet.
pub async fn replace_document(
    transaction: &impl ConnectionTrait,
    revision: &content_revision::Model,
) -> Result<(), DbErr> {
    use content_revision::Column;
    content_revision::Entity::update_many()
        .col_expr(
            Column::Document,
            Expr::value(Value::clone(&revision.document)),
        )
        .col_expr(Column::CreatedAt, Expr::value(revision.created_at))
        .filter(Column::Id.eq(revision.id))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Notes that readers see a revision from now on.
pub async fn mark_published(
    transaction: &impl ConnectionTrait,
    revision_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use content_revision::Column;
    content_revision::Entity::update_many()
        .col_expr(Column::PublishedAt, Expr::value(now))
        .filter(Column::Id.eq(revision_id))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Keeps what its editors say that a revision changes.
pub async fn note_change(
    transaction: &impl ConnectionTrait,
    revision_id: Uuid,
    note: &str,
) -> Result<(), DbErr> {
    use content_revision::Column;
    content_revision::Entity::update_many()
        .col_expr(Column::ChangeNote, Expr::value(note))
        .filter(Column::Id.eq(revision_id))
        .exec(transaction)
        .await
        .map(|_| ())
}
