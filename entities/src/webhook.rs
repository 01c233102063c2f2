//! Where the federation tells others that something has changed.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub url: String,
    pub description: String,
    /// What its messages are signed with, and was a day ago; sealed under the service's key.
    pub sealed_secrets: Vec<u8>,
    pub is_active: bool,
    /// When its receiver answered 410, which switched it off; none: it did not.
    pub gone_at: Option<DateTimeUtc>,
    /// SHA-256 of the input that it was created from, by which a repeated creation is told.
    pub creation_digest: String,
    /// The client key of the last change of its secret, by which a repeated one is told.
    pub rotation_key: Option<Uuid>,
    pub secret_changed_at: DateTimeUtc,
    /// Nobody sees it from then on; the row stays for a while, so that a repeated creation does not
    /// bring it back.
    pub deleted_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
