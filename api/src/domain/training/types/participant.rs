//! Who has registered, and what they think, as those see it who note who came.

use async_graphql::{ID, SimpleObject};
use entities::training_registration;

use super::{RegistrationStatus, TrainingRegistration};
use crate::{domain::training::feedback::Gathered, infra::graphql::DateTime};

/// Записавшийся на занятие: для тех, кто отмечает пришедших.
#[derive(SimpleObject)]
pub struct TrainingParticipant {
    /// Идентификатор записи.
    id: ID,
    /// Фамилия, имя и отчество по списку профсоюза, а без него — как человек назвал себя; нет — неизвестны.
    name: Option<String>,
    /// Что с записью.
    status: RegistrationStatus,
    /// Когда записался.
    registered_at: DateTime,
    /// Номер свидетельства, если оно выдано.
    certificate_number: Option<String>,
}

impl TrainingParticipant {
    /// What they see.
    #[must_use]
    pub fn of(
        row: &training_registration::Model,
        name: Option<String>,
        certificate_number: Option<String>,
    ) -> Self {
        Self {
            id: TrainingRegistration::NODE.id(row.id),
            name,
            status: row.state.into(),
            registered_at: DateTime(row.registered_at),
            certificate_number,
        }
    }
}

/// Что думают о занятии те, кто на нём был: без имён.
#[derive(SimpleObject)]
pub struct TrainingFeedback {
    /// Сколько оценок.
    count: i32,
    /// Средняя оценка, от 1 до 5.
    average: Option<f64>,
    /// Отзывы, когда оценок не меньше трёх.
    comments: Vec<String>,
}

impl From<Gathered> for TrainingFeedback {
    fn from(gathered: Gathered) -> Self {
        Self {
            count: i32::try_from(gathered.count).unwrap_or(i32::MAX),
            average: gathered.average,
            comments: gathered.comments,
        }
    }
}
