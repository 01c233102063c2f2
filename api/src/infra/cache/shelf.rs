//! Where values are kept: in the process up to a number of bytes, then in Redis.

use std::{sync::Arc, time::Duration};

use bytes::{Buf, BufMut};
use chrono::{DateTime, TimeDelta, Utc};
use moka::sync::Cache as Memory;

use super::{
    Key,
    flight::{Flights, Turn},
    generation::{Generations, Seen, TagSet},
};
use crate::infra::{digest::sha256, redis::Redis};

/// What is old is made anew this long after it was made, though nothing is known to have changed.
const FRESH_FOR: TimeDelta = TimeDelta::seconds(60);
/// For so long after that the old one is given while a new one is made.
const AGED_FOR: TimeDelta = TimeDelta::seconds(60);
/// While the database is gone a value is given for so long (failure matrix, row 5).
const KEPT_FOR: Duration = Duration::from_secs(3600);
/// By so much at most, a tenth, lives are longer or shorter than that, so that not all end at once.
const JITTER: TimeDelta = TimeDelta::seconds(6);
/// One value may take this share of the memory.
const LARGEST_SHARE: u64 = 8;
/// An instance that makes a value has this long before another one makes it, too.
const LEASE: Duration = Duration::from_secs(2);
/// For so long, and so often, an instance looks whether the other is done.
const WAITS_FOR: Duration = Duration::from_millis(400);
const ASKS_EVERY: Duration = Duration::from_millis(15);
/// The first bytes of what Redis holds; anything else is not ours.
const FORMAT: &[u8] = b"mfp1";
const DIGEST_BYTES: usize = 32;

/// A value that can be kept.
pub trait Cacheable: Sized + Send + Sync + 'static {
    /// The bytes it takes in memory, about.
    fn size(&self) -> usize;
    /// Writes it for Redis.
    fn encode(&self, to: &mut Vec<u8>);
    /// Reads what [`Cacheable::encode`] wrote.
    fn decode(bytes: &[u8]) -> Option<Self>;
}

/// A value with what it was made of.
#[derive(Debug)]
pub struct Held<V> {
    pub value: V,
    seen: Seen,
    fresh_until: DateTime<Utc>,
    /// A date by which the value depends on the calendar: after it the value is wrong.
    pub ends_at: DateTime<Utc>,
}

/// What a look at the shelf finds.
#[derive(Debug)]
pub enum Found<V> {
    /// Nothing that may be given.
    Nothing,
    /// As good as new.
    Fresh(Arc<Held<V>>),
    /// Good still, but somebody should make it anew.
    Aged(Arc<Held<V>>),
    /// The best there is while the database does not answer.
    Unverified(Arc<Held<V>>),
}

/// Values of one kind.
pub struct Cache<V> {
    /// What the keys in Redis begin with.
    class: String,
    memory: Memory<Key, Arc<Held<V>>>,
    largest: u64,
    redis: Option<Redis>,
    generations: Generations,
    flights: Flights,
}

impl<V: Cacheable> Cache<V> {
    /// An empty shelf that may take so many bytes in the process. Instances share what is in Redis when they agree about the edition: it must
    /// differ wherever equal questions may get different answers, as between versions.
    #[must_use]
    pub fn new(
        class: &'static str,
        edition: &str,
        memory_bytes: u64,
        redis: Option<Redis>,
        generations: Generations,
    ) -> Self {
        let weigh = |_: &Key, held: &Arc<Held<V>>| u32::try_from(held.size()).unwrap_or(u32::MAX);
        Self {
            class: format!("mfp:{class}:{edition}"),
            memory: Memory::builder()
                .weigher(weigh)
                .max_capacity(memory_bytes)
                .time_to_live(KEPT_FOR)
                .build(),
            largest: memory_bytes / LARGEST_SHARE,
            redis,
            generations,
            flights: Flights::default(),
        }
    }

    /// Looks in the process.
    #[must_use]
    pub fn find_here(&self, key: &Key, now: DateTime<Utc>) -> Found<V> {
        match self.memory.get(key) {
            Some(held) => self.judge(held, now),
            None => Found::Nothing,
        }
    }

    /// Looks in Redis, and keeps what is found in the process.
    pub async fn find_there(&self, key: &Key, now: DateTime<Utc>) -> Found<V> {
        let Some(redis) = &self.redis else {
            return Found::Nothing;
        };
        let Some(bytes) = redis.get_bytes(&self.name(key)).await else {
            return Found::Nothing;
        };
        let Some(held) = decode(&bytes, key) else {
            metrics::counter!("cache_undecodable_total").increment(1);
            return Found::Nothing;
        };
        let held = Arc::new(held);
        let found = self.judge(Arc::clone(&held), now);
        if !matches!(found, Found::Nothing) {
            self.keep_here(*key, held);
        }
        found
    }

    /// Joins the making of a value in this process, or begins it.
    pub fn join(&self, key: Key) -> Turn {
        self.flights.join(key)
    }

    /// Asks the other instances for the right to make a value; else waits for theirs.
    pub async fn find_or_lease(&self, key: &Key, now: DateTime<Utc>) -> Found<V> {
        let Some(redis) = &self.redis else {
            return Found::Nothing;
        };
        let lease = format!("{}:lease", self.name(key));
        if redis.take(&lease, LEASE).await != Some(false) {
            return Found::Nothing;
        }
        let waiting = async {
            loop {
                tokio::time::sleep(ASKS_EVERY).await;
                let found = self.find_there(key, now).await;
                if matches!(found, Found::Fresh(_)) {
                    return found;
                }
            }
        };
        tokio::time::timeout(WAITS_FOR, waiting)
            .await
            .unwrap_or(Found::Nothing)
    }

    /// Keeps a value that was made after those generations were seen.
    pub fn keep(
        &self,
        key: Key,
        value: V,
        seen: Seen,
        ends_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Arc<Held<V>> {
        let held = Arc::new(Held {
            value,
            seen,
            fresh_until: now + lifetime(&key),
            ends_at,
        });
        if let Some(redis) = self.redis.clone() {
            let name = self.name(&key);
            let bytes = encode(&held, &key);
            tokio::spawn(async move {
                redis.set_bytes(&name, &bytes, KEPT_FOR).await;
                redis.forget(&format!("{name}:lease")).await;
            });
        }
        self.keep_here(key, Arc::clone(&held));
        held
    }

    fn keep_here(&self, key: Key, held: Arc<Held<V>>) {
        if held.size() as u64 <= self.largest {
            self.memory.insert(key, held);
        }
    }

    fn judge(&self, held: Arc<Held<V>>, now: DateTime<Utc>) -> Found<V> {
        let known = self.generations.known();
        if !known.admits(&held.seen) {
            return Found::Nothing;
        }
        if !known.is_verified {
            return Found::Unverified(held);
        }
        if now >= held.ends_at || now >= held.fresh_until + AGED_FOR {
            Found::Nothing
        } else if now < held.fresh_until {
            Found::Fresh(held)
        } else {
            Found::Aged(held)
        }
    }

    fn name(&self, key: &Key) -> String {
        format!("{}:{}", self.class, key.hex())
    }
}

impl<V: Cacheable> Held<V> {
    fn size(&self) -> usize {
        self.value.size() + size_of::<Self>() + self.seen.numbers.len() * size_of::<i64>()
    }
}

/// The same for a key on every instance, and different from key to key.
fn lifetime(key: &Key) -> TimeDelta {
    let [first, ..] = *key.bytes();
    FRESH_FOR - JITTER + JITTER * 2 * i32::from(first) / i32::from(u8::MAX)
}

/// Format, digest of the rest and of the key, then the rest.
fn encode<V: Cacheable>(held: &Held<V>, key: &Key) -> Vec<u8> {
    let mut rest = Vec::with_capacity(held.value.size() + 64);
    rest.put_i64(held.fresh_until.timestamp_micros());
    rest.put_i64(held.ends_at.timestamp_micros());
    rest.put_u32(held.seen.tags.bits());
    rest.put_u8(u8::try_from(held.seen.numbers.len()).unwrap_or(u8::MAX));
    for number in held.seen.numbers.iter() {
        rest.put_i64(*number);
    }
    held.value.encode(&mut rest);
    let mut bytes = Vec::with_capacity(FORMAT.len() + DIGEST_BYTES + rest.len());
    bytes.extend_from_slice(FORMAT);
    bytes.extend_from_slice(&digest(key, &rest));
    bytes.extend_from_slice(&rest);
    bytes
}

/// `None`: somebody else wrote it, another version of this program, or it was damaged.
fn decode<V: Cacheable>(bytes: &[u8], key: &Key) -> Option<Held<V>> {
    let (digest_of_rest, rest) = bytes.strip_prefix(FORMAT)?.split_at_checked(DIGEST_BYTES)?;
    if digest(key, rest) != digest_of_rest {
        return None;
    }
    let mut rest = rest;
    let fresh_until = DateTime::from_timestamp_micros(rest.try_get_i64().ok()?)?;
    // The end of time plus a minute is no date.
    fresh_until.checked_add_signed(AGED_FOR)?;
    let ends_at = DateTime::from_timestamp_micros(rest.try_get_i64().ok()?)?;
    let tags = TagSet::of_bits(rest.try_get_u32().ok()?);
    let count = rest.try_get_u8().ok()?;
    let numbers: Option<Arc<[i64]>> = (0..count).map(|_| rest.try_get_i64().ok()).collect();
    Some(Held {
        value: V::decode(rest)?,
        seen: Seen {
            tags,
            numbers: numbers?,
        },
        fresh_until,
        ends_at,
    })
}

fn digest(key: &Key, rest: &[u8]) -> [u8; DIGEST_BYTES] {
    sha256([key.bytes().as_slice(), rest])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::cache::KeyBuilder;

    struct Text(Vec<u8>);

    impl Cacheable for Text {
        fn size(&self) -> usize {
            self.0.len()
        }

        fn encode(&self, to: &mut Vec<u8>) {
            to.extend_from_slice(&self.0);
        }

        fn decode(bytes: &[u8]) -> Option<Self> {
            Some(Self(bytes.to_vec()))
        }
    }

    fn shelf() -> Cache<Text> {
        Cache::new("test", "1", 1024, None, Generations::new(&["news"], None))
    }

    fn key() -> Key {
        KeyBuilder::default().with("home").finish()
    }

    fn kept() -> Held<Text> {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        Held {
            value: Text(b"an answer".to_vec()),
            seen: Seen {
                tags: TagSet::at(0),
                numbers: Arc::new([7]),
            },
            fresh_until: now,
            ends_at: now,
        }
    }

    /// Bytes that are the same each time, and look like none.
    fn random(number: u32) -> Vec<u8> {
        let length = usize::try_from(number % 240).unwrap();
        let blocks = (0_u32..8)
            .flat_map(|block| sha256([number.to_le_bytes().as_slice(), &block.to_le_bytes()]));
        blocks.take(length).collect()
    }

    #[test]
    fn what_was_kept_is_read_and_a_changed_bit_is_not() {
        let bytes = encode(&kept(), &key());
        let read = decode::<Text>(&bytes, &key()).unwrap();
        assert_eq!(read.value.0, b"an answer");
        assert_eq!(read.seen, kept().seen);
        let other = KeyBuilder::default().with("away").finish();
        assert!(decode::<Text>(&bytes, &other).is_none());
        for place in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[place] ^= 1 << bit;
                assert!(decode::<Text>(&changed, &key()).is_none(), "{place}:{bit}");
            }
        }
        for length in 0..bytes.len() {
            assert!(decode::<Text>(&bytes[..length], &key()).is_none());
        }
    }

    #[test]
    fn a_hundred_thousand_random_values_are_misses() {
        let shelf = shelf();
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let mut signed = 0;
        for number in 0..100_000 {
            let random = random(number);
            assert!(decode::<Text>(&random, &key()).is_none());
            let begun = [FORMAT, &random].concat();
            assert!(decode::<Text>(&begun, &key()).is_none());
            // Whoever can write to Redis can sign: still nothing may break.
            let whole = [FORMAT, &digest(&key(), &random), &random].concat();
            if let Some(held) = decode::<Text>(&whole, &key()) {
                signed += 1;
                drop(shelf.judge(Arc::new(held), now));
            }
        }
        assert!(signed > 100, "only {signed} values had a meaning");
    }
}
