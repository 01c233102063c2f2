//! A report on its way to whoever answers for the service.

use async_graphql::SimpleObject;
use chrono::NaiveDate;
use entities::service_report_escalation;

use crate::infra::graphql::{Date, DateTime};

/// Кому передан отчёт и что ответили.
#[derive(SimpleObject)]
pub struct ServiceReportEscalation {
    /// Кому передан.
    addressee: String,
    /// Когда передан.
    escalated_at: DateTime,
    /// До какого дня ждём ответа.
    answer_due_on: Date,
    /// Прошёл ли этот день без ответа.
    is_overdue: bool,
    /// Что ответили.
    answer: Option<String>,
    /// Когда ответили.
    answered_at: Option<DateTime>,
    /// Чем закончилось.
    resolution: Option<String>,
    /// Когда закончилось.
    resolved_at: Option<DateTime>,
}

impl ServiceReportEscalation {
    /// How it stands on that Moscow day.
    #[must_use]
    pub fn of(row: service_report_escalation::Model, today: NaiveDate) -> Self {
        let is_open = row.answered_at.is_none() && row.resolved_at.is_none();
        Self {
            addressee: row.addressee,
            escalated_at: DateTime(row.escalated_at),
            answer_due_on: Date(row.answer_due_on),
            is_overdue: is_open && row.answer_due_on < today,
            answer: row.answer,
            answered_at: row.answered_at.map(DateTime),
            resolution: row.resolution,
            resolved_at: row.resolved_at.map(DateTime),
        }
    }
}
