//! What staff see of an article's draft.

use async_graphql::{Context, MergedObject, Object};
use serde::Deserialize;

use super::NewsDocument;
use crate::{
    domain::{
        benefits::{Benefit, BenefitById},
        editing::{
            store::Held,
            types::{DraftMeta, html_of, picture_of},
        },
        guides::{GuideById, ServiceGuide},
        media::Image,
        news::{ArticleById, NewsArticle, NewsCategory, NewsCategoryById, NewsKind, NewsVideo},
        organisations::Okrug,
    },
    infra::{
        error::Error,
        graphql::{DateTime, Html, Url, load_many_of, load_of},
    },
};

/// Новость глазами редакции: может быть неполной.
#[derive(MergedObject)]
pub struct NewsArticleDraft(DraftMeta, NewsPart);

impl NewsArticleDraft {
    /// The article that is held.
    ///
    /// # Errors
    /// `Internal`, when its document does not read.
    pub fn of(held: Held) -> Result<Self, Error> {
        let document = NewsDocument::deserialize(&held.revision.document)?;
        let id = held.content.id;
        Ok(Self(DraftMeta(held), NewsPart { id, document }))
    }
}

pub struct NewsPart {
    id: uuid::Uuid,
    document: NewsDocument,
}

/// Поля новости.
#[Object]
impl NewsPart {
    /// Как новость видят читатели сейчас; `null`, если не видят или она не для спрашивающего.
    async fn published(&self, context: &Context<'_>) -> Option<Result<NewsArticle, Error>> {
        let found = load_of(context, ArticleById(self.id)).await.transpose();
        found.map(|found| found.map(NewsArticle))
    }

    /// Что это за новость.
    async fn kind(&self) -> Option<NewsKind> {
        self.document.kind.map(Into::into)
    }

    /// Рубрика.
    async fn category(&self, context: &Context<'_>) -> Option<Result<NewsCategory, Error>> {
        let id = self.document.category_id?;
        let found = load_of(context, NewsCategoryById(id)).await.transpose();
        found.map(|found| found.map(NewsCategory))
    }

    /// Заголовок.
    async fn headline(&self) -> Option<&str> {
        self.document.headline.as_deref()
    }

    /// Краткое содержание.
    async fn lead(&self) -> Option<&str> {
        self.document.lead.as_deref()
    }

    /// Текст: Markdown.
    async fn body(&self) -> Option<&str> {
        self.document.body.as_deref()
    }

    /// Текст, как его увидит портал.
    async fn body_html(&self, context: &Context<'_>) -> Option<Result<Html, Error>> {
        html_of(context, self.document.body.as_deref()).await
    }

    /// Обложка.
    async fn cover(&self, context: &Context<'_>) -> Option<Result<Image, Error>> {
        picture_of(context, self.document.cover_id).await
    }

    /// Видео.
    async fn video(&self) -> Option<NewsVideo> {
        self.document.video.clone().map(NewsVideo::from)
    }

    /// Откуда новость.
    async fn source_name(&self) -> Option<&str> {
        self.document.source_name.as_deref()
    }

    /// Адрес источника, как его написали.
    async fn source_url(&self) -> Option<Url> {
        self.document.source_url.clone().map(Url)
    }

    /// Чем сопроводить новость, когда ею делятся.
    async fn share_text(&self) -> Option<&str> {
        self.document.share_text.as_deref()
    }

    /// Что исправлено после публикации.
    async fn correction(&self) -> Option<&str> {
        self.document.correction.as_deref()
    }

    /// Когда новость вышла там, откуда её перенесли.
    async fn originally_published_at(&self) -> Option<DateTime> {
        self.document.originally_published_at.map(DateTime)
    }

    /// До какого момента закрепить.
    async fn pinned_until(&self) -> Option<DateTime> {
        self.document.pinned_until.map(DateTime)
    }

    /// Срочная ли новость.
    async fn is_urgent(&self) -> bool {
        self.document.is_urgent
    }

    /// О каких округах.
    async fn okrugs(&self) -> Vec<Okrug> {
        self.document
            .okrugs
            .iter()
            .copied()
            .map(Okrug::from)
            .collect()
    }

    /// Метки.
    async fn tags(&self) -> &[String] {
        &self.document.tags
    }

    /// Инструкции к услугам, о которых речь.
    async fn related_guides(
        &self,
        context: &Context<'_>,
    ) -> Option<Result<Vec<ServiceGuide>, Error>> {
        let keys = self
            .document
            .related_guide_ids
            .iter()
            .copied()
            .map(GuideById);
        let found = load_many_of(context, keys).await;
        Some(found.map(|found| found.into_values().map(ServiceGuide).collect()))
    }

    /// Льготы, о которых речь.
    async fn related_benefits(&self, context: &Context<'_>) -> Option<Result<Vec<Benefit>, Error>> {
        let keys = self
            .document
            .related_benefit_ids
            .iter()
            .copied()
            .map(BenefitById);
        let found = load_many_of(context, keys).await;
        Some(found.map(|found| found.into_values().map(Benefit).collect()))
    }
}
