//! A message to a webhook: on its way, taken, or given up.

use sea_orm::entity::prelude::*;

use crate::enums::{WebhookDeliveryState, WebhookEvent, WebhookFailure};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_delivery")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub webhook_id: Uuid,
    pub event: WebhookEvent,
    /// The changes that it tells of, by their numbers; none: it tells of none.
    pub from_seq: Option<i64>,
    pub to_seq: Option<i64>,
    /// The body, byte for byte as it is signed and sent each time.
    pub body: String,
    pub state: WebhookDeliveryState,
    /// How often it was sent; never begins anew.
    pub attempts: i32,
    /// It is given up after so many.
    pub attempts_allowed: i32,
    /// The status of the last answer; none: there was no answer.
    pub last_status: Option<i32>,
    /// Why it was not taken the last time.
    pub last_failure: Option<WebhookFailure>,
    pub created_at: DateTimeUtc,
    pub next_attempt_at: Option<DateTimeUtc>,
    pub finished_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
