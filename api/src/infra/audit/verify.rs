//! Reading the whole log again: every hash, every number, every anchor.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entities::{audit_anchor, audit_entry, audit_head, enums::KeyPurpose};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::chain::{anchored_bytes, hash_of};
use crate::infra::{auth::KeyRing, db::Database, error::Error};

const ROWS_AT_ONCE: u64 = 5000;

/// What a check of the log found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    pub entries: u64,
    pub chains: u64,
    pub anchors: u64,
    /// The first fault of each chain, in plain words; empty: nothing was changed.
    pub faults: Vec<String>,
}

/// Walks every chain from its beginning.
///
/// # Errors
/// Whatever the database reports.
pub async fn verify_chains(
    database: &Database,
    keys: &KeyRing,
    now: DateTime<Utc>,
) -> Result<Verdict, Error> {
    let mut verdict = Verdict::default();
    let anchors = audit_anchor::Entity::find()
        .order_by_asc(audit_anchor::Column::Seq)
        .all(database.reader())
        .await?;
    let mut by_chain: BTreeMap<String, Vec<audit_anchor::Model>> = BTreeMap::new();
    for anchor in anchors {
        verdict.anchors += 1;
        by_chain
            .entry(anchor.chain.clone())
            .or_default()
            .push(anchor);
    }
    let heads: BTreeMap<String, audit_head::Model> = audit_head::Entity::find()
        .all(database.reader())
        .await?
        .into_iter()
        .map(|head| (head.chain.clone(), head))
        .collect();
    // A chain may have been deleted whole: then only its anchors or entries remember it.
    let mut chains: Vec<String> = audit_entry::Entity::find()
        .select_only()
        .column(audit_entry::Column::Chain)
        .distinct()
        .into_tuple()
        .all(database.reader())
        .await?;
    chains.extend(heads.keys().cloned());
    chains.extend(by_chain.keys().cloned());
    chains.sort();
    chains.dedup();
    for chain in chains {
        verdict.chains += 1;
        let anchors = by_chain.remove(&chain).unwrap_or_default();
        let head = heads.get(&chain);
        let (entries, fault) = verify_chain(database, keys, &chain, head, &anchors, now).await?;
        verdict.entries += entries;
        verdict.faults.extend(fault);
    }
    Ok(verdict)
}

async fn verify_chain(
    database: &Database,
    keys: &KeyRing,
    chain: &str,
    head: Option<&audit_head::Model>,
    anchors: &[audit_anchor::Model],
    now: DateTime<Utc>,
) -> Result<(u64, Option<String>), Error> {
    let fault = |seq: i64, what: &str| Some(format!("chain {chain}, entry {seq}: {what}"));
    let mut anchors = anchors.iter().peekable();
    let (mut seq, mut hash) = (0, String::new());
    loop {
        let rows = audit_entry::Entity::find()
            .filter(audit_entry::Column::Chain.eq(chain))
            .filter(audit_entry::Column::Seq.gt(seq))
            .order_by_asc(audit_entry::Column::Seq)
            .limit(ROWS_AT_ONCE)
            .all(database.reader())
            .await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let read = u64::try_from(seq).unwrap_or_default();
            if row.seq != seq + 1 {
                return Ok((read, fault(seq + 1, "is missing")));
            }
            if row.previous_hash != hash {
                return Ok((read, fault(row.seq, "does not follow the one before")));
            }
            if hash_of(&row) != row.hash {
                return Ok((read, fault(row.seq, "was changed")));
            }
            (seq, hash) = (row.seq, row.hash);
            while let Some(anchor) = anchors.next_if(|anchor| anchor.seq <= seq) {
                if !is_signed(keys, anchor, now) || (anchor.seq == seq && anchor.hash != hash) {
                    return Ok((read, fault(anchor.seq, "is not what was anchored")));
                }
            }
        }
    }
    let entries = u64::try_from(seq).unwrap_or_default();
    let found = if let Some(anchor) = anchors.next() {
        fault(anchor.seq, "was anchored and is gone")
    } else if head.is_none_or(|head| head.seq != seq || head.hash != hash) {
        fault(seq + 1, "is gone from the end")
    } else {
        None
    };
    Ok((entries, found))
}

fn is_signed(keys: &KeyRing, anchor: &audit_anchor::Model, now: DateTime<Utc>) -> bool {
    let bytes = anchored_bytes(&anchor.chain, anchor.seq, &anchor.hash);
    keys.verifying(KeyPurpose::Audit, &anchor.key_id, now)
        .is_some_and(|key| key.verifies(&bytes, &anchor.signature))
}
