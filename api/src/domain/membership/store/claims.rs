//! Claims to membership.

use chrono::{DateTime, Utc};
use entities::{enums::ClaimState, membership_claim};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    Select,
    sea_query::{Expr, Order},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    domain::organisations::within_reach,
    infra::{
        auth::Reach,
        db::{Page, Position, Slice, keyset, lock_row},
    },
};

/// Where a claim stands in the queue: oldest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClaimPosition {
    pub created_at: DateTime<Utc>,
    pub id: Uuid,
}

impl Position for ClaimPosition {
    const LIST: &'static str = "membershipClaims";
}

pub async fn list(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    state: Option<ClaimState>,
    page: &Page<ClaimPosition>,
) -> Result<Slice<membership_claim::Model>, DbErr> {
    let select = keyset(
        matching(reach, state),
        (
            membership_claim::Column::CreatedAt,
            membership_claim::Column::Id,
        ),
        Order::Asc,
        page,
        |position| (position.created_at.into(), position.id.into()),
    );
    Ok(page.slice(select.all(connection).await?))
}

pub async fn count(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    state: Option<ClaimState>,
) -> Result<u64, DbErr> {
    matching(reach, state).count(connection).await
}

fn matching(reach: &Reach, state: Option<ClaimState>) -> Select<membership_claim::Entity> {
    use membership_claim::Column;
    let select =
        membership_claim::Entity::find().filter(within_reach(reach, Column::OrganisationId));
    match state {
        Some(state) => select.filter(Column::State.eq(state)),
        None => select,
    }
}

/// An account's claims, newest first.
pub async fn list_of_account(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
) -> Result<Vec<membership_claim::Model>, DbErr> {
    membership_claim::Entity::find()
        .filter(membership_claim::Column::AccountId.eq(account_id))
        .order_by_desc(membership_claim::Column::CreatedAt)
        .all(connection)
        .await
}

/// The account's undecided claim to that card.
pub async fn find_pending(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
    organisation_id: Uuid,
    number_lookup: &str,
) -> Result<Option<membership_claim::Model>, DbErr> {
    use membership_claim::Column;
    membership_claim::Entity::find()
        .filter(Column::AccountId.eq(account_id))
        .filter(Column::OrganisationId.eq(organisation_id))
        .filter(Column::NumberLookup.eq(number_lookup))
        .filter(Column::State.eq(ClaimState::Pending))
        .one(connection)
        .await
}

pub async fn insert(
    transaction: &impl ConnectionTrait,
    claim: membership_claim::Model,
) -> Result<(), DbErr> {
    membership_claim::Entity::insert(membership_claim::ActiveModel::from(claim))
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

/// Holds a claim's row until the transaction ends, and reads it.
pub async fn lock(
    transaction: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<membership_claim::Model>, DbErr> {
    lock_row::<membership_claim::Entity>(transaction, id).await
}

/// Writes a decision.
pub async fn decide(
    transaction: &impl ConnectionTrait,
    claim: &membership_claim::Model,
) -> Result<(), DbErr> {
    use membership_claim::Column;
    membership_claim::Entity::update_many()
        .col_expr(Column::State, Expr::value(claim.state))
        .col_expr(Column::MembershipId, Expr::value(claim.membership_id))
        .col_expr(
            Column::SealedDecisionReason,
            Expr::value(claim.sealed_decision_reason.clone()),
        )
        .col_expr(Column::DecidedById, Expr::value(claim.decided_by_id))
        .col_expr(Column::DecidedAt, Expr::value(claim.decided_at))
        .filter(Column::Id.eq(claim.id))
        .exec(transaction)
        .await
        .map(|_| ())
}
