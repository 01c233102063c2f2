//! The roster: who is a member where.

use chrono::{DateTime, Utc};
use entities::{account, enums::MembershipStatus, membership, person};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait,
    QueryFilter, QueryOrder, Select,
    sea_query::{Expr, Order},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    domain::organisations::{is_within, within_reach},
    infra::{
        auth::Reach,
        db::{Page, Position, Slice, keyset, lock_row},
        vault::Sealed,
    },
};

/// Which memberships a list of staff shows; an empty field does not narrow it.
#[derive(Clone, Debug, Default)]
pub struct RosterCriteria {
    pub organisation_id: Option<Uuid>,
    pub status: Option<MembershipStatus>,
    /// The keyed hash of a card number, for one issuer each.
    pub number_lookups: Option<Vec<String>>,
}

/// Where a membership stands in lists of staff: newest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RosterPosition {
    pub created_at: DateTime<Utc>,
    pub id: Uuid,
}

impl Position for RosterPosition {
    const LIST: &'static str = "members";
}

pub async fn list(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    criteria: &RosterCriteria,
    page: &Page<RosterPosition>,
) -> Result<Slice<(membership::Model, person::Model)>, DbErr> {
    let select = keyset(
        matching(reach, criteria),
        (membership::Column::CreatedAt, membership::Column::Id),
        Order::Desc,
        page,
        |position| (position.created_at.into(), position.id.into()),
    );
    let rows = select.all(connection).await?;
    let ids = rows.iter().map(|row| row.person_id);
    let people = person::Entity::find()
        .filter(person::Column::Id.is_in(ids))
        .all(connection)
        .await?;
    let with_person = rows.into_iter().filter_map(|row| {
        let person = people.iter().find(|person| person.id == row.person_id)?;
        Some((row, person.clone()))
    });
    Ok(page.slice(with_person.collect()))
}

pub async fn count(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    criteria: &RosterCriteria,
) -> Result<u64, DbErr> {
    matching(reach, criteria).count(connection).await
}

fn matching(reach: &Reach, criteria: &RosterCriteria) -> Select<membership::Entity> {
    use membership::Column;
    let mut condition = Condition::all().add(within_reach(reach, Column::OrganisationId));
    if let Some(organisation_id) = criteria.organisation_id {
        condition = condition.add(is_within(Column::OrganisationId, organisation_id, true));
    }
    if let Some(status) = criteria.status {
        condition = condition.add(Column::Status.eq(status));
    }
    if let Some(lookups) = &criteria.number_lookups {
        condition = condition.add(Column::NumberLookup.is_in(lookups));
    }
    membership::Entity::find().filter(condition)
}

/// An account's memberships, the longest first.
pub async fn list_of_account(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
) -> Result<Vec<membership::Model>, DbErr> {
    membership::Entity::find()
        .filter(membership::Column::AccountId.eq(account_id))
        .order_by_asc(membership::Column::MemberSince)
        .order_by_asc(membership::Column::Id)
        .all(connection)
        .await
}

/// The memberships of these accounts, the longest first.
pub async fn list_of_accounts(
    connection: &impl ConnectionTrait,
    account_ids: &[Uuid],
) -> Result<Vec<membership::Model>, DbErr> {
    membership::Entity::find()
        .filter(membership::Column::AccountId.is_in(account_ids.iter().copied()))
        .order_by_asc(membership::Column::MemberSince)
        .order_by_asc(membership::Column::Id)
        .all(connection)
        .await
}

pub async fn find_by_number(
    connection: &impl ConnectionTrait,
    issuer_id: Uuid,
    number_lookup: &str,
) -> Result<Option<membership::Model>, DbErr> {
    membership::Entity::find()
        .filter(membership::Column::IssuerId.eq(issuer_id))
        .filter(membership::Column::NumberLookup.eq(number_lookup))
        .one(connection)
        .await
}

/// Holds a membership's row until the transaction ends, and reads it.
pub async fn lock(
    transaction: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<membership::Model>, DbErr> {
    lock_row::<membership::Entity>(transaction, id).await
}

pub async fn insert(
    transaction: &impl ConnectionTrait,
    row: membership::Model,
) -> Result<(), DbErr> {
    membership::Entity::insert(membership::ActiveModel::from(row))
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

/// Everything that is sealed in a membership, under the key of whom it is given to.
pub struct Resealed {
    pub holder: Sealed,
    pub status_reason: Option<Sealed>,
}

/// Gives a membership to an account, under the account's own person.
pub async fn attach(
    transaction: &impl ConnectionTrait,
    membership: &membership::Model,
    account: &account::Model,
    resealed: Resealed,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use membership::Column;
    membership::Entity::update_many()
        .col_expr(Column::AccountId, Expr::value(account.id))
        .col_expr(Column::PersonId, Expr::value(account.person_id))
        .col_expr(Column::Holder, Expr::value(resealed.holder))
        .col_expr(
            Column::SealedStatusReason,
            Expr::value(resealed.status_reason),
        )
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(membership.id))
        .exec(transaction)
        .await?;
    // The key that the office's copy was sealed by opens nothing any more.
    person::Entity::delete_by_id(membership.person_id)
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Changes a membership's status; phones learn of it by the version.
pub async fn set_status(
    transaction: &impl ConnectionTrait,
    id: Uuid,
    status: MembershipStatus,
    reason: Sealed,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use membership::Column;
    membership::Entity::update_many()
        .col_expr(Column::Status, Expr::value(status))
        .col_expr(Column::SealedStatusReason, Expr::value(reason))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Moves a membership to another organisation of the same union.
pub async fn set_organisation(
    transaction: &impl ConnectionTrait,
    id: Uuid,
    organisation_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use membership::Column;
    membership::Entity::update_many()
        .col_expr(Column::OrganisationId, Expr::value(organisation_id))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// How many memberships an organisation has or issued.
///
/// # Errors
/// Whatever the driver reports.
pub async fn count_of_organisation(
    connection: &impl ConnectionTrait,
    organisation_id: Uuid,
) -> Result<u64, DbErr> {
    use membership::Column;
    membership::Entity::find()
        .filter(
            Condition::any()
                .add(Column::OrganisationId.eq(organisation_id))
                .add(Column::IssuerId.eq(organisation_id)),
        )
        .count(connection)
        .await
}

/// How many memberships at and below an organisation would have another issuer than their card's, if
/// everything there stood under this one. What moves along with its issuer keeps it.
///
/// # Errors
/// Whatever the driver reports.
pub async fn count_strangers_below(
    connection: &impl ConnectionTrait,
    organisation_id: Uuid,
    issuer_id: Option<Uuid>,
) -> Result<u64, DbErr> {
    use membership::Column;
    let mut select = membership::Entity::find()
        .filter(is_within(Column::OrganisationId, organisation_id, true))
        .filter(is_within(Column::IssuerId, organisation_id, true).not());
    if let Some(issuer_id) = issuer_id {
        select = select.filter(Column::IssuerId.ne(issuer_id));
    }
    select.count(connection).await
}
