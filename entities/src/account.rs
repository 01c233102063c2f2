//! Somebody who signs in: a member, a member of staff, or both.

use sea_orm::entity::prelude::*;

use crate::enums::AccountState;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub person_id: Uuid,
    pub state: AccountState,
    /// Name, phone and e-mail, sealed under the person's key.
    pub profile: Vec<u8>,
    /// Keyed hash of the phone in E.164.
    pub phone_lookup: Option<String>,
    /// Keyed hash of the e-mail in lower case.
    pub email_lookup: Option<String>,
    /// Grows with each change of what the account may do.
    pub permission_version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
