//! A piece of content with the draft that staff are at.

use std::collections::HashMap;

use entities::{content, content_draft, content_revision, enums::DraftState};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, IntoSimpleExpr,
    QueryFilter, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use crate::infra::{
    db::{delete_row, lock_row, overwrite_row},
    error::Error,
};

/// A piece of content as its editors have it.
#[derive(Clone, Debug)]
pub struct Held {
    pub content: content::Model,
    /// What they are at; `None`: nothing since it was published.
    pub draft: Option<content_draft::Model>,
    /// The draft's revision, or the published one.
    pub revision: content_revision::Model,
}

impl Held {
    /// Whether its draft waits for a time.
    #[must_use]
    pub fn is_scheduled(&self) -> bool {
        self.draft
            .as_ref()
            .is_some_and(|draft| draft.state == DraftState::Scheduled)
    }
}

/// Holds a piece of content until the transaction ends, and reads all of it.
///
/// # Errors
/// Whatever the driver reports.
pub async fn hold(transaction: &impl ConnectionTrait, id: Uuid) -> Result<Option<Held>, Error> {
    match lock_row::<content::Entity>(transaction, id).await? {
        Some(content) => Ok(Some(complete(transaction, content).await?)),
        None => Ok(None),
    }
}

/// Reads all of a piece of content.
///
/// # Errors
/// Whatever the driver reports.
pub async fn find(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<Held>, Error> {
    match content::Entity::find_by_id(id).one(connection).await? {
        Some(content) => Ok(Some(complete(connection, content).await?)),
        None => Ok(None),
    }
}

async fn complete(
    connection: &impl ConnectionTrait,
    content: content::Model,
) -> Result<Held, Error> {
    use content_revision::Column;
    let draft = content_draft::Entity::find_by_id(content.id)
        .one(connection)
        .await?;
    let revisions = content_revision::Entity::find().filter(Column::ContentId.eq(content.id));
    let revisions = match &draft {
        Some(draft) => revisions.filter(Column::Number.eq(draft.revision)),
        None => revisions.filter(Column::Id.eq(content.published_revision_id)),
    };
    let revision = revisions.one(connection).await?;
    let content_id = content.id;
    Ok(Held {
        content,
        draft,
        revision: revision
            .ok_or_else(|| Error::internal("content without a revision", content_id))?,
    })
}

/// The drafts with their content and texts, in the same order.
///
/// # Errors
/// Whatever the driver reports.
pub(super) async fn list(
    connection: &impl ConnectionTrait,
    drafts: &[content_draft::Model],
) -> Result<Vec<Held>, Error> {
    use content_revision::Column;
    let ids = || drafts.iter().map(|draft| draft.id);
    let contents = content::Entity::find()
        .filter(content::Column::Id.is_in(ids()))
        .all(connection)
        .await?;
    let pairs = drafts
        .iter()
        .map(|draft| Expr::tuple([Expr::val(draft.id), Expr::val(draft.revision)]));
    let columns = Expr::tuple([
        Column::ContentId.into_simple_expr(),
        Column::Number.into_simple_expr(),
    ]);
    let revisions = content_revision::Entity::find()
        .filter(columns.is_in(pairs))
        .all(connection)
        .await?;
    let mut contents: HashMap<Uuid, content::Model> =
        contents.into_iter().map(|row| (row.id, row)).collect();
    let mut revisions: HashMap<Uuid, content_revision::Model> = revisions
        .into_iter()
        .map(|row| (row.content_id, row))
        .collect();
    drafts
        .iter()
        .map(|draft| {
            let lacks = || Error::internal("a draft without its content", draft.id);
            Ok(Held {
                content: contents.remove(&draft.id).ok_or_else(lacks)?,
                revision: revisions.remove(&draft.id).ok_or_else(lacks)?,
                draft: Some(draft.clone()),
            })
        })
        .collect()
}

/// The versions of pieces of content.
pub async fn list_versions(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, i64>, DbErr> {
    let versions: Vec<(Uuid, i64)> = content::Entity::find()
        .select_only()
        .column(content::Column::Id)
        .column(content::Column::Version)
        .filter(content::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(versions.into_iter().collect())
}

/// Writes a new piece of content.
pub async fn insert_content(
    transaction: &impl ConnectionTrait,
    content: content::Model,
) -> Result<(), DbErr> {
    content::Entity::insert(content.into_active_model())
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

/// Writes a piece of content whose row is held.
pub async fn update_content(
    transaction: &impl ConnectionTrait,
    content: &content::Model,
) -> Result<(), DbErr> {
    overwrite_row(transaction, content.clone()).await
}

/// Takes away a piece of content that nobody ever saw, with its draft and revisions.
pub async fn delete_content(transaction: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    delete_row::<content::Entity>(transaction, id).await
}

/// Writes what staff are at, in place of what they were at.
pub async fn write_draft(
    transaction: &impl ConnectionTrait,
    draft: content_draft::Model,
) -> Result<(), DbErr> {
    use content_draft::Column;
    content_draft::Entity::insert(draft.into_active_model())
        .on_conflict(
            OnConflict::column(Column::Id)
                .update_columns([
                    Column::OrganisationId,
                    Column::State,
                    Column::Revision,
                    Column::Title,
                    Column::EditedById,
                    Column::SubmittedById,
                    Column::ReturnComment,
                    Column::PublishAt,
                    Column::Notifies,
                    Column::UpdatedAt,
                ])
                .to_owned(),
        )
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

/// Nobody is at it any more; its revisions stay.
pub async fn delete_draft(transaction: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    delete_row::<content_draft::Entity>(transaction, id).await
}
