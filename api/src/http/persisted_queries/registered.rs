//! Documents that clients have registered. Any may be forgotten: the client sends it again.

use std::{sync::Arc, time::Duration};

use moka::sync::Cache;

use crate::infra::{
    digest::{hex, sha256},
    redis::Redis,
};

/// Bytes of texts in the process.
const MEMORY_BYTES: u64 = 16 * 1024 * 1024;
/// In Redis a document is kept so long after it was last registered.
const KEPT_FOR: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Texts by digest, in the process and then in Redis.
pub struct Registered {
    memory: Cache<[u8; 32], Arc<str>>,
    redis: Option<Redis>,
}

impl Registered {
    pub fn new(redis: Option<Redis>) -> Self {
        let weigh = |_: &[u8; 32], text: &Arc<str>| u32::try_from(text.len()).unwrap_or(u32::MAX);
        Self {
            memory: Cache::builder()
                .weigher(weigh)
                .max_capacity(MEMORY_BYTES)
                .build(),
            redis,
        }
    }

    pub async fn find(&self, document: &[u8; 32]) -> Option<Arc<str>> {
        if let Some(text) = self.memory.get(document) {
            return Some(text);
        }
        let bytes = self.redis.as_ref()?.get_bytes(&name(document)).await?;
        // Whatever stands in Redis, a name means one text.
        if sha256([bytes.as_slice()]) != *document {
            return None;
        }
        let text: Arc<str> = String::from_utf8(bytes).ok()?.into();
        self.memory.insert(*document, Arc::clone(&text));
        Some(text)
    }

    pub fn keep(&self, document: &[u8; 32], text: &Arc<str>) {
        if self.memory.contains_key(document) {
            return;
        }
        self.memory.insert(*document, Arc::clone(text));
        if let Some(redis) = self.redis.clone() {
            let (name, text) = (name(document), Arc::clone(text));
            tokio::spawn(async move { redis.set_bytes(&name, text.as_bytes(), KEPT_FOR).await });
        }
    }
}

fn name(document: &[u8; 32]) -> String {
    format!("mfp:document:{}", hex(document))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_document_is_found_by_its_digest_alone() {
        let registered = Registered::new(None);
        let text: Arc<str> = "{ newsCategories { slug } }".into();
        let document = sha256([text.as_bytes()]);
        assert!(registered.find(&document).await.is_none());
        registered.keep(&document, &text);
        assert_eq!(registered.find(&document).await, Some(text));
        assert!(registered.find(&[0; 32]).await.is_none());
    }
}
