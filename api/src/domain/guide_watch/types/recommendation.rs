//! What staff see of recommendations.

use async_graphql::{Context, ID, Object};
use entities::recommendation::Model;

use crate::{
    domain::{
        guide_watch::recommending::is_shown,
        guides::{
            GuideById, Recommendation, RecommendationAudience, RecommendationMetric, ServiceGuide,
        },
        organisations::{Organisation, organisation_of},
    },
    infra::{
        error::Error,
        graphql::{DateTime, Html, load_of},
    },
};

/// Рекомендация глазами редакции: опубликованная или нет.
pub struct RecommendationDraft(pub Model);

/// Рекомендация глазами редакции: опубликованная или нет.
#[Object]
impl RecommendationDraft {
    /// Идентификатор: тот же, что у читателей.
    async fn id(&self) -> ID {
        Recommendation::NODE.id(self.0.id)
    }

    /// О чём она.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Для кого.
    async fn audience(&self) -> RecommendationAudience {
        self.0.audience.into()
    }

    /// Какой показатель услуги она должна улучшить.
    async fn metric(&self) -> Option<RecommendationMetric> {
        self.0.metric.map(Into::into)
    }

    /// К какой инструкции относится; `null` — ко всем услугам, или инструкция не для спрашивающего.
    async fn guide(&self, context: &Context<'_>) -> Option<Result<ServiceGuide, Error>> {
        let found = load_of(context, GuideById(self.0.guide_id?)).await;
        found.transpose().map(|found| found.map(ServiceGuide))
    }

    /// Кто рекомендует.
    async fn organisation(&self, context: &Context<'_>) -> Option<Result<Organisation, Error>> {
        organisation_of(context, self.0.organisation_id).await
    }

    /// Текст в Markdown, как его написали.
    async fn body(&self) -> &str {
        &self.0.source
    }

    /// Текст, каким его увидят читатели портала.
    async fn body_html(&self) -> Html {
        Html(self.0.body_html.clone())
    }

    /// Видят ли её читатели.
    async fn is_published(&self) -> bool {
        is_shown(&self.0)
    }

    /// Когда опубликована в последний раз.
    async fn published_at(&self) -> Option<DateTime> {
        self.0.published_at.map(DateTime)
    }

    /// Когда снята с публикации.
    async fn withdrawn_at(&self) -> Option<DateTime> {
        self.0.withdrawn_at.map(DateTime)
    }

    /// Когда начата.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Когда изменена.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }
}
