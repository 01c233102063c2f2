//! What this process knows of the generations of the cache tags, and how it hears of changes.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use entities::cache_generation;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use tokio::{sync::mpsc, time::Instant};

use crate::infra::{db::Database, error::Error, redis::Redis};

/// With the patience below, a change is known within a second of its commit even when no message comes.
const LOOKS_EVERY: Duration = Duration::from_millis(300);
const LOOKS_FOR: Duration = Duration::from_millis(600);
/// Where instances tell each other to look.
const CHANNEL: &str = "mfp:changes";
/// The number of a tag that nothing has changed yet.
const UNCHANGED: i64 = 0;

/// Some of the tags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TagSet(u32);

impl TagSet {
    /// None of them.
    pub const NONE: Self = Self(0);
    /// Every one, those of later versions included.
    pub const ALL: Self = Self(u32::MAX);

    /// The tag at that place of the list.
    #[must_use]
    pub const fn at(place: u32) -> Self {
        Self(1 << place)
    }

    /// Both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// As they are written down.
    #[must_use]
    pub(super) const fn bits(self) -> u32 {
        self.0
    }

    pub(super) const fn of_bits(bits: u32) -> Self {
        Self(bits)
    }

    const fn has(self, place: usize) -> bool {
        self.0 >> place & 1 == 1
    }
}

/// The generations that something was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Which tags it depends on.
    pub tags: TagSet,
    /// The numbers of all tags, in the list's order.
    pub numbers: Arc<[i64]>,
}

/// The generations as they were last read.
#[derive(Clone, Debug)]
pub struct Known {
    numbers: Arc<[i64]>,
    /// Whether the last look succeeded: else the database may have gone on without us.
    pub is_verified: bool,
}

impl Known {
    /// Whether nothing that this was made of has changed since.
    #[must_use]
    pub fn admits(&self, seen: &Seen) -> bool {
        seen.numbers.len() == self.numbers.len()
            && seen
                .numbers
                .iter()
                .zip(self.numbers.iter())
                .enumerate()
                .all(|(place, (then, now))| then == now || !seen.tags.has(place))
    }

    /// What is made from now on has seen these. `None`: nobody knows which there are, so that it can't be
    /// kept.
    #[must_use]
    pub fn seen_by(&self, tags: TagSet) -> Option<Seen> {
        self.is_verified.then(|| Seen {
            tags,
            numbers: Arc::clone(&self.numbers),
        })
    }
}

/// The generations of a fixed list of tags. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Generations(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    tags: &'static [&'static str],
    known: RwLock<Known>,
    redis: Option<Redis>,
}

impl Generations {
    /// Knows nothing yet: what is asked before the first look is a miss.
    #[must_use]
    pub fn new(tags: &'static [&'static str], redis: Option<Redis>) -> Self {
        let known = Known {
            numbers: tags.iter().map(|_| UNCHANGED - 1).collect(),
            is_verified: false,
        };
        Self(Arc::new(Shared {
            tags,
            known: RwLock::new(known),
            redis,
        }))
    }

    /// What is known now.
    #[must_use]
    pub fn known(&self) -> Known {
        self.0
            .known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The set of these tags; with one that is not in the list, of all.
    #[must_use]
    pub fn named(&self, names: &[&str]) -> TagSet {
        let place_of = |name: &&str| self.0.tags.iter().position(|tag| tag == name);
        names
            .iter()
            .map(|name| match place_of(name).map(u32::try_from) {
                Some(Ok(place)) => TagSet::at(place),
                _ => TagSet::ALL,
            })
            .fold(TagSet::NONE, TagSet::and)
    }

    /// Looks again and again, and at once when another instance says so, for as long as it is polled.
    pub async fn follow(self, database: Database) {
        let (called, mut calls) = mpsc::channel(1);
        // Without Redis nobody calls, but the channel must not end.
        let redis = self.0.redis.as_ref();
        let _listening = redis.map(|redis| redis.listen(CHANNEL, called.clone()));
        loop {
            if self.look(&database).await.is_err() {
                self.doubt();
            }
            tokio::select! {
                () = tokio::time::sleep(LOOKS_EVERY) => {}
                _ = calls.recv() => {}
            }
        }
    }

    /// Looks now, and tells the other instances if there is something new. Called after a change, so
    /// that whoever made it reads it.
    ///
    /// # Errors
    /// `UNAVAILABLE`, when the database does not answer; the next look will see the change.
    pub async fn changed_here(&self, database: &Database) -> Result<(), Error> {
        if self.look(database).await?
            && let Some(redis) = self.0.redis.clone()
        {
            tokio::spawn(async move { redis.call(CHANNEL).await });
        }
        Ok(())
    }

    /// Reads the generations and returns whether one has changed.
    async fn look(&self, database: &Database) -> Result<bool, Error> {
        let reading = database.answers_by(Instant::now() + LOOKS_FOR, self.read(database));
        let numbers = reading.await.ok_or(Error::Unavailable)??;
        let mut known = self.0.known.write().unwrap_or_else(PoisonError::into_inner);
        let is_new = *known.numbers != *numbers;
        *known = Known {
            // Two looks may cross; a generation never goes back, and neither does what is known of it.
            numbers: newest(&known.numbers, &numbers),
            is_verified: true,
        };
        Ok(is_new)
    }

    async fn read(&self, database: &Database) -> Result<Vec<i64>, Error> {
        use cache_generation::Column;
        let rows: Vec<(String, i64)> = cache_generation::Entity::find()
            .select_only()
            .column(Column::Tag)
            .column(Column::Generation)
            .filter(Column::Tag.is_in(self.0.tags.iter().copied()))
            .into_tuple()
            .all(database.reader())
            .await?;
        let number_of = |tag: &&str| {
            let row = rows.iter().find(|(known, _)| known == tag);
            row.map_or(UNCHANGED, |(_, number)| *number)
        };
        Ok(self.0.tags.iter().map(number_of).collect())
    }

    /// As if a look had found these.
    #[cfg(test)]
    pub(super) fn learn(&self, numbers: &[i64]) {
        *self.0.known.write().unwrap_or_else(PoisonError::into_inner) = Known {
            numbers: numbers.into(),
            is_verified: true,
        };
    }

    fn doubt(&self) {
        let mut known = self.0.known.write().unwrap_or_else(PoisonError::into_inner);
        known.is_verified = false;
    }
}

fn newest(known: &[i64], read: &[i64]) -> Arc<[i64]> {
    known
        .iter()
        .zip(read)
        .map(|(known, read)| *known.max(read))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(numbers: &[i64]) -> Known {
        Known {
            numbers: numbers.into(),
            is_verified: true,
        }
    }

    #[test]
    fn only_what_it_was_made_of_makes_a_value_old() {
        let seen = known(&[1, 5]).seen_by(TagSet::at(1)).unwrap();
        assert!(known(&[1, 5]).admits(&seen));
        assert!(known(&[2, 5]).admits(&seen));
        assert!(!known(&[1, 6]).admits(&seen));
        let seen = known(&[1, 5]).seen_by(TagSet::ALL).unwrap();
        assert!(!known(&[2, 5]).admits(&seen));
    }

    #[test]
    fn another_version_with_other_tags_shares_nothing() {
        let seen = known(&[1, 5]).seen_by(TagSet::at(0)).unwrap();
        assert!(!known(&[1, 5, 0]).admits(&seen));
    }

    #[test]
    fn looks_that_cross_never_go_back() {
        assert_eq!(*newest(&[3, 4], &[2, 5]), [3, 5]);
    }
}
