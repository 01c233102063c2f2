//! Reading what is kept already: rows that everybody of the asker's audience may share.

use std::{any::type_name, fmt::Debug, hash::Hash};

use async_graphql::Context;

use super::{Batches, Loader, load_of};
use crate::infra::{
    auth::Audience,
    cache::{KeyBuilder, RowCache},
    error::Error,
};

/// Where a request may look for rows. A change reads the database itself, so that its answer shows what it
/// did.
#[derive(Debug)]
pub struct Recall {
    rows: Option<RowCache>,
    /// Has the audience in it: what one may see says nothing of what another may.
    key: KeyBuilder,
}

impl Recall {
    /// Looks there, on behalf of that audience.
    #[must_use]
    pub fn new(rows: Option<RowCache>, audience: &Audience) -> Self {
        let key = KeyBuilder::default();
        let key = audience
            .ids()
            .iter()
            .fold(key, |key, id| key.with(id.as_bytes()));
        Self { rows, key }
    }
}

/// A key whose value everybody of one audience may share.
pub trait Shared {
    /// Everything that the value is made of, as `record_change` names it.
    const TAGS: &'static [&'static str];
}

/// The answer to a question about public content as it is kept; else as `read` reads it.
///
/// The question must hold everything that the answer depends on besides the audience, and its `Debug` must
/// be a derived one. `tags` name everything that the answer is made of.
///
/// # Errors
/// What `read` reports.
pub async fn recall<Q: Debug, V, E>(
    context: &Context<'_>,
    question: Q,
    tags: &[&str],
    read: impl Future<Output = Result<V, E>>,
) -> Result<V, Error>
where
    V: Clone + Debug + Send + Sync + 'static,
    Error: From<E>,
{
    let recall = context.data_unchecked::<Recall>();
    let Some(rows) = &recall.rows else {
        return Ok(read.await?);
    };
    let key = recall.key.clone().with(type_name::<(Q, V)>());
    let key = key.with_printed(&question).finish();
    Ok(V::clone(&*rows.find_or_read(key, tags, read).await?))
}

/// The value behind a key that may be shared.
///
/// # Errors
/// Whatever the mapping's own store reports.
pub async fn recall_of<K>(
    context: &Context<'_>,
    key: K,
) -> Result<Option<<Batches as Loader<K>>::Value>, Error>
where
    K: Shared + Debug + Send + Sync + Hash + Eq + Clone + 'static,
    Batches: Loader<K, Error = Error>,
    <Batches as Loader<K>>::Value: Debug,
{
    recall(context, key.clone(), K::TAGS, load_of(context, key)).await
}
