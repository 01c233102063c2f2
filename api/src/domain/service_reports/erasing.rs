//! Taking an author out of what they have reported: the reports count on, from nobody.

use sea_orm::TransactionTrait;
use uuid::Uuid;

use super::store::{authors, reports};
use crate::{
    domain::push::forget_letters,
    infra::{
        db::Database,
        digest::hex,
        error::Error,
        vault::{Vault, random_bytes},
    },
};

/// The purpose of the consent that reporting needs.
pub const CONSENT: &str = "REPORT_ANALYTICS";

/// Takes an account out of its reports, for good: each gets an author of its own whom nobody is, and
/// what was answered is thrown away, for letters name the reports that they are about.
///
/// **Call it after the transaction that ends the account or the consent, never within**: PostgreSQL
/// would keep in its own columns that the two were written at once. Whoever reports meanwhile comes
/// before this, and is unlinked, or after it, and finds neither account nor consent.
///
/// # Errors
/// Whatever the database reports; called again, it goes on.
pub async fn unlink(database: &Database, vault: &Vault, account_id: Uuid) -> Result<(), Error> {
    let author = vault.reporter(account_id);
    let transaction = database.writer().begin().await?;
    authors::hold(&transaction, &author).await?;
    for report in reports::list_all_own(&transaction, &author).await? {
        let nobody = hex(&random_bytes::<32>()?);
        reports::unlink(&transaction, report.id, nobody).await?;
    }
    forget_letters(&transaction, &author).await?;
    Ok(transaction.commit().await?)
}
