//! An Ed25519 key pair of the service.

use sea_orm::entity::prelude::*;

use crate::enums::KeyPurpose;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_key")]
pub struct Model {
    /// The `kid`: sixteen hexadecimal digits.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub purpose: KeyPurpose,
    pub public_key: Vec<u8>,
    /// PKCS#8, sealed under the service's key.
    pub private_key: Vec<u8>,
    pub created_at: DateTimeUtc,
    pub signs_from_at: DateTimeUtc,
    /// From then on its signatures are not accepted.
    pub retires_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
