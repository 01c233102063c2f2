//! Parts of a report that are read together.

use async_graphql::SimpleObject;
use entities::service_report;

use super::RefusalReason;

/// Оценки от 1 до 5; нет — не оценено.
#[derive(SimpleObject)]
pub struct ServiceReportRatings {
    /// В целом.
    overall: Option<i32>,
    /// Понятность сведений об услуге.
    information: Option<i32>,
    /// Удобство форм и документов.
    forms: Option<i32>,
    /// Скорость.
    speed: Option<i32>,
    /// Удобство обращения.
    convenience: Option<i32>,
    /// Результат.
    result: Option<i32>,
}

impl From<&service_report::Model> for ServiceReportRatings {
    fn from(row: &service_report::Model) -> Self {
        Self {
            overall: row.rating_overall.map(i32::from),
            information: row.rating_information.map(i32::from),
            forms: row.rating_forms.map(i32::from),
            speed: row.rating_speed.map(i32::from),
            convenience: row.rating_convenience.map(i32::from),
            result: row.rating_result.map(i32::from),
        }
    }
}

/// Отказ в услуге.
#[derive(SimpleObject)]
pub struct ServiceReportRefusal {
    /// Объяснён ли он.
    is_explained: bool,
    /// Чем объяснён.
    reason: Option<RefusalReason>,
}

impl ServiceReportRefusal {
    /// The refusal that a report tells of.
    #[must_use]
    pub fn of(row: &service_report::Model) -> Option<Self> {
        Some(Self {
            is_explained: row.is_refusal_explained?,
            reason: row.refusal_reason.map(Into::into),
        })
    }
}
