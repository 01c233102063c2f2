//! A wish to be erased, and the act of it, which names nobody.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "erasure")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    /// Keyed hash of the account's id.
    pub subject: String,
    pub requested_at: DateTimeUtc,
    /// Until then it can be taken back.
    pub due_at: DateTimeUtc,
    pub cancelled_at: Option<DateTimeUtc>,
    pub done_at: Option<DateTimeUtc>,
    /// What was destroyed, when and why, in the fields of order 179; kept for three years.
    pub act: Option<Json>,
}

impl ActiveModelBehavior for ActiveModel {}
