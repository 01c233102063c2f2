//! Changing organisations, moving them within the tree, taking them away.

use entities::{enums::Okrug, organisation, organisation_closure, organisation_okrug};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use uuid::Uuid;

use crate::infra::db::{delete_row, overwrite_row};

/// Rows in one INSERT, well below what either database binds at most.
const LARGEST_INSERT: usize = 1000;

/// Writes an organisation whose row is held; its place in the tree stays, see [`move_below`].
///
/// # Errors
/// Whatever the driver reports.
pub async fn update_organisation(
    transaction: &impl ConnectionTrait,
    row: organisation::Model,
) -> Result<(), DbErr> {
    overwrite_row(transaction, row).await
}

/// The okrugs that an organisation works in, in order.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_okrugs_of(
    connection: &impl ConnectionTrait,
    organisation_id: Uuid,
) -> Result<Vec<Okrug>, DbErr> {
    organisation_okrug::Entity::find()
        .select_only()
        .column(organisation_okrug::Column::Okrug)
        .filter(organisation_okrug::Column::OrganisationId.eq(organisation_id))
        .order_by_asc(organisation_okrug::Column::Okrug)
        .into_tuple()
        .all(connection)
        .await
}

/// Writes the okrugs that an organisation works in, in place of those before.
///
/// # Errors
/// Whatever the driver reports.
pub async fn replace_okrugs(
    transaction: &impl ConnectionTrait,
    organisation_id: Uuid,
    okrugs: &[Okrug],
) -> Result<(), DbErr> {
    organisation_okrug::Entity::delete_many()
        .filter(organisation_okrug::Column::OrganisationId.eq(organisation_id))
        .exec(transaction)
        .await?;
    if okrugs.is_empty() {
        return Ok(());
    }
    let rows = okrugs.iter().map(|okrug| organisation_okrug::ActiveModel {
        organisation_id: Set(organisation_id),
        okrug: Set(*okrug),
    });
    organisation_okrug::Entity::insert_many(rows)
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

/// Whether an organisation is another one or stands below it.
///
/// # Errors
/// Whatever the driver reports.
pub async fn stands_below(
    connection: &impl ConnectionTrait,
    ancestor_id: Uuid,
    organisation_id: Uuid,
) -> Result<bool, DbErr> {
    let found = organisation_closure::Entity::find_by_id((ancestor_id, organisation_id))
        .one(connection)
        .await?;
    Ok(found.is_some())
}

/// Rebuilds the closure for an organisation and all below it, which now stand below another one or on
/// top. The caller keeps others from moving organisations meanwhile, and has refused a place below
/// itself.
///
/// # Errors
/// Whatever the driver reports.
pub async fn move_below(
    transaction: &impl ConnectionTrait,
    organisation_id: Uuid,
    parent_id: Option<Uuid>,
) -> Result<(), DbErr> {
    use organisation_closure::Column;
    let moved = organisation_closure::Entity::find()
        .filter(Column::AncestorId.eq(organisation_id))
        .all(transaction)
        .await?;
    leave(transaction, organisation_id).await?;
    let Some(parent_id) = parent_id else {
        return Ok(());
    };
    let above = organisation_closure::Entity::find()
        .filter(Column::DescendantId.eq(parent_id))
        .all(transaction)
        .await?;
    let pairs: Vec<organisation_closure::ActiveModel> = above
        .iter()
        .flat_map(|above| moved.iter().map(move |below| (above, below)))
        .map(|(above, below)| organisation_closure::ActiveModel {
            ancestor_id: Set(above.ancestor_id),
            descendant_id: Set(below.descendant_id),
            depth: Set(above.depth + 1 + below.depth),
        })
        .collect();
    for batch in pairs.chunks(LARGEST_INSERT) {
        organisation_closure::Entity::insert_many(batch.to_vec())
            .exec_without_returning(transaction)
            .await?;
    }
    Ok(())
}

/// Takes an organisation and all below it out from under what stood above.
async fn leave(transaction: &impl ConnectionTrait, organisation_id: Uuid) -> Result<(), DbErr> {
    use organisation_closure::Column;
    let above: Vec<Uuid> = organisation_closure::Entity::find()
        .select_only()
        .column(Column::AncestorId)
        .filter(Column::DescendantId.eq(organisation_id))
        .filter(Column::Depth.gt(0))
        .into_tuple()
        .all(transaction)
        .await?;
    let moved = organisation_closure::Entity::find()
        .select_only()
        .column(Column::DescendantId)
        .filter(Column::AncestorId.eq(organisation_id))
        .into_query();
    organisation_closure::Entity::delete_many()
        .filter(Column::AncestorId.is_in(above))
        .filter(Column::DescendantId.in_subquery(moved))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// How many organisations stand directly below one.
///
/// # Errors
/// Whatever the driver reports.
pub async fn count_children(
    connection: &impl ConnectionTrait,
    organisation_id: Uuid,
) -> Result<u64, DbErr> {
    organisation::Entity::find()
        .filter(organisation::Column::ParentId.eq(organisation_id))
        .count(connection)
        .await
}

/// Takes an organisation away that nothing refers to, with its okrugs and its place in the tree.
///
/// # Errors
/// Whatever the driver reports.
pub async fn delete_organisation(
    transaction: &impl ConnectionTrait,
    organisation_id: Uuid,
) -> Result<(), DbErr> {
    delete_row::<organisation::Entity>(transaction, organisation_id).await
}
