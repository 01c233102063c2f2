//! A registration as its owner sees it.

use async_graphql::{Context, Enum, ID, Object};
use entities::{enums::RegistrationState, training_registration, training_session};

use super::{TrainingCertificate, TrainingSession};
use crate::{
    domain::{
        accounts::Accounts,
        media::MediaBase,
        training::{
            feedback::open_comment,
            loaders::{CertificateByRegistrationId, LineBySessionId},
        },
    },
    infra::{
        error::Error,
        graphql::{DateTime, NodeTag, load_of},
    },
};

/// Что с записью на занятие. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::RegistrationState")]
pub enum RegistrationStatus {
    /// Место есть.
    Registered,
    /// Ждёт места.
    Waitlisted,
    /// Отменена.
    Cancelled,
    /// Человек был на занятии.
    Attended,
    /// Человек не пришёл.
    NoShow,
}

/// Своя запись на занятие.
pub struct TrainingRegistration {
    pub row: training_registration::Model,
    pub session: training_session::Model,
}

impl TrainingRegistration {
    /// Of registrations.
    pub const NODE: NodeTag = NodeTag(b'y');

    async fn place_in_line(&self, context: &Context<'_>) -> Result<Option<i32>, Error> {
        if self.row.state != RegistrationState::Waitlisted {
            return Ok(None);
        }
        let line = load_of(context, LineBySessionId(self.row.session_id)).await?;
        let line = line.unwrap_or_default();
        let ahead = line.iter().filter(|ticket| **ticket < self.row.ticket);
        Ok(Some(
            i32::try_from(ahead.count()).map_or(i32::MAX, |ahead| ahead + 1),
        ))
    }
}

/// Своя запись на занятие.
#[Object]
impl TrainingRegistration {
    /// Идентификатор.
    async fn id(&self) -> ID {
        Self::NODE.id(self.row.id)
    }

    /// Занятие.
    async fn session(&self) -> TrainingSession {
        TrainingSession(self.session.clone())
    }

    /// Что с записью.
    async fn status(&self) -> RegistrationStatus {
        self.row.state.into()
    }

    /// Какой по счёту в очереди, от 1; нет — не ждёт.
    async fn waiting_position(&self, context: &Context<'_>) -> Option<Result<i32, Error>> {
        self.place_in_line(context).await.transpose()
    }

    /// Когда записался.
    async fn registered_at(&self) -> DateTime {
        DateTime(self.row.registered_at)
    }

    /// Когда освободилось место, если его ждали.
    async fn promoted_at(&self) -> Option<DateTime> {
        self.row.promoted_at.map(DateTime)
    }

    /// Когда отменена.
    async fn cancelled_at(&self) -> Option<DateTime> {
        self.row.cancelled_at.map(DateTime)
    }

    /// Что получено за занятие.
    async fn certificate(
        &self,
        context: &Context<'_>,
    ) -> Option<Result<TrainingCertificate, Error>> {
        let found = load_of(context, CertificateByRegistrationId(self.row.id)).await;
        let vault = &context.data_unchecked::<Accounts>().vault;
        let base = context.data_unchecked::<MediaBase>();
        let shown = |found| TrainingCertificate::of(vault, base, found);
        found.transpose().map(|found| found.map(shown))
    }

    /// Своя оценка, от 1 до 5.
    async fn rating(&self) -> Option<i32> {
        self.row.rating.map(i32::from)
    }

    /// Свой отзыв.
    async fn comment(&self, context: &Context<'_>) -> Option<Result<String, Error>> {
        let vault = &context.data_unchecked::<Accounts>().vault;
        open_comment(vault, &self.row).transpose()
    }
}
