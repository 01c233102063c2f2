//! An uploaded roster on its way into a union's memberships.

use sea_orm::entity::prelude::*;

use crate::enums::ImportState;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "member_import")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub issuer_id: Uuid,
    pub state: ImportState,
    pub file_digest: String,
    pub lines: i32,
    pub good: i32,
    pub bad: i32,
    pub added: i32,
    pub updated: i32,
    pub unchanged: i32,
    /// Line, column, code and message of each fault; never a value.
    pub report: Json,
    pub created_by_id: Option<Uuid>,
    pub created_at: DateTimeUtc,
    pub applied_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
