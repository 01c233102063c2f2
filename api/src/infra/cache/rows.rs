//! Rows that everybody of one audience may share, kept in the process until what they were made of changes.
//!
//! They do not go to Redis: from there they come no sooner than from the database, and versions of the
//! program that serve side by side would have to agree about the shape of every row.

use std::{
    any::Any,
    fmt::{self, Debug, Write},
    sync::Arc,
    time::Duration,
};

use moka::sync::Cache as Memory;

use super::{
    Key,
    flight::{Flights, Turn},
    generation::{Generations, Seen},
};

/// What is old is read anew, though nothing is known to have changed.
const KEPT_FOR: Duration = Duration::from_secs(60);
/// What keeping a value takes besides the value: its key, its place in the order of use, two counted boxes.
const ENTRY_BYTES: u32 = 512;
/// One value may take this share of the memory.
const LARGEST_SHARE: u64 = 8;

/// Kept rows of every kind. Cheap to clone.
#[derive(Clone)]
pub struct RowCache(Arc<Shelf>);

struct Shelf {
    memory: Memory<Key, Kept>,
    largest: u64,
    generations: Generations,
    flights: Flights,
}

#[derive(Clone)]
struct Kept {
    value: Arc<dyn Any + Send + Sync>,
    bytes: u32,
    seen: Seen,
}

impl RowCache {
    /// An empty one that may take so many bytes.
    #[must_use]
    pub fn new(memory_bytes: u64, generations: Generations) -> Self {
        Self(Arc::new(Shelf {
            memory: Memory::builder()
                .weigher(|_: &Key, kept: &Kept| kept.bytes.saturating_add(ENTRY_BYTES))
                .max_capacity(memory_bytes)
                .time_to_live(KEPT_FOR)
                .build(),
            largest: memory_bytes / LARGEST_SHARE,
            generations,
            flights: Flights::default(),
        }))
    }

    /// The value of a key as it is kept; else `read` reads it, once for all who ask meanwhile.
    ///
    /// `tags` name everything that the value is made of.
    ///
    /// # Errors
    /// What `read` reports; nothing is kept of it.
    pub async fn find_or_read<V, E>(
        &self,
        key: Key,
        tags: &[&str],
        read: impl Future<Output = Result<V, E>>,
    ) -> Result<Arc<V>, E>
    where
        V: Debug + Send + Sync + 'static,
    {
        if let Some(found) = self.find(&key) {
            return Ok(found);
        }
        // Before anything is read: what changes meanwhile makes the value old.
        let Some(seen) = self.seen(tags) else {
            // Nobody could keep it, so nobody waits for it.
            return read.await.map(Arc::new);
        };
        let _leader = match self.0.flights.join(key) {
            Turn::Lead(leader) => Some(leader),
            Turn::Follow(follower) => {
                follower.wait().await;
                // Else the one before failed or hung up.
                if let Some(found) = self.find(&key) {
                    return Ok(found);
                }
                None
            }
        };
        let value = Arc::new(read.await?);
        self.keep(key, &value, seen);
        Ok(value)
    }

    /// Nothing either while nobody knows what has changed: whoever asks shall hear that the database is
    /// gone.
    fn find<V: Send + Sync + 'static>(&self, key: &Key) -> Option<Arc<V>> {
        let kept = self.0.memory.get(key)?;
        let known = self.0.generations.known();
        if !known.is_verified || !known.admits(&kept.seen) {
            return None;
        }
        kept.value.downcast().ok()
    }

    fn seen(&self, tags: &[&str]) -> Option<Seen> {
        let generations = &self.0.generations;
        generations.known().seen_by(generations.named(tags))
    }

    fn keep<V: Debug + Send + Sync + 'static>(&self, key: Key, value: &Arc<V>, seen: Seen) {
        let bytes = printed_length(value);
        if u64::from(bytes) <= self.0.largest {
            let value = Arc::clone(value) as Arc<dyn Any + Send + Sync>;
            self.0.memory.insert(key, Kept { value, bytes, seen });
        }
    }
}

impl Debug for RowCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.memory.entry_count();
        formatter.debug_tuple("RowCache").field(&count).finish()
    }
}

/// How long a value is when it is printed: more than the bytes of its texts, and no field can be forgotten.
fn printed_length(value: &impl Debug) -> u32 {
    struct Length(u32);
    impl Write for Length {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
            self.0 = self.0.saturating_add(length);
            Ok(())
        }
    }
    let mut length = Length(0);
    match write!(length, "{value:?}") {
        Ok(()) => length.0,
        Err(_cannot_be_printed) => u32::MAX,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::infra::cache::KeyBuilder;

    fn rows(known: &[i64]) -> RowCache {
        let generations = Generations::new(&["news", "guides"], None);
        generations.learn(known);
        RowCache::new(8 * 1024, generations)
    }

    fn key() -> Key {
        KeyBuilder::default().with("a list").finish()
    }

    async fn read(rows: &RowCache, text: &str) -> String {
        let read = async { Ok::<_, ()>(text.to_owned()) };
        let found = rows.find_or_read(key(), &["news"], read).await;
        String::clone(&found.unwrap())
    }

    #[tokio::test]
    async fn what_is_kept_lasts_until_a_tag_of_its_own_changes() {
        let rows = rows(&[1, 1]);
        assert_eq!(read(&rows, "first").await, "first");
        assert_eq!(read(&rows, "second").await, "first");
        rows.0.generations.learn(&[1, 2]);
        assert_eq!(read(&rows, "third").await, "first");
        rows.0.generations.learn(&[2, 2]);
        assert_eq!(read(&rows, "fourth").await, "fourth");
    }

    #[tokio::test]
    async fn a_change_during_the_reading_makes_it_old() {
        let rows = rows(&[1, 1]);
        let generations = rows.0.generations.clone();
        let slow = async {
            generations.learn(&[2, 1]);
            Ok::<_, ()>("before".to_owned())
        };
        assert!(rows.find_or_read(key(), &["news"], slow).await.is_ok());
        assert_eq!(read(&rows, "after").await, "after");
    }

    #[tokio::test]
    async fn nothing_is_kept_while_nobody_knows_what_has_changed() {
        let generations = Generations::new(&["news", "guides"], None);
        let rows = RowCache::new(8 * 1024, generations);
        assert_eq!(read(&rows, "first").await, "first");
        assert_eq!(read(&rows, "second").await, "second");
    }

    #[tokio::test]
    async fn an_unknown_tag_is_every_tag() {
        let rows = rows(&[1, 1]);
        let ask = async |text: &str| {
            let read = async { Ok::<_, ()>(text.to_owned()) };
            rows.find_or_read(key(), &["nobody's"], read).await.unwrap()
        };
        assert_eq!(*ask("first").await, "first");
        assert_eq!(*ask("second").await, "first");
        rows.0.generations.learn(&[1, 2]);
        assert_eq!(*ask("third").await, "third");
    }

    #[tokio::test]
    async fn who_asks_the_same_meanwhile_waits_for_one_reading() {
        let rows = rows(&[1, 1]);
        let readings = Arc::new(AtomicU32::new(0));
        let ask = || {
            let (rows, readings) = (rows.clone(), Arc::clone(&readings));
            async move {
                let read = async {
                    readings.fetch_add(1, Ordering::Relaxed);
                    tokio::task::yield_now().await;
                    Ok::<_, ()>("one".to_owned())
                };
                rows.find_or_read(key(), &["news"], read).await
            }
        };
        let answers = futures_util::future::join_all((0..100).map(|_| ask())).await;
        assert!(
            answers
                .iter()
                .all(|answer| answer.as_deref().is_ok_and(|text| text == "one"))
        );
        assert_eq!(readings.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn what_is_too_large_is_read_each_time() {
        let rows = rows(&[1, 1]);
        let large = "x".repeat(2 * 1024);
        assert_eq!(read(&rows, &large).await, large);
        assert_eq!(read(&rows, "second").await, "second");
    }

    #[test]
    fn a_value_is_as_heavy_as_its_texts_at_least() {
        assert_eq!(printed_length(&"four"), 6);
        assert!(printed_length(&vec!["x".repeat(100); 10]) > 1_000);
    }
}
