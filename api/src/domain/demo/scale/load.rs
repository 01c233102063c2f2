//! Writing generated articles: copied on PostgreSQL, inserted on SQLite.

use std::{sync::Arc, time::Instant};

use entities::{
    content, content_revision, media_asset, news_article, news_article_tag, news_category,
    organisation, published_object,
};
use futures_util::{StreamExt, stream};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    TransactionTrait,
};
use uuid::Uuid;

use super::{
    Scaled,
    articles::{Batch, Surroundings, generate, id_of},
    lexicon::Lexicon,
};
use crate::{
    domain::{
        content::object_type,
        search::{self, BulkIndex, IndexRows},
    },
    infra::{
        auth::PUBLIC_AUDIENCE_ID,
        clock::Clock,
        db::{Bulk, Change, CopyRows, Database, insert_rows, record_change},
        error::Error,
    },
};

/// Articles copied at once, while the next ones are being generated.
const COPIED: u64 = 5_000;
/// Batches that are being generated, each on a thread of its own.
const AHEAD: usize = 2;
/// Articles inserted in one transaction on SQLite.
const INSERTED: u64 = 500;
const TABLES: [&str; 6] = [
    "content",
    "content_revision",
    "news_article",
    "news_article_tag",
    "search_document",
    "published_object",
];

/// Adds generated articles until there are so many.
///
/// # Errors
/// Whatever the database reports; on PostgreSQL nothing is written then.
pub async fn seed(database: &Database, clock: &Clock, wanted: u64) -> Result<Scaled, Error> {
    let present = count_generated(database).await?;
    if present >= wanted {
        return Ok(Scaled::default());
    }
    let source = Source {
        lexicon: Lexicon::of_demo_content()?,
        surroundings: surroundings(database, clock).await?,
    };
    match Bulk::begin(database).await? {
        Some(bulk) => copy(bulk, source, present..wanted).await,
        None => insert(database, &source, present..wanted).await,
    }
}

/// What articles are made of.
struct Source {
    lexicon: Lexicon,
    surroundings: Surroundings,
}

async fn count_generated(database: &Database) -> Result<u64, DbErr> {
    content::Entity::find()
        .filter(content::Column::Id.gte(id_of(0)))
        .filter(content::Column::Id.lt(id_of(1 << 32)))
        .count(database.reader())
        .await
}

async fn surroundings(database: &Database, clock: &Clock) -> Result<Surroundings, Error> {
    let connection = database.reader();
    let categories = news_category::Entity::find()
        .order_by_asc(news_category::Column::Id)
        .all(connection)
        .await?;
    let organisations = organisation::Entity::find()
        .order_by_asc(organisation::Column::Id)
        .all(connection)
        .await?;
    let covers: Vec<Uuid> = media_asset::Entity::find()
        .select_only()
        .column(media_asset::Column::Id)
        .order_by_asc(media_asset::Column::Id)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(Surroundings {
        categories: categories
            .into_iter()
            .map(|row| (row.id, row.name))
            .collect(),
        organisations: organisations
            .into_iter()
            .map(|row| (row.id, row.short_name))
            .collect(),
        covers,
        now: clock.now(),
    })
}

/// A batch as `COPY` takes it.
struct Copied {
    tables: Vec<CopyRows>,
    index: IndexRows,
    ids: Vec<Uuid>,
}

async fn copy(
    mut bulk: Bulk,
    source: Source,
    numbers: std::ops::Range<u64>,
) -> Result<Scaled, Error> {
    let began = Instant::now();
    let source = Arc::new(source);
    let (wanted, end) = (numbers.end - numbers.start, numbers.end);
    search::hold_follower(&mut bulk).await?;
    bulk.set_indexes_aside(&TABLES).await?;
    let mut scaled = Scaled::default();
    let mut index = BulkIndex::default();
    let mut ids: Vec<Uuid> = Vec::new();
    let starts = numbers.step_by(usize::try_from(COPIED).unwrap_or(usize::MAX));
    let batches = stream::iter(starts.map(|start| prepare(&source, start, end)));
    let mut batches = batches.buffered(AHEAD);
    while let Some(copied) = batches.next().await {
        let copied =
            copied.map_err(|cause| Error::internal("generating articles failed", cause))??;
        scaled.articles += copied.ids.len() as u64;
        ids.extend(copied.ids);
        for rows in copied.tables {
            scaled.rows += bulk.copy(rows).await?;
        }
        scaled.rows += bulk.copy(index.take(copied.index)).await?;
        tell(&scaled, wanted, began);
    }
    index.settle(&mut bulk).await?;
    scaled.loading = began.elapsed();

    let rebuilding = Instant::now();
    tracing::info!("building indexes");
    bulk.rebuild().await?;
    scaled.indexing = rebuilding.elapsed();

    // The head last, as in every transaction: others wait for it from here on.
    let publishing = Instant::now();
    scaled.rows += publish(&mut bulk, ids).await?;
    scaled.loading += publishing.elapsed();
    bulk.commit().await?;
    Ok(scaled)
}

fn prepare(
    source: &Arc<Source>,
    start: u64,
    end: u64,
) -> tokio::task::JoinHandle<Result<Copied, Error>> {
    let source = Arc::clone(source);
    let numbers = start..(start + COPIED).min(end);
    tokio::task::spawn_blocking(move || {
        let batch = generate(numbers, &source.lexicon, &source.surroundings)?;
        Ok(Copied {
            tables: vec![
                CopyRows::of::<content::Entity>("content", &batch.contents)?,
                CopyRows::of::<content_revision::Entity>("content_revision", &batch.revisions)?,
                CopyRows::of::<news_article::Entity>("news_article", &batch.articles)?,
                CopyRows::of::<news_article_tag::Entity>("news_article_tag", &batch.tags)?,
            ],
            index: IndexRows::of(&batch.words),
            ids: batch.articles.iter().map(|article| article.id).collect(),
        })
    })
}

/// Gives every article its number among the changes, the oldest first, as if each had been published
/// in its time. New things need no row in the log: it tells what is gone.
async fn publish(bulk: &mut Bulk, ids: Vec<Uuid>) -> Result<u64, Error> {
    let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    let first = bulk.reserve_changes(count).await?;
    let object = |(seq, object_id)| published_object::Model {
        object_id,
        object_type: object_type(entities::enums::ContentKind::NewsArticle).into(),
        audience_id: PUBLIC_AUDIENCE_ID,
        seq,
    };
    let objects: Vec<published_object::Model> =
        (first..).zip(ids.into_iter().rev()).map(object).collect();
    let rows = CopyRows::of::<published_object::Entity>("published_object", &objects)?;
    let copied = bulk.copy(rows).await?;
    search::follow_bulk(bulk, first, first + count - 1).await?;
    bulk.execute(
        "INSERT INTO cache_generation (tag, generation) VALUES ('news', 1)
         ON CONFLICT (tag) DO UPDATE SET generation = cache_generation.generation + 1",
    )
    .await?;
    Ok(copied)
}

async fn insert(
    database: &Database,
    source: &Source,
    numbers: std::ops::Range<u64>,
) -> Result<Scaled, Error> {
    let began = Instant::now();
    let wanted = numbers.end - numbers.start;
    let mut scaled = Scaled::default();
    let mut start = numbers.start;
    while start < numbers.end {
        let batch = generate(
            start..(start + INSERTED).min(numbers.end),
            &source.lexicon,
            &source.surroundings,
        )?;
        start += INSERTED;
        scaled.articles += batch.articles.len() as u64;
        scaled.rows += insert_batch(database, batch, source.surroundings.now).await?;
        tell(&scaled, wanted, began);
    }
    scaled.loading = began.elapsed();
    let indexing = Instant::now();
    search::catch_up(database).await?;
    scaled.indexing = indexing.elapsed();
    Ok(scaled)
}

async fn insert_batch(
    database: &Database,
    batch: Batch,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<u64, Error> {
    let transaction = database.writer().begin().await?;
    let changes: Vec<Change> = batch
        .articles
        .iter()
        .map(|article| Change {
            object_type: object_type(entities::enums::ContentKind::NewsArticle),
            object_id: article.id,
            audience_before: None,
            audience_after: Some(article.audience_id),
        })
        .collect();
    let mut rows = 0;
    rows += insert_rows::<content::Entity>(&transaction, batch.contents).await?;
    rows += insert_rows::<content_revision::Entity>(&transaction, batch.revisions).await?;
    rows += insert_rows::<news_article::Entity>(&transaction, batch.articles).await?;
    rows += insert_rows::<news_article_tag::Entity>(&transaction, batch.tags).await?;
    record_change(&transaction, &changes, &["news"], now).await?;
    transaction.commit().await?;
    Ok(rows + changes.len() as u64)
}

fn tell(scaled: &Scaled, wanted: u64, began: Instant) {
    let so_far = Scaled {
        loading: began.elapsed(),
        ..*scaled
    };
    tracing::info!(
        articles = scaled.articles,
        of = wanted,
        rows_a_second = so_far.rows_a_second(),
        "generating"
    );
}
