//! What staff see of concerns.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object};
use entities::guide_concern::Model;

use crate::{
    domain::{
        guide_watch::{loaders::FactsByGuideId, store::concerns::GuideFacts},
        guides::{GuideById, ServiceGuide},
        organisations::{Organisation, organisation_of},
    },
    infra::{
        error::Error,
        graphql::{DateTime, NodeTag, load_of},
    },
};

/// Почему инструкцию нужно посмотреть. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::GuideConcernKind")]
pub enum GuideConcernKind {
    /// По сообщениям членов профсоюза, инструкция расходится с тем, что было на деле.
    Accuracy,
    /// Сообщений о сбоях услуги вдруг стало много.
    Spike,
    /// Официальная страница не открывается.
    Unreachable,
    /// Официальная страница переехала.
    Moved,
    /// Официальная страница изменилась.
    PageChanged,
    /// Инструкция не помогает читателям.
    Feedback,
}

/// Чем кончилось замечание. Открытый список.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::GuideConcernEnd")]
pub enum GuideConcernEnd {
    /// Подтвердилось: читателей предупредили или инструкцию проверили.
    Confirmed,
    /// Отклонено.
    Dismissed,
    /// Прошло само.
    Passed,
}

/// Почему инструкцию нужно посмотреть: одно открытое замечание на инструкцию и причину.
pub struct GuideConcern(pub Model);

impl GuideConcern {
    /// The kind of its node ids.
    pub const NODE: NodeTag = NodeTag(b'Y');

    async fn facts(&self, context: &Context<'_>) -> Result<Arc<GuideFacts>, Error> {
        load_of(context, FactsByGuideId(self.0.guide_id))
            .await?
            .ok_or(Error::Gone)
    }
}

/// Почему инструкцию нужно посмотреть: одно открытое замечание на инструкцию и причину.
#[Object]
impl GuideConcern {
    /// Идентификатор.
    async fn id(&self) -> ID {
        Self::NODE.id(self.0.id)
    }

    /// Причина.
    async fn kind(&self) -> GuideConcernKind {
        self.0.kind.into()
    }

    /// Что случилось.
    async fn details(&self) -> &str {
        &self.0.details
    }

    /// О чём предлагается предупредить читателей.
    async fn proposed_alert(&self) -> Option<&str> {
        self.0.proposed_alert.as_deref()
    }

    /// Идентификатор инструкции.
    async fn guide_id(&self) -> ID {
        ServiceGuide::NODE.id(self.0.guide_id)
    }

    /// Инструкция, какой её видят читатели; `null`, если не видят или она не для спрашивающего.
    async fn guide(&self, context: &Context<'_>) -> Option<Result<ServiceGuide, Error>> {
        let found = load_of(context, GuideById(self.0.guide_id)).await;
        found.transpose().map(|found| found.map(ServiceGuide))
    }

    /// Название инструкции; `null`, если её сейчас нет у читателей.
    async fn guide_title(&self, context: &Context<'_>) -> Option<Result<String, Error>> {
        let facts = self.facts(context).await;
        facts.map(|facts| facts.title.clone()).transpose()
    }

    /// Версия инструкции: её называют, подтверждая замечание или проверку.
    async fn guide_version(&self, context: &Context<'_>) -> Result<i32, Error> {
        let version = self.facts(context).await?.version;
        Ok(i32::try_from(version).unwrap_or(i32::MAX))
    }

    /// Чья инструкция.
    async fn organisation(&self, context: &Context<'_>) -> Option<Result<Organisation, Error>> {
        match self.facts(context).await {
            Ok(facts) => organisation_of(context, facts.organisation_id).await,
            Err(error) => Some(Err(error)),
        }
    }

    /// Открыто ли оно.
    async fn is_open(&self) -> bool {
        self.0.closed_at.is_none()
    }

    /// Когда замечено впервые.
    async fn opened_at(&self) -> DateTime {
        DateTime(self.0.opened_at)
    }

    /// Когда замечено в последний раз.
    async fn last_seen_at(&self) -> DateTime {
        DateTime(self.0.last_seen_at)
    }

    /// Когда закрыто.
    async fn closed_at(&self) -> Option<DateTime> {
        self.0.closed_at.map(DateTime)
    }

    /// Чем кончилось.
    async fn closed_as(&self) -> Option<GuideConcernEnd> {
        self.0.closed_as.map(Into::into)
    }
}
