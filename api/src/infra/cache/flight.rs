//! One maker a value: whoever else wants it meanwhile waits for the first.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use super::Key;

/// The values that are being made.
#[derive(Clone, Debug, Default)]
pub struct Flights(Arc<Mutex<HashMap<Key, watch::Receiver<()>>>>);

/// Whose turn it is to make a value.
#[derive(Debug)]
pub enum Turn {
    /// The asker's, for as long as it holds this.
    Lead(Leader),
    /// Somebody else's.
    Follow(Follower),
}

/// The right to make a value. Dropping it, as a client that hangs up does, lets the others go on.
#[derive(Debug)]
pub struct Leader {
    key: Key,
    flights: Flights,
    _ends_when_dropped: watch::Sender<()>,
}

/// Somebody who waits for another's value.
#[derive(Debug)]
pub struct Follower(watch::Receiver<()>);

impl Flights {
    /// Joins the making of a value, or begins it.
    pub fn join(&self, key: Key) -> Turn {
        match self.lock().entry(key) {
            Entry::Occupied(flight) => Turn::Follow(Follower(flight.get().clone())),
            Entry::Vacant(place) => {
                let (sender, receiver) = watch::channel(());
                place.insert(receiver);
                Turn::Lead(Leader {
                    key,
                    flights: self.clone(),
                    _ends_when_dropped: sender,
                })
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, watch::Receiver<()>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Leader {
    fn drop(&mut self) {
        self.flights.lock().remove(&self.key);
    }
}

impl Follower {
    /// Waits until the leader is done, well or not.
    pub async fn wait(mut self) {
        // An error says that the sender is gone, which is what is waited for.
        drop(self.0.changed().await);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::cache::KeyBuilder;

    #[tokio::test]
    async fn one_leads_and_the_others_wait_for_its_end() {
        let flights = Flights::default();
        let key = KeyBuilder::default().with("home").finish();
        let Turn::Lead(leader) = flights.join(key) else {
            panic!("the first leads");
        };
        let Turn::Follow(follower) = flights.join(key) else {
            panic!("the second follows");
        };
        let other = KeyBuilder::default().with("away").finish();
        assert!(matches!(flights.join(other), Turn::Lead(_)));
        let waiting = tokio::spawn(follower.wait());
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(leader);
        waiting.await.unwrap();
        assert!(matches!(flights.join(key), Turn::Lead(_)));
    }
}
