//! The index follows the change log: whatever publishes, search hears of it.
//!
//! The place it has reached is written in the transaction that indexes, so that a crash repeats
//! nothing and loses nothing; one process is at it at a time.

use std::collections::HashSet;

use entities::search_state;
use sea_orm::{ConnectionTrait, TransactionTrait};
use uuid::Uuid;

use super::{
    dictionary::{DICTIONARY_VERSION, Dictionary},
    document::document,
    labels,
    store::{self, FollowedChange, IndexedThing},
    types::SearchType,
};
use crate::{
    domain::{benefits, content::Searchable, guides, news, organisations, training},
    infra::{
        db::{Database, bump_generation},
        error::Error,
    },
};

/// Things in one transaction: short enough that on SQLite other writers hardly wait.
const BATCH: u64 = 200;
/// What answers depend on that were found.
const CACHE_TAG: &str = "search";
/// Things between two lines of the log.
const TOLD_EVERY: usize = 10_000;

/// Indexes all that has changed, and returns how many things that were.
///
/// # Errors
/// Whatever the database reports; what was indexed before stays.
pub async fn catch_up(database: &Database) -> Result<usize, Error> {
    let mut indexed = 0;
    loop {
        let step = index_batch(database).await?;
        if step == 0 {
            return Ok(indexed);
        }
        if (indexed + step) / TOLD_EVERY > indexed / TOLD_EVERY {
            tracing::info!(indexed = indexed + step, "search index");
        }
        indexed += step;
    }
}

/// Whether there is something to index: a change that was not followed, documents that were made with an
/// older dictionary, or a changed name that some are not found by yet.
///
/// # Errors
/// Whatever the database reports.
pub async fn is_behind(database: &Database) -> Result<bool, Error> {
    Ok(store::is_behind(database.reader(), DICTIONARY_VERSION).await?)
}

async fn index_batch(database: &Database) -> Result<usize, Error> {
    let transaction = database.writer().begin().await?;
    let Some(mut state) = store::lock_state(&transaction).await? else {
        return Ok(0);
    };
    // A newer dictionary alone begins anew: an older program beside it must not undo that.
    if state.dictionary < DICTIONARY_VERSION {
        state.dictionary = DICTIONARY_VERSION;
        state.rebuilt_seq = Some(0);
    }
    let mut indexed = follow(&transaction, &mut state).await?;
    if indexed == 0 {
        indexed = spread_name(&transaction).await?;
    }
    if indexed == 0 {
        indexed = rebuild(&transaction, &mut state).await?;
    }
    store::keep_state(&transaction, state).await?;
    if indexed > 0 {
        // Answers that were found meanwhile were found by the old index.
        bump_generation(&transaction, CACHE_TAG).await?;
    }
    transaction.commit().await?;
    Ok(indexed)
}

/// Indexes what has changed and takes out what has gone, up to the head or as much as a batch holds.
async fn follow(
    transaction: &impl ConnectionTrait,
    state: &mut search_state::Model,
) -> Result<usize, Error> {
    // The head before the changes: whatever it numbers is committed and will be seen.
    let head = store::find_head(transaction).await?;
    if head == state.indexed_seq {
        return Ok(0);
    }
    let within = (state.indexed_seq, head);
    let published = store::list_published(transaction, within, BATCH).await?;
    let through = match published.last() {
        Some(last) if published.len() as u64 == BATCH => last.seq,
        _ => head,
    };
    let gone = store::list_gone(transaction, (state.indexed_seq, through), BATCH).await?;
    let through = match gone.last() {
        Some(last) if gone.len() as u64 == BATCH => last.seq,
        _ => through,
    };
    let changes: Vec<FollowedChange> = published
        .into_iter()
        .chain(gone)
        .filter(|change| change.seq <= through)
        .collect();
    labels::follow(transaction, &changes, (state.indexed_seq, through)).await?;
    index(transaction, &things(&changes)).await?;
    state.indexed_seq = through;
    // What is not searchable, or was thrown away with the log, has been followed, too.
    Ok(changes.len().max(1))
}

/// Makes a batch of documents anew that carry a name which has changed.
async fn spread_name(transaction: &impl ConnectionTrait) -> Result<usize, Error> {
    let Some(carriers) = labels::take_carriers(transaction, BATCH).await? else {
        return Ok(0);
    };
    index(transaction, &carriers).await?;
    // A name that nothing carries has been spread, too.
    Ok(carriers.len().max(1))
}

/// Makes a batch of documents anew with the dictionary of now.
async fn rebuild(
    transaction: &impl ConnectionTrait,
    state: &mut search_state::Model,
) -> Result<usize, Error> {
    let Some(rebuilt) = state.rebuilt_seq else {
        return Ok(0);
    };
    let within = (rebuilt, state.indexed_seq);
    let changes = store::list_published(transaction, within, BATCH).await?;
    state.rebuilt_seq = changes.last().map(|last| last.seq);
    index(transaction, &things(&changes)).await?;
    Ok(changes.len())
}

/// A thing by its name in the change log and its id.
type Thing<'a> = (&'a str, Uuid);

fn things(changes: &[FollowedChange]) -> Vec<Thing<'_>> {
    changes
        .iter()
        .map(|change| (change.object_type.as_str(), change.object_id))
        .collect()
}

/// Puts these things into the index as they are now, or takes them out.
async fn index(transaction: &impl ConnectionTrait, things: &[Thing<'_>]) -> Result<(), Error> {
    let in_words = things_in_words(transaction, things).await?;
    let present: HashSet<Uuid> = in_words.iter().map(|one| one.thing.object_id).collect();
    let gone: Vec<Uuid> = things
        .iter()
        .map(|(_, id)| *id)
        .filter(|id| !present.contains(id))
        .collect();
    store::replace(transaction, &in_words).await?;
    if !gone.is_empty() {
        store::forget(transaction, &gone).await?;
    }
    Ok(())
}

async fn things_in_words(
    transaction: &impl ConnectionTrait,
    things: &[Thing<'_>],
) -> Result<Vec<IndexedThing>, Error> {
    let mut readable: Vec<Searchable> = Vec::new();
    for of in SearchType::ALL {
        let ids: Vec<Uuid> = things
            .iter()
            .filter(|(object_type, _)| *object_type == of.object_type())
            .map(|(_, id)| *id)
            .collect();
        if !ids.is_empty() {
            readable.extend(in_words(transaction, of, &ids).await?);
        }
    }
    let dictionary = Dictionary::get();
    Ok(readable
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
    connection: &impl ConnectionTrait,
    of: SearchType,
    ids: &[Uuid],
) -> Result<Vec<Searchable>, Error> {
    Ok(match of {
        SearchType::NewsArticle => news::list_searchable(connection, ids).await?,
        SearchType::Benefit => benefits::list_searchable(connection, ids).await?,
        SearchType::ServiceGuide => guides::list_searchable(connection, ids).await?,
        SearchType::Course => training::list_searchable(connection, ids).await?,
        SearchType::OrganisationPage => {
            organisations::list_searchable_pages(connection, ids).await?
        }
        SearchType::Organisation => {
            organisations::list_searchable_organisations(connection, ids).await?
        }
    })
}
