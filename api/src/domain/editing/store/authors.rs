//! Who wrote what, until they ask to be forgotten.

use entities::{content, content_draft, content_revision};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
};
use uuid::Uuid;

use crate::infra::db::{forget_id, lock_row};

/// Leaves everything that somebody wrote as it is, by nobody.
///
/// # Errors
/// Whatever the driver reports.
pub async fn forget_author(
    transaction: &impl ConnectionTrait,
    account_id: Uuid,
) -> Result<(), DbErr> {
    use content_draft::Column;
    let theirs = Column::AuthorId
        .eq(account_id)
        .or(Column::EditedById.eq(account_id))
        .or(Column::SubmittedById.eq(account_id));
    let drafts = content_draft::Entity::find()
        .filter(theirs)
        .order_by_asc(Column::Id)
        .all(transaction)
        .await?;
    // A step writes whole rows back: one under way would write the author back with them.
    for draft in drafts {
        lock_row::<content::Entity>(transaction, draft.id).await?;
    }
    for role in [Column::AuthorId, Column::EditedById, Column::SubmittedById] {
        forget_id::<content_draft::Entity>(transaction, role, account_id).await?;
    }
    let author = content_revision::Column::AuthorId;
    forget_id::<content_revision::Entity>(transaction, author, account_id).await
}
