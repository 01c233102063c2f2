//! A one-time code that was sent to a phone or an e-mail address, whether anybody is known there or not.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_challenge")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub identifier_lookup: String,
    /// Where the code went, sealed under the service's key.
    pub contact: Vec<u8>,
    /// HMAC of the challenge's id and the code.
    pub code_mac: String,
    pub attempts: i32,
    pub sends: i32,
    pub created_at: DateTimeUtc,
    pub resend_after_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub used_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
