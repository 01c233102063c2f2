//! How far a chunk is: what the providers answered, gathered in memory and written with a fence.

use chrono::{DateTime, Utc};
use entities::{
    enums::{PushCampaignState, PushChunkState, PushResultKind},
    push_chunk, push_result, push_retry,
};
use sea_orm::TransactionTrait;

use crate::{
    domain::push::{
        bits::{Bits, position},
        lanes::ringing,
        store::{campaigns, chunks, devices},
    },
    infra::{db::Database, error::Error},
};

/// A token that its provider does not know any more.
pub struct Pruning {
    pub device_id: i64,
    pub token_lookup: String,
    pub reason: &'static str,
    /// A device that has shown its token since then keeps it.
    pub as_of: DateTime<Utc>,
    /// What becomes of the message if the token is kept.
    pub otherwise: push_retry::Model,
}

/// Whose the chunk is, after a flush.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Still this process's; the campaign is in that state.
    Yes(PushCampaignState),
    /// Another's: nothing was written.
    No,
}

/// A chunk under way.
pub struct Progress {
    pub chunk: push_chunk::Model,
    members: Bits,
    done: Bits,
    rung: Bits,
    /// Answers that are not written yet.
    pub unsaved: usize,
    prunings: Vec<Pruning>,
    retries: Vec<push_retry::Model>,
    results: Vec<push_result::Model>,
}

/// How a device's part of a chunk ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Delivered,
    Refused(&'static str),
    Expired(&'static str),
    Skipped,
}

impl Progress {
    /// As it was written last.
    #[must_use]
    pub fn of(chunk: push_chunk::Model) -> Self {
        Self {
            members: Bits::from_bytes(chunk.members.clone()),
            done: Bits::from_bytes(chunk.done.clone()),
            rung: Bits::from_bytes(chunk.rung.clone()),
            chunk,
            unsaved: 0,
            prunings: Vec::new(),
            retries: Vec::new(),
            results: Vec::new(),
        }
    }

    /// The devices for which nothing is settled yet.
    #[must_use]
    pub fn open(&self) -> Vec<i64> {
        let lo = self.chunk.lo;
        let number = |at: usize| i64::try_from(at).map_or(i64::MAX, |at| lo.saturating_add(at));
        self.members.without(&self.done).map(number).collect()
    }

    /// Settles a device's part.
    pub fn end(&mut self, device_id: i64, end: End, now: DateTime<Utc>) {
        let Some(at) = position(self.chunk.lo, device_id) else {
            return;
        };
        self.done.add(at);
        self.unsaved += 1;
        match end {
            End::Delivered => {
                self.rung.add(at);
                self.chunk.delivered += 1;
            }
            End::Refused(reason) => {
                self.chunk.refused += 1;
                self.result(device_id, PushResultKind::Refused, reason, now);
            }
            End::Expired(reason) => {
                self.chunk.expired += 1;
                self.result(device_id, PushResultKind::Expired, reason, now);
            }
            End::Skipped => self.chunk.skipped += 1,
        }
    }

    /// Settles everything that is left in the same way, without a word on each.
    pub fn end_all(&mut self, end: End) {
        for device_id in self.open() {
            let Some(at) = position(self.chunk.lo, device_id) else {
                continue;
            };
            self.done.add(at);
            self.unsaved += 1;
            match end {
                End::Delivered => {}
                End::Refused(_) => self.chunk.refused += 1,
                End::Expired(_) => self.chunk.expired += 1,
                End::Skipped => self.chunk.skipped += 1,
            }
        }
    }

    /// Lets a token be pruned with the next flush.
    pub fn prune(&mut self, pruning: Pruning) {
        self.unsaved += 1;
        self.prunings.push(pruning);
    }

    /// Lets a device be tried again later.
    pub fn retry(&mut self, retry: push_retry::Model) {
        self.unsaved += 1;
        self.retries.push(retry);
    }

    fn result(&mut self, device_id: i64, kind: PushResultKind, reason: &str, now: DateTime<Utc>) {
        self.results.push(push_result::Model {
            campaign_id: self.chunk.campaign_id,
            device_id,
            kind,
            reason: reason.to_owned(),
            happened_at: now,
        });
    }

    /// Writes what was gathered and keeps the lease until then. What could not be written is gathered
    /// on.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn flush(
        &mut self,
        database: &Database,
        leased_until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Held, Error> {
        self.chunk.leased_until_at = Some(leased_until);
        self.write(database, now).await
    }

    /// Gives the chunk back, to be gone on with from then on, or closes it if nothing is left.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn give_back(
        &mut self,
        database: &Database,
        not_before: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Held, Error> {
        // Prunings settle devices only as they are written.
        if !self.prunings.is_empty() {
            let until = self.chunk.leased_until_at.unwrap_or(now);
            if self.flush(database, until, now).await? == Held::No {
                return Ok(Held::No);
            }
        }
        self.chunk.leased_until_at = None;
        if self.open().is_empty() {
            self.chunk.state = PushChunkState::Done;
            self.chunk.finished_at = Some(now);
        } else {
            self.chunk.not_before_at = not_before;
        }
        self.write(database, now).await
    }

    async fn write(&mut self, database: &Database, now: DateTime<Utc>) -> Result<Held, Error> {
        let transaction = database.writer().begin().await?;
        // The fence first: whoever has lost the lease prunes nothing, either.
        if !chunks::save(&transaction, &self.chunk_so_far()).await? {
            return Ok(Held::No);
        }
        let (mut pruned, mut kept) = (Vec::new(), Vec::new());
        for pruning in &self.prunings {
            let words = (pruning.reason, pruning.as_of);
            let token = &pruning.token_lookup;
            if devices::prune(&transaction, pruning.device_id, token, words, now).await? {
                ring_through_another(&transaction, pruning.device_id).await?;
                pruned.push((pruning.device_id, pruning.reason));
            } else {
                kept.push(pruning.otherwise.clone());
            }
        }
        let after = self.with_pruned(&pruned, now);
        if !pruned.is_empty() {
            chunks::save(&transaction, &after.chunk_so_far()).await?;
        }
        let retries = self.retries.iter().cloned().chain(kept).collect();
        chunks::write_retries(&transaction, retries).await?;
        chunks::write_results(&transaction, after.results.clone()).await?;
        if self.chunk.state == PushChunkState::Done {
            chunks::delete_retries(&transaction, self.chunk.id).await?;
        }
        let campaign = campaigns::find(&transaction, self.chunk.campaign_id).await?;
        transaction.commit().await?;
        *self = Self::of(after.chunk_so_far());
        // A campaign is deleted by nobody; one that is gone is as good as cancelled.
        let state = campaign.map_or(PushCampaignState::Cancelled, |campaign| campaign.state);
        Ok(Held::Yes(state))
    }

    /// The chunk with the bits as they are now.
    fn chunk_so_far(&self) -> push_chunk::Model {
        push_chunk::Model {
            done: self.done.to_bytes(),
            rung: self.rung.to_bytes(),
            ..self.chunk.clone()
        }
    }

    /// The same with these tokens pruned.
    fn with_pruned(&self, pruned: &[(i64, &'static str)], now: DateTime<Utc>) -> Self {
        let mut after = Self::of(self.chunk_so_far());
        after.results.clone_from(&self.results);
        for (device_id, reason) in pruned {
            if let Some(at) = position(after.chunk.lo, *device_id) {
                after.done.add(at);
                after.chunk.pruned += 1;
                after.result(*device_id, PushResultKind::Pruned, reason, now);
            }
        }
        after
    }

    /// Whether what became of everybody adds up to everybody: it must, once nothing is left.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        let chunk = &self.chunk;
        let ended = chunk.delivered + chunk.pruned + chunk.refused + chunk.expired + chunk.skipped;
        usize::try_from(chunk.planned).is_ok_and(|planned| planned == self.members.count())
            && ended == chunk.planned
    }
}

/// The installation's other provider, if it has one, rings from now on.
async fn ring_through_another(
    transaction: &impl sea_orm::ConnectionTrait,
    device_id: i64,
) -> Result<(), Error> {
    let Some(device) = devices::find(transaction, device_id).await? else {
        return Ok(());
    };
    let rows = devices::list_of_installation(transaction, &device.installation_lookup).await?;
    if rows.len() > 1 {
        devices::ring_through(transaction, &device.installation_lookup, ringing(&rows)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use entities::enums::PushProvider;
    use uuid::Uuid;

    use super::*;

    fn progress(members: &[usize]) -> Progress {
        let mut bits = Bits::none(16);
        for member in members {
            bits.add(*member);
        }
        let then = DateTime::UNIX_EPOCH;
        Progress::of(push_chunk::Model {
            id: Uuid::nil(),
            campaign_id: Uuid::nil(),
            number: 0,
            provider: PushProvider::Fcm,
            urgency: 1,
            lo: 100,
            hi: 115,
            state: PushChunkState::Waiting,
            not_before_at: then,
            leased_until_at: None,
            fence: 1,
            members: bits.to_bytes(),
            done: Bits::none(16).to_bytes(),
            rung: Bits::none(16).to_bytes(),
            planned: i32::try_from(members.len()).unwrap(),
            delivered: 0,
            pruned: 0,
            refused: 0,
            expired: 0,
            skipped: 0,
            created_at: then,
            finished_at: None,
        })
    }

    #[test]
    fn what_became_of_everybody_adds_up() {
        let mut progress = progress(&[0, 1, 5, 15]);
        assert_eq!(progress.open(), [100, 101, 105, 115]);
        progress.end(100, End::Delivered, DateTime::UNIX_EPOCH);
        progress.end(105, End::Refused("GAVE_UP"), DateTime::UNIX_EPOCH);
        assert!(!progress.adds_up());
        let after = progress.with_pruned(&[(101, "UNREGISTERED")], DateTime::UNIX_EPOCH);
        assert_eq!(after.open(), [115]);
        let mut after = Progress::of(after.chunk_so_far());
        after.end_all(End::Expired(""));
        assert!(after.adds_up());
        let chunk = after.chunk_so_far();
        assert_eq!(
            (chunk.delivered, chunk.pruned, chunk.refused, chunk.expired),
            (1, 1, 1, 1)
        );
        assert_eq!(Bits::from_bytes(chunk.rung).count(), 1);
    }
}
