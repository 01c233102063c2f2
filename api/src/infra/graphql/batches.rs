//! Batching of relations: one batcher a request, one statement a mapping.
//!
//! A mapping is a key type named after what it gives (`OrganisationById`); its domain implements
//! [`Loader`] for it. A batcher never outlives its request, so that viewers never share a batch.
//! A batch leaves as soon as the resolvers that could add to it have run: the delay is zero, and
//! the spawned task is polled after them.

use std::{collections::HashMap, hash::Hash, time::Duration};

pub use async_graphql::dataloader::Loader;
use async_graphql::{Context, dataloader::DataLoader};
use futures_util::future::BoxFuture;

use crate::infra::{auth::Audience, db::Database, error::Error};

/// What a batch may see: the database, and the audience of the viewer who asks.
#[derive(Clone, Debug)]
pub struct Batches {
    pub database: Database,
    pub audience: Audience,
}

impl Batches {
    /// The batcher of one request.
    #[must_use]
    pub fn into_loader(self) -> DataLoader<Self> {
        let spawn = |batch: BoxFuture<'static, ()>| tokio::spawn(batch);
        DataLoader::new(self, spawn).delay(Duration::ZERO)
    }
}

/// The value behind one key.
///
/// # Errors
/// Whatever the mapping's own store reports.
pub async fn load_of<K>(
    context: &Context<'_>,
    key: K,
) -> Result<Option<<Batches as Loader<K>>::Value>, Error>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    Batches: Loader<K, Error = Error>,
{
    context
        .data_unchecked::<DataLoader<Batches>>()
        .load_one(key)
        .await
}

/// The values behind several keys.
///
/// # Errors
/// Whatever the mapping's own store reports.
pub async fn load_many_of<K>(
    context: &Context<'_>,
    keys: impl IntoIterator<Item = K>,
) -> Result<HashMap<K, <Batches as Loader<K>>::Value>, Error>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    Batches: Loader<K, Error = Error>,
{
    context
        .data_unchecked::<DataLoader<Batches>>()
        .load_many(keys)
        .await
}
