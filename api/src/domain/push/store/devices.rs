//! Devices as providers know them.

use chrono::{DateTime, Utc};
use entities::{enums::PushProvider, push_device};
use sea_orm::{
    ActiveValue::NotSet, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, sea_query::Expr,
};
use uuid::Uuid;

use crate::infra::db::overwrite_row;

/// Every row of an installation, one a provider.
pub async fn list_of_installation(
    connection: &impl ConnectionTrait,
    installation_lookup: &str,
) -> Result<Vec<push_device::Model>, DbErr> {
    push_device::Entity::find()
        .filter(push_device::Column::InstallationLookup.eq(installation_lookup))
        .order_by_asc(push_device::Column::Id)
        .all(connection)
        .await
}

/// An account's devices, the last registered first.
pub async fn list_of_account(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
) -> Result<Vec<push_device::Model>, DbErr> {
    push_device::Entity::find()
        .filter(push_device::Column::AccountId.eq(account_id))
        .order_by_desc(push_device::Column::Id)
        .all(connection)
        .await
}

pub async fn find(
    connection: &impl ConnectionTrait,
    id: i64,
) -> Result<Option<push_device::Model>, DbErr> {
    push_device::Entity::find_by_id(id).one(connection).await
}

pub async fn find_by_public_id(
    connection: &impl ConnectionTrait,
    public_id: Uuid,
) -> Result<Option<push_device::Model>, DbErr> {
    push_device::Entity::find()
        .filter(push_device::Column::PublicId.eq(public_id))
        .one(connection)
        .await
}

/// Takes away whoever else has that token: a token is of one installation, the last that showed it.
pub async fn delete_others_with_token(
    transaction: &impl ConnectionTrait,
    provider: PushProvider,
    token_lookup: &str,
    installation_lookup: &str,
) -> Result<Vec<push_device::Model>, DbErr> {
    use push_device::Column;
    let others = Condition::all()
        .add(Column::Provider.eq(provider))
        .add(Column::TokenLookup.eq(token_lookup))
        .add(Column::InstallationLookup.ne(installation_lookup));
    let gone = push_device::Entity::find()
        .filter(others.clone())
        .all(transaction)
        .await?;
    if !gone.is_empty() {
        push_device::Entity::delete_many()
            .filter(others)
            .exec(transaction)
            .await?;
    }
    Ok(gone)
}

/// Writes a new device; its number is the database's.
pub async fn insert(
    transaction: &impl ConnectionTrait,
    device: push_device::Model,
) -> Result<push_device::Model, DbErr> {
    let mut row = device.into_active_model();
    row.id = NotSet;
    push_device::Entity::insert(row)
        .exec_with_returning(transaction)
        .await
}

/// Writes a device that is there.
pub async fn update(
    transaction: &impl ConnectionTrait,
    device: push_device::Model,
) -> Result<(), DbErr> {
    overwrite_row(transaction, device).await
}

/// Says which of an installation's rows rings; `None`: none of them.
pub async fn ring_through(
    transaction: &impl ConnectionTrait,
    installation_lookup: &str,
    device_id: Option<i64>,
) -> Result<(), DbErr> {
    use push_device::Column;
    let mut silencing = push_device::Entity::update_many()
        .col_expr(Column::IsRinging, Expr::value(false))
        .filter(Column::InstallationLookup.eq(installation_lookup))
        .filter(Column::IsRinging.eq(true));
    if let Some(id) = device_id {
        silencing = silencing.filter(Column::Id.ne(id));
    }
    silencing.exec(transaction).await?;
    let Some(id) = device_id else {
        return Ok(());
    };
    push_device::Entity::update_many()
        .col_expr(Column::IsRinging, Expr::value(true))
        .filter(Column::Id.eq(id))
        .filter(Column::IsRinging.eq(false))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Takes an installation away with all its rows, and says how many they were.
pub async fn delete_installation(
    transaction: &impl ConnectionTrait,
    installation_lookup: &str,
) -> Result<u64, DbErr> {
    push_device::Entity::delete_many()
        .filter(push_device::Column::InstallationLookup.eq(installation_lookup))
        .exec(transaction)
        .await
        .map(|gone| gone.rows_affected)
}

/// Notes that a provider does not know a token any more, unless its device has shown it since. Says
/// whether it did so.
pub async fn prune(
    transaction: &impl ConnectionTrait,
    device_id: i64,
    token_lookup: &str,
    (reason, as_of): (&str, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    use push_device::Column;
    let pruned = push_device::Entity::update_many()
        .col_expr(Column::DeadAt, Expr::value(now))
        .col_expr(Column::DeadReason, Expr::value(reason))
        .col_expr(Column::IsRinging, Expr::value(false))
        .filter(Column::Id.eq(device_id))
        .filter(Column::TokenLookup.eq(token_lookup))
        .filter(Column::RefreshedAt.lte(as_of))
        .exec(transaction)
        .await?;
    Ok(pruned.rows_affected > 0)
}

/// Throws away devices that nobody has opened the app on since then, the dead sooner.
pub async fn forget_old(
    connection: &impl ConnectionTrait,
    silent_since: DateTime<Utc>,
    dead_since: DateTime<Utc>,
) -> Result<(), DbErr> {
    push_device::Entity::delete_many()
        .filter(
            Condition::any()
                .add(push_device::Column::RefreshedAt.lt(silent_since))
                .add(push_device::Column::DeadAt.lt(dead_since)),
        )
        .exec(connection)
        .await
        .map(|_| ())
}
