//! What clients see of news.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};

use super::{
    loaders::{OkrugsByArticleId, TagsByArticleId, TextByArticleId},
    rules::{self, Video},
    sharing,
    store::{ArchiveMonth, ArticleSummary, ArticleText, CategoryRow, FreshnessRow},
};
use crate::{
    domain::{
        benefits::{Benefit, related_benefits},
        content::{ContentBlock, OpenGraph, PortalHost, json_ld, read_blocks},
        guides::{ServiceGuide, related_guides},
        media::{Image, MediaBase},
        organisations::{Okrug, Organisation},
    },
    infra::{
        error::Error,
        graphql::{DateTime, Html, NodeTag, Now, Standing, Url, recall_of},
    },
};

/// Что это за новость. Открытый список: неизвестный вид следует показать как `NEWS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::enums::NewsKind")]
pub enum NewsKind {
    /// Новость.
    News,
    /// Объявление.
    Announcement,
    /// Интервью.
    Interview,
    /// Лучшая практика.
    Practice,
    /// Видео.
    Video,
    /// Документ.
    Document,
    /// Призыв к действию.
    CallToAction,
}

/// Рубрика новостей.
pub struct NewsCategory(pub CategoryRow);

impl NewsCategory {
    /// The kind of its node ids.
    pub const NODE: NodeTag = NodeTag(b'N');
}

/// Рубрика новостей.
#[Object]
impl NewsCategory {
    /// Идентификатор.
    pub async fn id(&self) -> ID {
        Self::NODE.id(self.0.id)
    }

    /// Имя для адресов.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Название.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// О чём рубрика.
    async fn description(&self) -> &str {
        &self.0.description
    }
}

/// Опубликованная новость.
pub struct NewsArticle(pub ArticleSummary);

impl NewsArticle {
    /// The kind of its node ids.
    pub const NODE: NodeTag = NodeTag(b'n');

    async fn text(&self, context: &Context<'_>) -> Result<Arc<ArticleText>, Error> {
        recall_of(context, TextByArticleId(self.0.row.id))
            .await?
            .ok_or(Error::Gone)
    }
}

/// Опубликованная новость.
#[Object]
impl NewsArticle {
    /// Идентификатор.
    pub async fn id(&self) -> ID {
        Self::NODE.id(self.0.row.id)
    }

    /// Имя для адресов.
    async fn slug(&self) -> &str {
        &self.0.row.slug
    }

    /// Путь на портале.
    async fn path(&self) -> String {
        sharing::path(&self.0.row.slug)
    }

    /// Полный адрес на портале.
    async fn canonical_url(&self, context: &Context<'_>) -> Url {
        Url(PortalHost::of(context).url(&sharing::path(&self.0.row.slug)))
    }

    /// Что это за новость.
    async fn kind(&self) -> NewsKind {
        self.0.row.kind.into()
    }

    /// Заголовок.
    async fn headline(&self) -> &str {
        &self.0.row.headline
    }

    /// Краткое содержание, не длиннее 300 знаков.
    async fn lead(&self) -> &str {
        &self.0.row.lead
    }

    /// Рубрика.
    async fn category(&self) -> Option<NewsCategory> {
        self.0.category.clone().map(NewsCategory)
    }

    /// Чья это новость.
    async fn organisation(&self) -> Option<Organisation> {
        self.0.organisation.clone().map(Organisation::from)
    }

    /// Обложка.
    async fn cover(&self) -> Option<Image> {
        self.0.cover.clone().map(Image)
    }

    /// Есть ли видео.
    async fn has_video(&self) -> bool {
        self.0.row.has_video
    }

    /// Видео.
    async fn video(&self, context: &Context<'_>) -> Option<Result<NewsVideo, Error>> {
        async {
            if !self.0.row.has_video {
                return Ok(None);
            }
            let stored = self.text(context).await?.video.clone();
            let video: Option<Video> = stored.map(serde_json::from_value).transpose()?;
            Ok(video.map(NewsVideo::from))
        }
        .await
        .transpose()
    }

    /// Закреплена ли новость сейчас. Закрепление не меняет порядок ленты.
    async fn is_pinned(&self, context: &Context<'_>) -> bool {
        let until = self.0.row.pinned_until_at;
        let is_pinned = rules::is_pinned(until, Now::of(context));
        if let Some(until) = until.filter(|_| is_pinned) {
            Standing::of(context).ends_at(until);
        }
        is_pinned
    }

    /// До какого момента закреплена.
    async fn pinned_until(&self) -> Option<DateTime> {
        self.0.row.pinned_until_at.map(DateTime)
    }

    /// Срочная ли новость.
    async fn is_urgent(&self) -> bool {
        self.0.row.is_urgent
    }

    /// Сколько её читать, секунд.
    async fn reading_time_seconds(&self) -> i32 {
        self.0.row.reading_time_seconds
    }

    /// О каких округах.
    async fn okrugs(&self, context: &Context<'_>) -> Result<Vec<Okrug>, Error> {
        let okrugs = recall_of(context, OkrugsByArticleId(self.0.row.id)).await?;
        Ok(okrugs
            .unwrap_or_default()
            .into_iter()
            .map(Okrug::from)
            .collect())
    }

    /// Метки.
    async fn tags(&self, context: &Context<'_>) -> Result<Vec<String>, Error> {
        let tags = recall_of(context, TagsByArticleId(self.0.row.id)).await?;
        Ok(tags.unwrap_or_default())
    }

    /// Текст для приложений.
    async fn body(&self, context: &Context<'_>) -> Result<Vec<ContentBlock>, Error> {
        Ok(read_blocks(&self.text(context).await?.body)?)
    }

    /// Текст для портала.
    async fn body_html(&self, context: &Context<'_>) -> Result<Html, Error> {
        Ok(Html(self.text(context).await?.body_html.clone()))
    }

    /// Текст без разметки.
    async fn plain_text(&self, context: &Context<'_>) -> Result<String, Error> {
        Ok(self.text(context).await?.plain_text.clone())
    }

    /// Название источника.
    async fn source_name(&self, context: &Context<'_>) -> Option<Result<String, Error>> {
        self.text(context)
            .await
            .map(|whole| whole.source_name.clone())
            .transpose()
    }

    /// Адрес источника.
    async fn source_url(&self, context: &Context<'_>) -> Option<Result<Url, Error>> {
        self.text(context)
            .await
            .map(|whole| whole.source_url.clone().map(Url))
            .transpose()
    }

    /// Чем сопроводить новость, когда ею делятся.
    async fn share_text(&self, context: &Context<'_>) -> Option<Result<String, Error>> {
        self.text(context)
            .await
            .map(|whole| whole.share_text.clone())
            .transpose()
    }

    /// Что исправлено после публикации.
    async fn correction(&self, context: &Context<'_>) -> Option<Result<NewsCorrection, Error>> {
        async {
            let text = self.text(context).await?;
            Ok(text
                .correction_text
                .clone()
                .zip(text.corrected_at)
                .map(|(text, at)| NewsCorrection {
                    text,
                    at: DateTime(at),
                }))
        }
        .await
        .transpose()
    }

    /// Инструкции к услугам, о которых речь.
    async fn related_guides(&self, context: &Context<'_>) -> Result<Vec<ServiceGuide>, Error> {
        related_guides(context, self.0.row.id).await
    }

    /// Льготы, о которых речь.
    async fn related_benefits(&self, context: &Context<'_>) -> Result<Vec<Benefit>, Error> {
        related_benefits(context, self.0.row.id).await
    }

    /// Разметка Open Graph для соцсетей и мессенджеров.
    async fn open_graph(&self, context: &Context<'_>) -> Result<OpenGraph, Error> {
        let text = self.text(context).await?;
        Ok(sharing::open_graph(&self.0, &text, PortalHost::of(context)))
    }

    /// Разметка schema.org: текст JSON-LD, готовый для `<script type="application/ld+json">`.
    async fn structured_data(&self, context: &Context<'_>) -> Result<String, Error> {
        let text = self.text(context).await?;
        let media = context.data_unchecked::<MediaBase>();
        let portal = PortalHost::of(context);
        Ok(json_ld(sharing::news_article(
            &self.0, &text, portal, media,
        )))
    }

    /// Номер опубликованной редакции.
    async fn revision(&self) -> i32 {
        self.0.row.revision
    }

    /// Показательные данные.
    async fn is_demo(&self) -> bool {
        self.0.row.is_demo
    }

    /// Когда опубликована впервые.
    async fn published_at(&self) -> DateTime {
        DateTime(self.0.row.published_at)
    }

    /// Когда изменена.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.row.updated_at)
    }
}

/// Видео новости.
#[derive(SimpleObject)]
pub struct NewsVideo {
    /// Площадка: `RUTUBE`, `VK`, `OTHER`. Открытый список.
    provider: String,
    /// Адрес видео.
    url: Url,
    /// Длительность, секунд.
    duration_seconds: Option<i32>,
    /// Адрес заставки.
    poster_url: Option<Url>,
    /// Адрес субтитров.
    captions_url: Option<Url>,
    /// Расшифровка.
    transcript: Option<String>,
}

impl From<Video> for NewsVideo {
    fn from(video: Video) -> Self {
        Self {
            provider: video.provider,
            url: Url(video.url),
            duration_seconds: video.duration_seconds,
            poster_url: video.poster_url.map(Url),
            captions_url: video.captions_url.map(Url),
            transcript: video.transcript,
        }
    }
}

/// Исправление опубликованной новости.
#[derive(SimpleObject)]
pub struct NewsCorrection {
    /// Что исправлено.
    text: String,
    /// Когда.
    at: DateTime,
}

/// Месяц архива по московскому календарю.
#[derive(SimpleObject)]
pub struct NewsArchiveMonth {
    /// Год.
    year: i32,
    /// Месяц, от 1 до 12.
    month: i32,
    /// Сколько новостей.
    count: i32,
}

impl From<ArchiveMonth> for NewsArchiveMonth {
    fn from(row: ArchiveMonth) -> Self {
        Self {
            year: row.year,
            month: row.month,
            count: i32::try_from(row.articles).unwrap_or(i32::MAX),
        }
    }
}

/// Насколько свежи новости организации.
#[derive(Default, SimpleObject)]
pub struct Freshness {
    /// Когда вышла последняя новость.
    last_news_at: Option<DateTime>,
    /// Сколько новостей за последние 30 дней.
    news_last_30_days: i32,
}

impl From<FreshnessRow> for Freshness {
    fn from(row: FreshnessRow) -> Self {
        Self {
            last_news_at: row.last_news_at.map(DateTime),
            news_last_30_days: i32::try_from(row.recent_news).unwrap_or(i32::MAX),
        }
    }
}
