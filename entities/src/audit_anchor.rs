//! A signed end of a chain: what was before it cannot be rewritten unseen.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_anchor")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub chain: String,
    pub seq: i64,
    pub hash: String,
    pub signed_at: DateTimeUtc,
    pub key_id: String,
    pub signature: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
