//! What staff send of an article: a field that is not named stays as it is, `null` empties it.

use std::collections::BTreeSet;

use async_graphql::{ID, InputObject, MaybeUndefined};

use super::NewsDocument;
use crate::{
    domain::{
        benefits::Benefit,
        editing::{
            audience::AudienceInput,
            patch::{named, patch, patch_envelope, patch_id},
        },
        guides::ServiceGuide,
        media::Image,
        news::{NewsCategory, NewsKind, Video},
        organisations::Okrug,
    },
    infra::{
        error::Error,
        graphql::{DateTime, Url},
    },
};

/// Видео новости.
#[derive(Clone, Debug, InputObject)]
pub struct NewsVideoInput {
    /// Площадка: `RUTUBE`, `VK`, `OTHER`.
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

impl From<NewsVideoInput> for Video {
    fn from(input: NewsVideoInput) -> Self {
        Self {
            provider: input.provider,
            url: input.url.0,
            duration_seconds: input.duration_seconds,
            poster_url: input.poster_url.map(|url| url.0),
            captions_url: input.captions_url.map(|url| url.0),
            transcript: input.transcript,
        }
    }
}

/// Поля новости. Неназванное остаётся как есть, `null` очищает.
#[derive(Clone, Debug, Default, InputObject)]
pub struct NewsArticleFields {
    /// Имя для адресов; без него его даёт заголовок.
    #[graphql(default)]
    slug: MaybeUndefined<String>,
    /// Для кого.
    #[graphql(default)]
    audience: MaybeUndefined<AudienceInput>,
    /// Когда снять с публикации.
    #[graphql(default)]
    unpublish_at: MaybeUndefined<DateTime>,
    /// Что это за новость.
    #[graphql(default)]
    kind: MaybeUndefined<NewsKind>,
    /// Рубрика.
    #[graphql(default)]
    category: MaybeUndefined<ID>,
    /// Заголовок, не длиннее 200 знаков.
    #[graphql(default)]
    headline: MaybeUndefined<String>,
    /// Краткое содержание, не длиннее 300 знаков.
    #[graphql(default)]
    lead: MaybeUndefined<String>,
    /// Текст: Markdown, картинки — `![описание](media:<идентификатор>)`.
    #[graphql(default)]
    body: MaybeUndefined<String>,
    /// Обложка.
    #[graphql(default)]
    cover: MaybeUndefined<ID>,
    /// Видео.
    #[graphql(default)]
    video: MaybeUndefined<NewsVideoInput>,
    /// Откуда новость.
    #[graphql(default)]
    source_name: MaybeUndefined<String>,
    /// Адрес источника.
    #[graphql(default)]
    source_url: MaybeUndefined<String>,
    /// Чем сопроводить новость, когда ею делятся.
    #[graphql(default)]
    share_text: MaybeUndefined<String>,
    /// Что исправлено после публикации.
    #[graphql(default)]
    correction: MaybeUndefined<String>,
    /// Когда новость вышла там, откуда её перенесли; этим моментом она встанет в ленту.
    #[graphql(default)]
    originally_published_at: MaybeUndefined<DateTime>,
    /// До какого момента закрепить.
    #[graphql(default)]
    pinned_until: MaybeUndefined<DateTime>,
    /// Срочная ли новость.
    #[graphql(default)]
    is_urgent: MaybeUndefined<bool>,
    /// О каких округах.
    #[graphql(default)]
    okrugs: MaybeUndefined<Vec<Okrug>>,
    /// Метки.
    #[graphql(default)]
    tags: MaybeUndefined<Vec<String>>,
    /// Инструкции к услугам, о которых речь.
    #[graphql(default)]
    related_guides: MaybeUndefined<Vec<ID>>,
    /// Льготы, о которых речь.
    #[graphql(default)]
    related_benefits: MaybeUndefined<Vec<ID>>,
}

impl NewsArticleFields {
    /// Puts what was named into a document.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for what is not an id.
    pub fn apply(self, document: &mut NewsDocument) -> Result<(), Error> {
        let envelope = &mut document.envelope;
        patch_envelope(envelope, self.slug, self.audience, self.unpublish_at)?;
        patch(&mut document.kind, self.kind.map_value(Into::into));
        patch_id(
            &mut document.category_id,
            NewsCategory::NODE,
            "category",
            self.category,
        )?;
        patch(&mut document.headline, self.headline);
        patch(&mut document.lead, self.lead);
        patch(&mut document.body, self.body);
        patch_id(&mut document.cover_id, Image::NODE, "cover", self.cover)?;
        patch(&mut document.video, self.video.map_value(Into::into));
        patch(&mut document.source_name, self.source_name);
        patch(&mut document.source_url, self.source_url);
        patch(&mut document.share_text, self.share_text);
        patch(&mut document.correction, self.correction);
        patch(
            &mut document.originally_published_at,
            self.originally_published_at.map_value(|at| at.0),
        );
        patch(
            &mut document.pinned_until,
            self.pinned_until.map_value(|at| at.0),
        );
        if let Some(is_urgent) = named(self.is_urgent) {
            document.is_urgent = is_urgent;
        }
        if let Some(okrugs) = named(self.okrugs) {
            let stored: BTreeSet<_> = okrugs.into_iter().flat_map(Okrug::stored).collect();
            document.okrugs = stored.into_iter().collect();
        }
        if let Some(tags) = named(self.tags) {
            document.tags = tags;
        }
        if let Some(ids) = named(self.related_guides) {
            document.related_guide_ids =
                ServiceGuide::NODE.decode_all("input.relatedGuides", &ids)?;
        }
        if let Some(ids) = named(self.related_benefits) {
            document.related_benefit_ids =
                Benefit::NODE.decode_all("input.relatedBenefits", &ids)?;
        }
        Ok(())
    }
}
