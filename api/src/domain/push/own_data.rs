//! What this domain keeps of somebody, for them to have and to erase.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    store::{campaigns, devices, inbox, letters},
    wishes,
};
use crate::{domain::accounts::Accounts, infra::error::Error};

/// An account's devices, preferences and inbox, to be read by its holder. A device's address is its
/// provider's name for it and of no use to its holder.
///
/// # Errors
/// Whatever the database reports.
pub async fn personal_data(
    accounts: &Accounts,
    connection: &impl ConnectionTrait,
    account_id: Uuid,
    now: DateTime<Utc>,
) -> Result<Value, Error> {
    let rows = devices::list_of_account(connection, account_id).await?;
    let devices: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({
                "provider": row.provider,
                "platform": row.platform,
                "appVersion": row.app_version,
                "locale": row.locale,
                "timeZone": row.time_zone,
                "registeredAt": row.registered_at,
                "refreshedAt": row.refreshed_at,
                "deadAt": row.dead_at,
            })
        })
        .collect();
    let wishes = wishes::read(connection, &accounts.vault, account_id, now).await?;
    let topics: Vec<&str> = wishes
        .topics
        .iter()
        .map(|topic| topic.slug.as_str())
        .collect();
    let items = inbox::list_all(connection, account_id).await?;
    let ids: Vec<Uuid> = items.iter().map(|item| item.campaign_id).collect();
    let texts = inbox::list_texts(connection, &ids).await?;
    let letters = letters::list_all(connection, &accounts.vault.reporter(account_id)).await?;
    let inbox: Vec<Value> = items
        .iter()
        .map(|item| {
            let title = texts.get(&item.campaign_id).map(|text| &text.title);
            json!({ "title": title, "receivedAt": item.created_at, "readAt": item.read_at })
        })
        .chain(letters.iter().map(|letter| {
            json!({
                "title": letter.title,
                "text": letter.body,
                "receivedAt": letter.created_at,
                "readAt": letter.read_at,
            })
        }))
        .collect();
    Ok(json!({
        "devices": devices,
        "topics": topics,
        "followedOrganisations": wishes.organisation_ids,
        "quietHours": { "from": wishes.row.quiet_from, "to": wishes.row.quiet_to },
        "dailyCap": wishes.row.daily_cap,
        "inbox": inbox,
    }))
}

/// Takes an account out of the campaigns that it made or approved; devices, preferences and the inbox
/// go with the account.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn erase(transaction: &impl ConnectionTrait, account_id: Uuid) -> Result<(), Error> {
    Ok(campaigns::forget_author(transaction, account_id).await?)
}
