//! What makes an article fit for readers, and how they get it.

use chrono::{DateTime, Utc};
use entities::enums::{ContentKind, NewsKind};
use sea_orm::{DatabaseExecutor, DbErr};
use uuid::Uuid;

use super::NewsDocument;
use crate::{
    domain::{
        content::{Published, RenderedText, named_pictures, relate_anew},
        editing::{
            kinds::{DraftPreview, Kind},
            pictures::picture_problems,
            problem::{Problem, Problems},
            references::{Reference, Surroundings, Target},
            types::EditingErrorCode,
        },
        media::list_pictures,
        news::{delete_article, replace_article},
    },
    infra::error::Error,
};

/// Column lengths, in characters.
pub const LONGEST_HEADLINE: usize = 200;
pub const LONGEST_LEAD: usize = 300;
pub const LONGEST_BODY: usize = 100_000;
const LONGEST_CORRECTION: usize = 1000;
pub const LONGEST_TAG: usize = 60;
pub const MOST_TAGS: usize = 20;
const MOST_RELATED: usize = 20;

/// News.
pub static NEWS: News = News;

pub struct News;

impl Kind for News {
    type Document = NewsDocument;

    const KIND: ContentKind = ContentKind::NewsArticle;
    const TAG: &'static str = "news";
    const TITLE: &'static str = "headline";

    fn pictures(document: &NewsDocument) -> Vec<Uuid> {
        let mut pictures = named_pictures(document.body.as_deref().unwrap_or_default());
        pictures.extend(document.cover_id);
        pictures
    }

    fn references(document: &NewsDocument) -> Vec<Reference> {
        [
            Target::NewsCategory.each(&document.category_id),
            Target::Picture.each(&Self::pictures(document)),
            Target::Content.each(&document.related_guide_ids),
            Target::Content.each(&document.related_benefit_ids),
        ]
        .concat()
    }

    fn problems(document: &NewsDocument, there: &Surroundings) -> Vec<Problem> {
        problems_of(document, there)
    }

    fn untimely(document: &NewsDocument, now: DateTime<Utc>) -> Vec<Problem> {
        let is_ahead = document.originally_published_at.is_some_and(|at| at > now);
        let problem = || Problem::at("originallyPublishedAt", EditingErrorCode::OutOfRange);
        is_ahead.then(problem).into_iter().collect()
    }

    async fn preview(
        connection: &DatabaseExecutor<'_>,
        document: NewsDocument,
        _now: DateTime<Utc>,
    ) -> Result<DraftPreview, Error> {
        let pictures = list_pictures(connection, &Self::pictures(&document)).await?;
        let body = document.body.unwrap_or_default();
        Ok(DraftPreview {
            title: document.headline,
            lead: document.lead,
            html: RenderedText::from_markdown(&body, &pictures).html,
            cover: document.cover_id.and_then(|id| pictures.get(&id).cloned()),
            ..DraftPreview::default()
        })
    }

    async fn show(
        transaction: &DatabaseExecutor<'_>,
        published: &Published,
        document: NewsDocument,
    ) -> Result<(), Error> {
        let pictures = list_pictures(transaction, &Self::pictures(&document)).await?;
        let related = [
            (
                ContentKind::ServiceGuide,
                document.related_guide_ids.clone(),
            ),
            (ContentKind::Benefit, document.related_benefit_ids.clone()),
        ];
        let published = as_dated(published, document.originally_published_at);
        replace_article(transaction, &published, document.for_readers(&pictures)?).await?;
        for (kind, ids) in related {
            relate_anew(transaction, published.address.id, kind, &ids).await?;
        }
        Ok(())
    }

    async fn hide(transaction: &DatabaseExecutor<'_>, id: Uuid) -> Result<(), DbErr> {
        delete_article(transaction, id).await
    }
}

/// An article that came out elsewhere stands in the feed where it always stood: an organisation that
/// moves in with its archive must not push the news of today away.
fn as_dated(published: &Published, originally_at: Option<DateTime<Utc>>) -> Published {
    let mut published = published.clone();
    let address = &mut published.address;
    address.published_at = originally_at
        .unwrap_or(address.published_at)
        .min(address.published_at);
    published
}

fn problems_of(document: &NewsDocument, there: &Surroundings) -> Vec<Problem> {
    let mut problems = Problems::default();
    problems.text("headline", document.headline.as_deref(), LONGEST_HEADLINE);
    problems.text("lead", document.lead.as_deref(), LONGEST_LEAD);
    problems.text("body", document.body.as_deref(), LONGEST_BODY);
    problems.required("kind", document.kind.as_ref());
    problems.required("category", document.category_id.as_ref());
    problems.length(
        "correction",
        document.correction.as_deref(),
        LONGEST_CORRECTION,
    );
    problems.length("shareText", document.share_text.as_deref(), LONGEST_LEAD);
    problems.length(
        "sourceName",
        document.source_name.as_deref(),
        LONGEST_HEADLINE,
    );
    problems.url("sourceUrl", document.source_url.as_deref());
    video_problems(&mut problems, document);
    if document.tags.len() > MOST_TAGS {
        problems.add("tags", EditingErrorCode::TooMany);
    }
    for tag in &document.tags {
        problems.text("tags", Some(tag), LONGEST_TAG);
    }
    reference_problems(&mut problems, document, there);
    problems.0
}

fn video_problems(problems: &mut Problems, document: &NewsDocument) {
    match &document.video {
        Some(video) => {
            problems.text("video.url", Some(&video.url), 500);
            problems.url("video.url", Some(&video.url));
            problems.url("video.posterUrl", video.poster_url.as_deref());
            problems.url("video.captionsUrl", video.captions_url.as_deref());
        }
        None if document.kind == Some(NewsKind::Video) => {
            problems.add("video", EditingErrorCode::Missing);
        }
        None => {}
    }
}

fn reference_problems(problems: &mut Problems, document: &NewsDocument, there: &Surroundings) {
    if !there.have(Target::NewsCategory, &document.category_id) {
        problems.add("category", EditingErrorCode::NotThere);
    }
    let texts = [("body", document.body.as_deref())];
    picture_problems(problems, there, document.cover_id, &texts);
    for (field, ids) in [
        ("relatedGuides", &document.related_guide_ids),
        ("relatedBenefits", &document.related_benefit_ids),
    ] {
        if ids.len() > MOST_RELATED {
            problems.add(field, EditingErrorCode::TooMany);
        }
        if !there.have(Target::Content, ids) {
            problems.add(field, EditingErrorCode::NotThere);
        }
    }
}
