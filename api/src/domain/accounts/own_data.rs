//! What this domain keeps of somebody, for them to have and to erase.

use chrono::{DateTime, Utc};
use entities::{account, person, role_grant, session, sign_in_challenge};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    service::Accounts,
    sessions::device_of,
    store::{people, sessions, staff},
};
use crate::infra::{db::forget_id, error::Error};

/// Everything of an account, to be read by its holder.
///
/// # Errors
/// Whatever the database reports.
pub async fn personal_data(
    accounts: &Accounts,
    connection: &impl ConnectionTrait,
    account_id: Uuid,
    now: DateTime<Utc>,
) -> Result<Value, Error> {
    let account = people::find_account(connection, account_id)
        .await?
        .ok_or(Error::Unauthenticated)?;
    let (profile, key) = accounts.profile(connection, &account).await?;
    let mut devices = Vec::new();
    for session in sessions::list_live(connection, account_id, now).await? {
        devices.push(json!({
            "device": device_of(&key, &session)?,
            "createdAt": session.created_at,
            "lastSeenOn": session.last_seen_on,
        }));
    }
    let grants = staff::list_grants(connection, &[account_id], now).await?;
    let roles: Vec<Value> = grants
        .iter()
        .map(|grant| json!({ "role": grant.role, "grantedAt": grant.granted_at }))
        .collect();
    Ok(json!({
        "profile": profile,
        "createdAt": account.created_at,
        "sessions": devices,
        "roles": roles,
    }))
}

/// Erases an account whose memberships are gone already, and returns how many sessions ended by it.
/// Everything that hangs on the account goes with it, and the person's key last.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn erase(transaction: &impl ConnectionTrait, account_id: Uuid) -> Result<u64, Error> {
    let Some(account) = people::lock_account(transaction, account_id).await? else {
        return Ok(0);
    };
    let lookups = [&account.phone_lookup, &account.email_lookup];
    let lookups: Vec<String> = lookups.into_iter().flatten().cloned().collect();
    sign_in_challenge::Entity::delete_many()
        .filter(sign_in_challenge::Column::IdentifierLookup.is_in(lookups))
        .exec(transaction)
        .await?;
    let ended = session::Entity::find()
        .filter(session::Column::AccountId.eq(account_id))
        .count(transaction)
        .await?;
    let giver = role_grant::Column::GrantedById;
    forget_id::<role_grant::Entity>(transaction, giver, account_id).await?;
    account::Entity::delete_by_id(account_id)
        .exec(transaction)
        .await?;
    person::Entity::delete_by_id(account.person_id)
        .exec(transaction)
        .await?;
    Ok(ended)
}
