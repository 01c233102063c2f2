//! Work to be done after the transaction that asked for it: a queue and the outbox in one.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    pub payload: Json,
    /// A second job with the same key is refused, so that asking twice is harmless.
    pub unique_key: Option<String>,
    pub run_at: DateTimeUtc,
    pub attempts: i32,
    pub leased_until_at: Option<DateTimeUtc>,
    /// Grows with each lease: a worker whose lease ran out cannot report any more.
    pub fence: i64,
    pub last_error: Option<String>,
    pub finished_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
