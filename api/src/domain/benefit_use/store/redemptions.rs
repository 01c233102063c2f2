//! Redemptions.

use chrono::{DateTime, Utc};
use entities::benefit_redemption;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, Select,
    sea_query::Order,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::infra::db::{Page, Position, Slice, keyset};

/// Where a redemption stands in its holder's list: newest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RedemptionPosition {
    pub redeemed_at: DateTime<Utc>,
    pub id: Uuid,
}

impl Position for RedemptionPosition {
    const LIST: &'static str = "redemptions";
}

pub async fn list(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
    page: &Page<RedemptionPosition>,
) -> Result<Slice<benefit_redemption::Model>, DbErr> {
    use benefit_redemption::Column;
    let select = keyset(
        of_account(account_id),
        (Column::RedeemedAt, Column::Id),
        Order::Desc,
        page,
        |position| (position.redeemed_at.into(), position.id.into()),
    );
    Ok(page.slice(select.all(connection).await?))
}

pub async fn count(connection: &impl ConnectionTrait, account_id: Uuid) -> Result<u64, DbErr> {
    of_account(account_id).count(connection).await
}

fn of_account(account_id: Uuid) -> Select<benefit_redemption::Entity> {
    benefit_redemption::Entity::find().filter(benefit_redemption::Column::AccountId.eq(account_id))
}

/// What an account's client key got before.
pub async fn find_by_key(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
    client_key: Uuid,
) -> Result<Option<benefit_redemption::Model>, DbErr> {
    of_account(account_id)
        .filter(benefit_redemption::Column::ClientKey.eq(client_key))
        .one(connection)
        .await
}

/// Whether an account has redeemed a benefit since then.
pub async fn is_redeemed_since(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
    benefit_id: Uuid,
    since: DateTime<Utc>,
) -> Result<bool, DbErr> {
    use benefit_redemption::Column;
    let found = of_account(account_id)
        .filter(Column::BenefitId.eq(benefit_id))
        .filter(Column::RedeemedAt.gt(since))
        .one(connection)
        .await?;
    Ok(found.is_some())
}

pub async fn insert(
    transaction: &impl ConnectionTrait,
    redemption: benefit_redemption::Model,
) -> Result<(), DbErr> {
    benefit_redemption::Entity::insert(benefit_redemption::ActiveModel::from(redemption))
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}
