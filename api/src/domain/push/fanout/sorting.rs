//! Who of a chunk still wants its message, and who wants it now.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use entities::{push_campaign, push_preference};
use uuid::Uuid;

use super::{
    postman::Desk,
    progress::{End, Progress},
};
use crate::{
    domain::push::{
        campaigns::recipients_of,
        quiet::{QuietHours, zone_of},
        store::{
            audience::{self, Window},
            chunks::{self, DeviceRow},
        },
    },
    infra::error::Error,
};

/// A device's rings are counted over so long.
const CAP_WITHIN: TimeDelta = TimeDelta::hours(24);
/// Why a device that was tried often enough gets no message.
pub(super) const GAVE_UP: &str = "GAVE_UP";

/// One device's message.
pub(super) struct Letter {
    pub device: DeviceRow,
    pub attempts: i32,
}

/// What a chunk's devices are up to now.
pub(super) struct Sorted {
    pub letters: Vec<Letter>,
    /// When the first of those who wait may be asked again.
    pub wait_until: Option<DateTime<Utc>>,
}

/// Settles those who do not want it any more, and tells the others into now and later.
pub(super) async fn sort(
    desk: &Desk,
    campaign: &push_campaign::Model,
    progress: &mut Progress,
    now: DateTime<Utc>,
) -> Result<Sorted, Error> {
    let reader = desk.database.reader();
    let chunk = progress.chunk.clone();
    let window = Window {
        after: chunk.lo - 1,
        to: chunk.hi,
    };
    let recipients = recipients_of(campaign)?;
    let wanting = audience::list_window(reader, &recipients, window, now).await?;
    let rows = chunks::list_devices(reader, &chunk).await?;
    let mut devices: HashMap<i64, DeviceRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    let mut ids: Vec<Uuid> = devices.values().map(|row| row.preference_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let preferences = chunks::list_preferences(reader, ids).await?;
    let rings = chunks::count_rings(reader, &chunk, now - CAP_WITHIN).await?;
    // The writer's, which has what this process wrote a moment ago.
    let retries = chunks::list_retries(desk.database.writer(), chunk.id).await?;
    let mut letters = Vec::new();
    let mut wait_until: Option<DateTime<Utc>> = None;
    let mut wait = |until: DateTime<Utc>| {
        wait_until = Some(wait_until.map_or(until, |before| before.min(until)));
    };
    for id in progress.open() {
        let wants = wanting.binary_search_by_key(&id, |(id, _)| *id).is_ok();
        let device = devices.remove(&id).filter(|_| wants);
        let Some(device) = device else {
            progress.end(id, End::Skipped, now);
            continue;
        };
        let retry = retries.get(&id);
        if retry.is_some_and(|retry| retry.attempts >= desk.terms.attempts) {
            progress.end(id, End::Refused(GAVE_UP), now);
            continue;
        }
        let preference = preferences.get(&device.preference_id);
        if !campaign.is_test
            && let Some(preference) = preference
        {
            if rings.get(&id).copied().unwrap_or_default() >= preference.daily_cap {
                progress.end(id, End::Skipped, now);
                continue;
            }
            if let Some(until) = quiet_until(preference, &device.time_zone, now) {
                wait(until);
                continue;
            }
        }
        if let Some(retry) = retry.filter(|retry| retry.not_before_at > now) {
            wait(retry.not_before_at);
            continue;
        }
        let attempts = retry.map_or(0, |retry| retry.attempts);
        letters.push(Letter { device, attempts });
    }
    Ok(Sorted {
        letters,
        wait_until,
    })
}

fn quiet_until(
    preference: &push_preference::Model,
    zone: &str,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let (from, to) = preference.quiet_from.zip(preference.quiet_to)?;
    QuietHours { from, to }.end_of(zone_of(zone)?, now)
}
