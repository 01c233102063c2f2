//! The index follows the change log: whatever publishes, search hears of it.
//!
//! The place it has reached is written in the transaction that indexes, so that a crash repeats
//! nothing and loses nothing; one process is at it at a time.

use sea_orm::TransactionTrait;
use uuid::Uuid;

use super::{
    dictionary::Dictionary,
    document::document,
    store::{self, FollowedChange, IndexedThing},
    types::SearchType,
};
use crate::{
    domain::{benefits, content::Searchable, guides, news, organisations},
    infra::{db::Database, error::Error},
};

/// Things in one transaction: short enough that on SQLite other writers hardly wait.
const BATCH: u64 = 200;

/// Indexes all that has changed, and returns how many things that were.
///
/// # Errors
/// Whatever the database reports; what was indexed before stays.
pub async fn catch_up(database: &Database) -> Result<usize, Error> {
    let mut indexed = 0;
    loop {
        let step = index_batch(database).await?;
        indexed += step;
        if step == 0 {
            return Ok(indexed);
        }
        if indexed.is_multiple_of(10_000) {
            tracing::info!(indexed, "search index");
        }
    }
}

/// Whether something has changed that the index has not followed yet.
///
/// # Errors
/// Whatever the database reports.
pub async fn is_behind(database: &Database) -> Result<bool, Error> {
    Ok(store::is_behind(database.reader()).await?)
}

async fn index_batch(database: &Database) -> Result<usize, Error> {
    let dictionary = Dictionary::digest();
    let transaction = database.writer().begin().await?;
    let Some(state) = store::lock_state(&transaction).await? else {
        return Ok(0);
    };
    let mut since = state.indexed_seq;
    if state.dictionary != dictionary {
        store::restart(&transaction, &dictionary).await?;
        since = 0;
    }
    let changes = store::list_changes(&transaction, since, BATCH).await?;
    let Some(last) = changes.last() else {
        transaction.commit().await?;
        return Ok(0);
    };
    let things = things_in_words(&transaction, &changes).await?;
    let gone: Vec<Uuid> = changes
        .iter()
        .map(|change| change.object_id)
        .filter(|id| !things.iter().any(|one| one.thing.object_id == *id))
        .collect();
    store::replace(&transaction, &things).await?;
    if !gone.is_empty() {
        store::forget(&transaction, &gone).await?;
    }
    store::follow_to(&transaction, last.seq).await?;
    transaction.commit().await?;
    Ok(changes.len())
}

async fn things_in_words(
    transaction: &impl sea_orm::ConnectionTrait,
    changes: &[FollowedChange],
) -> Result<Vec<IndexedThing>, Error> {
    let mut things: Vec<Searchable> = Vec::new();
    for of in SearchType::ALL {
        let ids: Vec<Uuid> = changes
            .iter()
            .filter(|change| change.object_type == of.object_type())
            .map(|change| change.object_id)
            .collect();
        if !ids.is_empty() {
            things.extend(in_words(transaction, of, &ids).await?);
        }
    }
    let dictionary = Dictionary::get();
    Ok(things
        .into_iter()
        .map(|thing| IndexedThing {
            document: document(&thing, dictionary),
            thing,
        })
        .collect())
}

/// Published things of one type in words, from the domain that has them.
///
/// # Errors
/// Whatever the database reports.
pub async fn in_words(
    connection: &impl sea_orm::ConnectionTrait,
    of: SearchType,
    ids: &[Uuid],
) -> Result<Vec<Searchable>, Error> {
    Ok(match of {
        SearchType::NewsArticle => news::list_searchable(connection, ids).await?,
        SearchType::Benefit => benefits::list_searchable(connection, ids).await?,
        SearchType::ServiceGuide => guides::list_searchable(connection, ids).await?,
        SearchType::OrganisationPage => {
            organisations::list_searchable_pages(connection, ids).await?
        }
        SearchType::Organisation => {
            organisations::list_searchable_organisations(connection, ids).await?
        }
    })
}
