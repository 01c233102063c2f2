//! Where staff may act: a reach of permissions as a condition of SQL.

use entities::{
    enums::{Okrug, OrganisationKind},
    organisation, organisation_closure, organisation_okrug,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};
use uuid::Uuid;

use super::is_within;
use crate::infra::auth::Reach;

/// The condition that a row's organisation is within a reach. A reach to nowhere admits nothing.
pub fn within_reach(reach: &Reach, column: impl ColumnTrait) -> Condition {
    if reach.is_everywhere {
        return Condition::all();
    }
    let below = organisation_closure::Entity::find()
        .select_only()
        .column(organisation_closure::Column::DescendantId)
        .filter(
            organisation_closure::Column::AncestorId.is_in(reach.organisation_ids.iter().copied()),
        )
        .into_query();
    let of_okrugs = organisation_okrug::Entity::find()
        .select_only()
        .column(organisation_okrug::Column::OrganisationId)
        .filter(organisation_okrug::Column::Okrug.is_in(reach.okrugs.iter().copied()))
        .into_query();
    Condition::any()
        .add(column.in_subquery(below))
        .add(column.in_subquery(of_okrugs))
}

/// Whether a reach covers an organisation.
///
/// # Errors
/// Whatever the driver reports.
pub async fn covers(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    organisation_id: Uuid,
) -> Result<bool, DbErr> {
    if reach.is_everywhere {
        return Ok(true);
    }
    let above = list_lineage(connection, organisation_id).await?;
    let okrugs: Vec<Okrug> = organisation_okrug::Entity::find()
        .select_only()
        .column(organisation_okrug::Column::Okrug)
        .filter(organisation_okrug::Column::OrganisationId.eq(organisation_id))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(reach.covers(&above, &okrugs))
}

/// An organisation and everything above it, nearest first.
async fn list_lineage(
    connection: &impl ConnectionTrait,
    organisation_id: Uuid,
) -> Result<Vec<Uuid>, DbErr> {
    organisation_closure::Entity::find()
        .select_only()
        .column(organisation_closure::Column::AncestorId)
        .filter(organisation_closure::Column::DescendantId.eq(organisation_id))
        .order_by_asc(organisation_closure::Column::Depth)
        .into_tuple()
        .all(connection)
        .await
}

/// The city union above an organisation (or itself): what a card says of its holder's union, and
/// never more, because a primary organisation would tell where somebody works.
///
/// # Errors
/// Whatever the driver reports.
pub async fn find_issuer(
    connection: &impl ConnectionTrait,
    organisation_id: Uuid,
) -> Result<Option<organisation::Model>, DbErr> {
    let lineage = list_lineage(connection, organisation_id).await?;
    let rows = organisation::Entity::find()
        .filter(organisation::Column::Id.is_in(lineage.iter().copied()))
        .all(connection)
        .await?;
    let is_issuer = |row: &&organisation::Model| {
        matches!(
            row.kind,
            OrganisationKind::MemberOrg | OrganisationKind::Federation
        )
    };
    let depth = |row: &&organisation::Model| lineage.iter().position(|id| *id == row.id);
    Ok(rows.iter().filter(is_issuer).min_by_key(depth).cloned())
}

/// The organisations at and below an issuer.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_below(
    connection: &impl ConnectionTrait,
    issuer_id: Uuid,
) -> Result<Vec<organisation::Model>, DbErr> {
    organisation::Entity::find()
        .filter(is_within(organisation::Column::Id, issuer_id, true))
        .all(connection)
        .await
}

/// Every organisation that issues cards.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_issuers(connection: &impl ConnectionTrait) -> Result<Vec<Uuid>, DbErr> {
    let kinds = [OrganisationKind::MemberOrg, OrganisationKind::Federation];
    organisation::Entity::find()
        .select_only()
        .column(organisation::Column::Id)
        .filter(organisation::Column::Kind.is_in(kinds))
        .into_tuple()
        .all(connection)
        .await
}

/// Whether there is such an organisation.
///
/// # Errors
/// Whatever the driver reports.
pub async fn exists(connection: &impl ConnectionTrait, id: Uuid) -> Result<bool, DbErr> {
    let found = organisation::Entity::find_by_id(id).one(connection).await?;
    Ok(found.is_some())
}

/// Whether all of these organisations are there; each is named once.
///
/// # Errors
/// Whatever the driver reports.
pub async fn all_exist(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<bool, DbErr> {
    let found: Vec<Uuid> = organisation::Entity::find()
        .select_only()
        .column(organisation::Column::Id)
        .filter(organisation::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(found.len() == ids.len())
}

/// The organisations within a reach, at and below one where one is named.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_within(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    below_id: Option<Uuid>,
) -> Result<Vec<Uuid>, DbErr> {
    let mut condition = Condition::all().add(within_reach(reach, organisation::Column::Id));
    if let Some(id) = below_id {
        condition = condition.add(is_within(organisation::Column::Id, id, true));
    }
    organisation::Entity::find()
        .select_only()
        .column(organisation::Column::Id)
        .filter(condition)
        .into_tuple()
        .all(connection)
        .await
}

/// Whether what one of an organisation's staff wrote another must publish.
///
/// # Errors
/// Whatever the driver reports.
pub async fn requires_review(
    connection: &impl ConnectionTrait,
    organisation_id: Uuid,
) -> Result<bool, DbErr> {
    let organisation = organisation::Entity::find_by_id(organisation_id)
        .one(connection)
        .await?;
    Ok(organisation.is_some_and(|organisation| organisation.requires_review))
}
