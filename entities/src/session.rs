//! A device on which somebody has signed in; its refresh tokens are one family.

use sea_orm::entity::prelude::*;

use crate::enums::{SessionKind, SignInMethod};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub kind: SessionKind,
    /// Name and platform as the client gave them, sealed under the person's key.
    pub device: Vec<u8>,
    pub method: SignInMethod,
    pub created_at: DateTimeUtc,
    /// When a factor was last shown: sign-in or step-up.
    pub authenticated_at: DateTimeUtc,
    pub last_seen_on: Date,
    pub idle_until_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    pub end_reason: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
