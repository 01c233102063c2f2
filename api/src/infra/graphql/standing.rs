//! How far an answer reaches: until when it holds and whether it is one person's. Resolvers say so where
//! they know it, as they run.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicI64, Ordering},
};

use async_graphql::Context;
use chrono::{DateTime, Utc};

/// What is gathered about one answer. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Standing(Arc<Gathered>);

#[derive(Debug)]
struct Gathered {
    ends_at_microseconds: AtomicI64,
    is_personal: AtomicBool,
}

impl Default for Standing {
    fn default() -> Self {
        Self(Arc::new(Gathered {
            ends_at_microseconds: AtomicI64::new(i64::MAX),
            is_personal: AtomicBool::new(false),
        }))
    }
}

impl Standing {
    /// That of the request behind a context.
    #[must_use]
    pub fn of<'c>(context: &Context<'c>) -> &'c Self {
        context.data_unchecked()
    }

    /// The answer is another one from that instant on: an alert is over, a pin is taken out.
    pub fn ends_at(&self, instant: DateTime<Utc>) {
        let microseconds = instant.timestamp_micros();
        self.0
            .ends_at_microseconds
            .fetch_min(microseconds, Ordering::Relaxed);
    }

    /// The answer depends on who asks beyond their audience.
    pub fn is_personal(&self) {
        self.0.is_personal.store(true, Ordering::Relaxed);
    }

    /// The first instant that anybody named, or that one.
    #[must_use]
    pub fn end_by(&self, latest: DateTime<Utc>) -> DateTime<Utc> {
        let named = self.0.ends_at_microseconds.load(Ordering::Relaxed);
        DateTime::from_timestamp_micros(named).map_or(latest, |named| named.min(latest))
    }

    /// Whether somebody said that it is one person's.
    #[must_use]
    pub fn was_personal(&self) -> bool {
        self.0.is_personal.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn the_first_end_counts() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let standing = Standing::default();
        let latest = now + TimeDelta::hours(5);
        assert_eq!(standing.end_by(latest), latest);
        standing.ends_at(now + TimeDelta::hours(1));
        standing.ends_at(now + TimeDelta::hours(2));
        standing.ends_at(now + TimeDelta::hours(9));
        assert_eq!(standing.end_by(latest), now + TimeDelta::hours(1));
    }
}
