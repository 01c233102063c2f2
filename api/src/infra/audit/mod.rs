//! The audit log: who did what to what, written in the transaction that does it.
//!
//! Append-only by triggers, chained by hashes, a chain an organisation so that nobody waits for the
//! whole federation. Anchors, signed by a key of the service, fix the chains' ends: what was written
//! before one cannot be rewritten unseen, even by whoever can write to the database. Entries name
//! fields and codes, never personal values, and accounts by pseudonyms.

mod chain;
mod verify;

pub use chain::{Entry, Program, anchor_chains, changed_fields, record};
pub use verify::{Verdict, verify_chains};

/// The chain of what belongs to no organisation.
pub const FEDERATION_CHAIN: &str = "federation";
