//! The answer that a repeated mutation gets again.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_key: Uuid,
    pub operation: String,
    pub input_hash: String,
    /// Sealed under the person's key.
    pub answer: Vec<u8>,
    pub created_at: DateTimeUtc,
    /// None: kept for ever.
    pub expires_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
