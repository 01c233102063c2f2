//! Generated articles: the same number gives the same article, in every database.

use chrono::{DateTime, TimeDelta, Utc};
use entities::{
    content, content_revision,
    enums::{ContentKind, NewsKind},
    news_article, news_article_tag,
};
use rand::{RngExt, SeedableRng, seq::IndexedRandom};
use rand_pcg::Pcg64Mcg;
use uuid::Uuid;

use super::lexicon::Lexicon;
use crate::{
    domain::{
        content::{Address, RenderedText, Searchable, object_type, published_rows},
        editing::{Envelope, NewsDocument},
        news::NewArticle,
    },
    infra::{auth::PUBLIC_AUDIENCE_ID, error::Error},
};

/// Of the hexadecimal words "mfp demo": generated ids are told at sight, and sorted by number.
const IDS: u128 = 0x6d66_7064_656d_8000_8000_0000_0000_0000;
/// The newest generated article is older than all written ones.
const NEWEST: &str = "2025-12-31T18:00:00Z";
/// A million articles make up nine and a half years.
const APART: TimeDelta = TimeDelta::minutes(5);
const PARAGRAPHS: usize = 3;

/// What articles refer to: rows that are there already.
pub struct Surroundings {
    /// Categories and organisations, with their names.
    pub categories: Vec<(Uuid, String)>,
    pub organisations: Vec<(Uuid, String)>,
    pub covers: Vec<Uuid>,
    pub now: DateTime<Utc>,
}

/// The rows of some articles, table by table.
#[derive(Default)]
pub struct Batch {
    pub contents: Vec<content::Model>,
    pub revisions: Vec<content_revision::Model>,
    pub articles: Vec<news_article::Model>,
    pub tags: Vec<news_article_tag::Model>,
    /// The same articles as search is told of them.
    pub words: Vec<Searchable>,
}

/// The id of a generated article.
pub fn id_of(number: u64) -> Uuid {
    Uuid::from_u128(IDS | u128::from(number))
}

/// The articles of these numbers.
///
/// # Errors
/// When the demo content does not read.
pub fn generate(
    numbers: std::ops::Range<u64>,
    lexicon: &Lexicon,
    surroundings: &Surroundings,
) -> Result<Batch, Error> {
    let mut batch = Batch::default();
    let newest: DateTime<Utc> = NEWEST
        .parse()
        .map_err(|cause| Error::internal("a demo date does not read", cause))?;
    for number in numbers {
        let minutes = i32::try_from(number).unwrap_or(i32::MAX);
        let published_at = newest - APART * minutes;
        add(&mut batch, number, published_at, lexicon, surroundings)?;
    }
    Ok(batch)
}

fn add(
    batch: &mut Batch,
    number: u64,
    published_at: DateTime<Utc>,
    lexicon: &Lexicon,
    around: &Surroundings,
) -> Result<(), Error> {
    let random = &mut Pcg64Mcg::seed_from_u64(number);
    let nowhere = || Error::internal("generated articles need the demo content", number);
    let (category_id, category) = around.categories.choose(random).ok_or_else(nowhere)?;
    let (organisation_id, organisation) =
        around.organisations.choose(random).ok_or_else(nowhere)?;
    let tag = lexicon.phrase(random, 1).to_lowercase();
    let words = random.random_range(5..10);
    let headline = lexicon.phrase(random, words);
    let lead = lexicon.phrase(random, 14) + ".";
    let paragraphs: Vec<String> = (0..PARAGRAPHS).map(|_| lexicon.paragraph(random)).collect();
    let text = RenderedText::from_paragraphs(&paragraphs);
    let address = Address {
        id: id_of(number),
        kind: ContentKind::NewsArticle,
        slug: format!("arhiv-{number}"),
        organisation_id: *organisation_id,
        audience_id: PUBLIC_AUDIENCE_ID,
        is_demo: true,
        published_at,
        updated_at: published_at,
        unpublish_at: None,
    };
    batch.words.push(Searchable {
        object_type: object_type(address.kind),
        object_id: address.id,
        audience_id: address.audience_id,
        published_at,
        title: headline.clone(),
        names: Vec::new(),
        labels: vec![tag.clone(), category.clone(), organisation.clone()],
        lead: lead.clone(),
        body: text.plain.clone(),
    });
    batch.tags.push(news_article_tag::Model {
        article_id: address.id,
        tag: tag.clone(),
    });
    let article = NewArticle {
        category_id: *category_id,
        kind: NewsKind::News,
        headline,
        lead,
        text,
        cover_id: around.covers.choose(random).copied(),
        video: None,
        source_name: None,
        source_url: None,
        share_text: None,
        correction: None,
        pinned_until_at: None,
        is_urgent: false,
        okrugs: Vec::new(),
        tags: vec![tag],
    };
    let document = NewsDocument {
        envelope: Envelope {
            organisation_id: *organisation_id,
            slug: Some(address.slug.clone()),
            ..Envelope::default()
        },
        kind: Some(article.kind),
        category_id: Some(article.category_id),
        headline: Some(article.headline.clone()),
        lead: Some(article.lead.clone()),
        body: Some(paragraphs.join("\n\n")),
        cover_id: article.cover_id,
        tags: article.tags.clone(),
        ..NewsDocument::default()
    };
    let document = serde_json::to_value(document)?;
    // The revision follows from the number like the article itself.
    let revision_id = Uuid::from_u128(IDS | 1 << 56 | u128::from(number));
    let (content, revision) = published_rows(&address, revision_id, document, around.now);
    batch
        .articles
        .push(article.reading_row(&address, revision.number)?);
    batch.contents.push(content);
    batch.revisions.push(revision);
    Ok(())
}
