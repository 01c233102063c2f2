//! What makes an article fit for readers, and how they get it.

use entities::enums::{ContentKind, NewsKind};
use futures_util::{FutureExt, future::BoxFuture};
use sea_orm::DatabaseExecutor;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::NewsDocument;
use crate::{
    domain::{
        content::{Published, RenderedText, list_states, named_pictures, relate_anew},
        editing::{
            kinds::{DraftPreview, Editable, title_in},
            pictures::picture_problems,
            problem::{Problem, Problems},
            types::EditingErrorCode,
        },
        media::list_pictures,
        news::{NewArticle, category_exists, delete_article, replace_article},
    },
    infra::error::Error,
};

/// Column lengths, in characters.
const LONGEST_HEADLINE: usize = 200;
const LONGEST_LEAD: usize = 300;
const LONGEST_BODY: usize = 100_000;
const LONGEST_CORRECTION: usize = 1000;
const LONGEST_TAG: usize = 60;
const MOST_TAGS: usize = 20;
const MOST_RELATED: usize = 20;

/// News.
pub static NEWS: News = News;

pub struct News;

impl Editable for News {
    fn kind(&self) -> ContentKind {
        ContentKind::NewsArticle
    }

    fn tag(&self) -> &'static str {
        "news"
    }

    fn title(&self, document: &Value) -> Option<String> {
        title_in(document, "headline")
    }

    fn pictures(&self, document: &Value) -> Vec<Uuid> {
        let document = NewsDocument::deserialize(document).unwrap_or_default();
        let mut pictures = named_pictures(document.body.as_deref().unwrap_or_default());
        pictures.extend(document.cover_id);
        pictures
    }

    fn problems<'a>(
        &'a self,
        connection: &'a DatabaseExecutor<'a>,
        document: &'a Value,
    ) -> BoxFuture<'a, Result<Vec<Problem>, Error>> {
        async move { problems_of(connection, &NewsDocument::deserialize(document)?).await }.boxed()
    }

    fn preview<'a>(
        &'a self,
        connection: &'a DatabaseExecutor<'a>,
        document: &'a Value,
    ) -> BoxFuture<'a, Result<DraftPreview, Error>> {
        async move { preview_of(connection, NewsDocument::deserialize(document)?).await }.boxed()
    }

    fn show<'a>(
        &'a self,
        transaction: &'a DatabaseExecutor<'a>,
        published: &'a Published,
        document: &'a Value,
    ) -> BoxFuture<'a, Result<(), Error>> {
        async move {
            let document = NewsDocument::deserialize(document)?;
            show(transaction, published, document).await
        }
        .boxed()
    }

    fn hide<'a>(
        &'a self,
        transaction: &'a DatabaseExecutor<'a>,
        id: Uuid,
    ) -> BoxFuture<'a, Result<(), Error>> {
        async move { Ok(delete_article(transaction, id).await?) }.boxed()
    }
}

async fn problems_of(
    connection: &DatabaseExecutor<'_>,
    document: &NewsDocument,
) -> Result<Vec<Problem>, Error> {
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
    reference_problems(&mut problems, connection, document).await?;
    Ok(problems.0)
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

async fn reference_problems(
    problems: &mut Problems,
    connection: &DatabaseExecutor<'_>,
    document: &NewsDocument,
) -> Result<(), Error> {
    if let Some(id) = document.category_id
        && !category_exists(connection, id).await?
    {
        problems.add("category", EditingErrorCode::NotThere);
    }
    let texts = [("body", document.body.as_deref())];
    picture_problems(problems, connection, document.cover_id, &texts).await?;
    for (field, ids) in [
        ("relatedGuides", &document.related_guide_ids),
        ("relatedBenefits", &document.related_benefit_ids),
    ] {
        if ids.len() > MOST_RELATED {
            problems.add(field, EditingErrorCode::TooMany);
        }
        let there = list_states(connection, ids).await?;
        if ids.iter().any(|id| !there.contains_key(id)) {
            problems.add(field, EditingErrorCode::NotThere);
        }
    }
    Ok(())
}

async fn preview_of(
    connection: &DatabaseExecutor<'_>,
    document: NewsDocument,
) -> Result<DraftPreview, Error> {
    let body = document.body.unwrap_or_default();
    let mut shown = named_pictures(&body);
    shown.extend(document.cover_id);
    let pictures = list_pictures(connection, &shown).await?;
    Ok(DraftPreview {
        title: document.headline,
        lead: document.lead,
        html: RenderedText::from_markdown(&body, &pictures).html,
        cover: document.cover_id.and_then(|id| pictures.get(&id).cloned()),
    })
}

async fn show(
    transaction: &DatabaseExecutor<'_>,
    published: &Published,
    document: NewsDocument,
) -> Result<(), Error> {
    let body = document.body.unwrap_or_default();
    let pictures = list_pictures(transaction, &named_pictures(&body)).await?;
    let lacks = |field: &'static str| move || Error::internal("a checked article lacks", field);
    let article = NewArticle {
        category_id: document.category_id.ok_or_else(lacks("category"))?,
        kind: document.kind.ok_or_else(lacks("kind"))?,
        headline: document.headline.ok_or_else(lacks("headline"))?,
        lead: document.lead.ok_or_else(lacks("lead"))?,
        text: RenderedText::from_markdown(&body, &pictures),
        cover_id: document.cover_id,
        video: document.video,
        source_name: document.source_name,
        source_url: document.source_url,
        share_text: document.share_text,
        correction: document.correction,
        pinned_until_at: document.pinned_until,
        is_urgent: document.is_urgent,
        okrugs: document.okrugs,
        tags: document.tags,
    };
    replace_article(transaction, published, article).await?;
    let id = published.address.id;
    let related = [
        (ContentKind::ServiceGuide, document.related_guide_ids),
        (ContentKind::Benefit, document.related_benefit_ids),
    ];
    for (kind, ids) in related {
        relate_anew(transaction, id, kind, &ids).await?;
    }
    Ok(())
}
