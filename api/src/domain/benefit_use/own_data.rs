//! What this domain keeps of somebody, for them to have and to erase.

use entities::{benefit_redemption, benefit_report, saved_item};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{reporting::open_comment, voucher::Voucher};
use crate::{
    domain::accounts::Accounts,
    infra::{db::forget_id, error::Error, vault::DataKey},
};

/// An account's redemptions, saved things and reports of benefits that were not given, to be read by
/// its holder.
///
/// # Errors
/// Whatever the database reports.
pub async fn personal_data(
    accounts: &Accounts,
    connection: &impl ConnectionTrait,
    account_id: Uuid,
    key: &DataKey,
) -> Result<Value, Error> {
    let rows = benefit_redemption::Entity::find()
        .filter(benefit_redemption::Column::AccountId.eq(account_id))
        .all(connection)
        .await?;
    let mut redemptions = Vec::with_capacity(rows.len());
    for row in rows {
        redemptions.push(json!({
            "benefitId": row.benefit_id,
            "given": Voucher::open(key, &row.voucher)?,
            "redeemedAt": row.redeemed_at,
        }));
    }
    let saved = saved_item::Entity::find()
        .filter(saved_item::Column::AccountId.eq(account_id))
        .all(connection)
        .await?;
    let saved: Vec<Value> = saved
        .iter()
        .map(|row| json!({ "type": row.object_type, "id": row.object_id, "savedAt": row.saved_at }))
        .collect();
    let reports = reports(accounts, connection, account_id).await?;
    Ok(json!({ "redemptions": redemptions, "saved": saved, "reports": reports }))
}

async fn reports(
    accounts: &Accounts,
    connection: &impl ConnectionTrait,
    account_id: Uuid,
) -> Result<Vec<Value>, Error> {
    let rows = benefit_report::Entity::find()
        .filter(benefit_report::Column::AccountId.eq(account_id))
        .order_by_asc(benefit_report::Column::CreatedAt)
        .all(connection)
        .await?;
    let mut reports = Vec::with_capacity(rows.len());
    for row in rows {
        reports.push(json!({
            "benefitId": row.benefit_id,
            "outletId": row.outlet_id,
            "comment": open_comment(&accounts.vault, &row)?,
            "state": row.state,
            "reportedAt": row.created_at,
        }));
    }
    Ok(reports)
}

/// Takes an account out of what stays: reports of benefits that were not given count on, from nobody,
/// without their words and without the key that only its own devices know. Redemptions and saved
/// things go with the account.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn erase(transaction: &impl ConnectionTrait, account_id: Uuid) -> Result<(), Error> {
    use benefit_report::Column;
    benefit_report::Entity::update_many()
        .col_expr(Column::AccountId, Expr::value(Option::<Uuid>::None))
        .col_expr(Column::Comment, Expr::value(Option::<Vec<u8>>::None))
        .col_expr(Column::ClientKey, Expr::col(Column::Id))
        .filter(Column::AccountId.eq(account_id))
        .exec(transaction)
        .await?;
    forget_id::<benefit_report::Entity>(transaction, Column::DecidedById, account_id).await?;
    Ok(())
}
