//! What this domain keeps of somebody, for them to have and to erase.

use entities::{member_import, member_import_row, membership, membership_claim};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Query};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    holder::Holder,
    reason::Reason,
    store::{claims, roster},
};
use crate::{
    domain::accounts::{Accounts, find_account},
    infra::{db::forget_id, error::Error},
};

/// An account's memberships and claims, to be read by its holder.
///
/// # Errors
/// Whatever the database reports.
pub async fn personal_data(
    accounts: &Accounts,
    connection: &impl ConnectionTrait,
    account_id: Uuid,
) -> Result<Value, Error> {
    let mut memberships = Vec::new();
    for row in roster::list_of_account(connection, account_id).await? {
        let key = accounts.data_key(connection, row.person_id).await?;
        memberships.push(json!({
            "holder": Holder::open(&key, &row.holder)?,
            "organisationId": row.organisation_id,
            "status": row.status,
            "statusReason": Reason::Status.open(&key, row.sealed_status_reason.as_deref())?,
            "memberSince": row.member_since,
            "validThrough": row.valid_through,
            "isYouth": row.is_youth,
        }));
    }
    let account = find_account(connection, account_id)
        .await?
        .ok_or(Error::Unauthenticated)?;
    let key = accounts.data_key(connection, account.person_id).await?;
    let mut told = Vec::new();
    for claim in claims::list_of_account(connection, account_id).await? {
        told.push(json!({
            "claimant": Holder::open(&key, &claim.claimant)?,
            "organisationId": claim.organisation_id,
            "state": claim.state,
            "decisionReason": Reason::Decision.open(&key, claim.sealed_decision_reason.as_deref())?,
            "createdAt": claim.created_at,
        }));
    }
    Ok(json!({ "memberships": memberships, "claims": told }))
}

/// Erases an account's memberships and returns how many there were. The office's own roster may bring
/// a line of that number again: whether somebody is a member is the union's to know.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn erase(transaction: &impl ConnectionTrait, account_id: Uuid) -> Result<u64, Error> {
    let lookups = Query::select()
        .column(membership::Column::NumberLookup)
        .from(membership::Entity)
        .and_where(membership::Column::AccountId.eq(account_id))
        .to_owned();
    member_import_row::Entity::delete_many()
        .filter(member_import_row::Column::NumberLookup.in_subquery(lookups))
        .exec(transaction)
        .await?;
    let decider = membership_claim::Column::DecidedById;
    forget_id::<membership_claim::Entity>(transaction, decider, account_id).await?;
    let importer = member_import::Column::CreatedById;
    forget_id::<member_import::Entity>(transaction, importer, account_id).await?;
    let erased = membership::Entity::delete_many()
        .filter(membership::Column::AccountId.eq(account_id))
        .exec(transaction)
        .await?;
    Ok(erased.rows_affected)
}
