//! A report that was taken to whoever runs the service, and what came back.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_report_escalation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub report_id: Uuid,
    pub addressee: String,
    pub escalated_at: DateTimeUtc,
    /// The Moscow day by which an answer is due.
    pub answer_due_on: Date,
    pub answer: Option<String>,
    pub answered_at: Option<DateTimeUtc>,
    pub resolution: Option<String>,
    pub resolved_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
