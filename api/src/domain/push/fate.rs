//! What happened to a campaign's message to one device: from the chunk's bits and, where it did not go
//! smoothly, from what was noted.

use chrono::{DateTime, Utc};
use entities::{push_campaign, push_chunk, push_device, push_result};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{
    bits::{Bits, position},
    store::{campaigns as store, devices},
    types::PushOutcomeKind,
};
use crate::infra::error::Error;

/// What happened to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    pub kind: PushOutcomeKind,
    pub reason: Option<String>,
    pub at: Option<DateTime<Utc>>,
}

/// What happened to a campaign's message to a device; `None`: there is no such device.
///
/// # Errors
/// Whatever the database reports.
pub async fn find(
    connection: &impl ConnectionTrait,
    campaign: push_campaign::Model,
    device_public_id: Uuid,
) -> Result<Option<Fate>, Error> {
    let Some(device) = devices::find_by_public_id(connection, device_public_id).await? else {
        return Ok(None);
    };
    let (chunk, result) = store::find_fate(connection, campaign.id, &device).await?;
    let chunk = (chunk.as_ref(), campaign.failure);
    Ok(Some(fate_of(&device, chunk, result)))
}

fn fate_of(
    device: &push_device::Model,
    (chunk, failure): (Option<&push_chunk::Model>, Option<String>),
    result: Option<push_result::Model>,
) -> Fate {
    if let Some(result) = result {
        return Fate {
            kind: result.kind.into(),
            reason: Some(result.reason),
            at: Some(result.happened_at),
        };
    }
    let has = |bits: &Vec<u8>, chunk: &push_chunk::Model| {
        position(chunk.lo, device.id).is_some_and(|at| Bits::from_bytes(bits.clone()).has(at))
    };
    let kind = match chunk {
        Some(chunk) if has(&chunk.rung, chunk) => PushOutcomeKind::Delivered,
        // Where a provider has refused the message itself, nothing is noted of each device.
        Some(chunk) if has(&chunk.done, chunk) && chunk.refused > 0 && failure.is_some() => {
            return Fate {
                kind: PushOutcomeKind::Refused,
                reason: failure,
                at: chunk.finished_at,
            };
        }
        Some(chunk) if has(&chunk.done, chunk) => PushOutcomeKind::Skipped,
        Some(chunk) if has(&chunk.members, chunk) => PushOutcomeKind::Waiting,
        _ => PushOutcomeKind::NotPlanned,
    };
    Fate {
        kind,
        reason: None,
        at: None,
    }
}
