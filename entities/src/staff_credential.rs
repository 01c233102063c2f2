//! What a member of staff signs in with.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "staff_credential")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    /// PHC string of argon2id; none until the invitation is accepted.
    pub password_hash: Option<String>,
    /// Sealed under the service's key.
    pub totp_seed: Option<Vec<u8>>,
    pub totp_confirmed_at: Option<DateTimeUtc>,
    /// A step is accepted once.
    pub totp_last_step: i64,
    pub consecutive_failures: i32,
    pub waits_until_at: Option<DateTimeUtc>,
    pub disabled_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
