//! Letters to people who are known by a pseudonym alone.
//!
//! Nothing leads from a letter to an account, so nothing rings: it is found by whoever opens their inbox,
//! where their pseudonym is computed by a key that is not in the database.

use chrono::{DateTime, Utc};
use entities::inbox_letter;
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::store::letters as store;

/// What somebody is told.
#[derive(Clone, Debug)]
pub struct Letter<'a> {
    /// Their pseudonym, as [`Vault::reporter`](crate::infra::vault::Vault::reporter) has it.
    pub addressee: &'a str,
    /// What it is about, up to 100 signs: told again, it is not written again.
    pub key: &'a str,
    /// Up to 200 signs.
    pub title: &'a str,
    pub body: &'a str,
    /// A path on the portal or an address, up to 500 signs.
    pub link: Option<&'a str>,
}

/// Puts a letter into the inbox of whoever has that pseudonym, in the caller's transaction.
///
/// # Errors
/// Whatever the driver reports; the caller rolls back.
pub async fn tell(
    connection: &impl ConnectionTrait,
    letter: Letter<'_>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = inbox_letter::Model {
        id: Uuid::now_v7(),
        addressee: letter.addressee.to_owned(),
        letter_key: letter.key.to_owned(),
        title: letter.title.to_owned(),
        body: letter.body.to_owned(),
        link: letter.link.map(str::to_owned),
        created_at: now,
        read_at: None,
    };
    store::insert(connection, row).await
}

/// Throws away what a pseudonym was told.
///
/// # Errors
/// Whatever the driver reports; the caller rolls back.
pub async fn forget_letters(
    transaction: &impl ConnectionTrait,
    addressee: &str,
) -> Result<(), DbErr> {
    store::delete_of(transaction, addressee).await
}
