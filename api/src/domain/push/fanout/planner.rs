//! Cutting a campaign's recipients into chunks, window by window of the devices there were when it
//! began. What is cut is committed with how far planning is, so that another goes on where one died.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entities::{
    enums::{PushCampaignState, PushChunkState, PushPriority, PushProvider},
    push_campaign, push_chunk,
};
use sea_orm::TransactionTrait;
use tokio::sync::watch;
use uuid::Uuid;

use super::postman::{Desk, finish};
use crate::{
    domain::push::{
        audience::Recipients,
        bits::{Bits, position},
        campaigns::recipients_of,
        store::{
            audience::{self, Window},
            campaigns::{self, Reached},
            chunks::{self, WIDEST},
        },
    },
    infra::{db::begin_long, error::Error},
};

/// Devices of a chunk at most.
const CHUNK: usize = 1_000;
/// The first window is small, so that the first message leaves at once.
const FIRST: i64 = 1_024;

/// Plans the next campaign whose time has come; `false`: there is none.
///
/// # Errors
/// Whatever the database reports; the lease then runs out by itself.
pub(super) async fn plan_next(
    desk: &Desk,
    stopping: &watch::Receiver<bool>,
) -> Result<bool, Error> {
    let now = desk.clock.now();
    if !campaigns::is_any_unplanned(desk.database.reader(), now).await? {
        return Ok(false);
    }
    let until = now + desk.terms.lease;
    let leased = campaigns::lease_unplanned(desk.database.writer(), until, now).await?;
    let Some(campaign) = leased else {
        return Ok(false);
    };
    let Some(snapshot_id) = begin(desk, &campaign, now).await? else {
        return Ok(true);
    };
    let planning = Planning {
        recipients: recipients_of(&campaign)?,
        desk,
        campaign,
        snapshot_id,
    };
    if planning.cut_all(stopping).await? {
        planning.conclude().await?;
        finish(&desk.database, planning.campaign.id, desk.clock.now()).await?;
    }
    Ok(true)
}

/// Fixes which devices there are; `None`: somebody else has taken the campaign.
async fn begin(
    desk: &Desk,
    campaign: &push_campaign::Model,
    now: DateTime<Utc>,
) -> Result<Option<i64>, Error> {
    if campaign.state == PushCampaignState::Running {
        return Ok(campaign.snapshot_id);
    }
    let transaction = desk.database.writer().begin().await?;
    campaigns::lock(&transaction, campaign.id).await?;
    let snapshot_id = chunks::last_device(&transaction).await?;
    if !campaigns::begin(&transaction, campaign, snapshot_id, now).await? {
        return Ok(None);
    }
    transaction.commit().await?;
    tracing::info!(campaign.id = %campaign.id, "a campaign begins");
    Ok(Some(snapshot_id))
}

struct Planning<'a> {
    desk: &'a Desk,
    campaign: push_campaign::Model,
    recipients: Recipients,
    snapshot_id: i64,
}

impl Planning<'_> {
    /// Cuts what is not cut yet; `false`: this is another's to go on with.
    async fn cut_all(&self, stopping: &watch::Receiver<bool>) -> Result<bool, Error> {
        let writer = self.desk.database.writer();
        let chunks = chunks::count(writer, self.campaign.id).await?;
        let mut number = i32::try_from(chunks).unwrap_or(i32::MAX);
        let mut after = self.campaign.planned_through;
        while after < self.snapshot_id {
            if *stopping.borrow() {
                campaigns::release(writer, &self.campaign).await?;
                return Ok(false);
            }
            let width = if number == 0 { FIRST } else { WIDEST };
            let window = Window {
                after,
                to: (after + width).min(self.snapshot_id),
            };
            if !self.cut_window(window, &mut number).await? {
                return Ok(false);
            }
            after = window.to;
        }
        Ok(true)
    }

    async fn cut_window(&self, window: Window, number: &mut i32) -> Result<bool, Error> {
        let database = &self.desk.database;
        let now = self.desk.clock.now();
        let found = audience::list_window(database.reader(), &self.recipients, window, now).await?;
        let chunks = cut(&self.campaign, &found, number, now);
        let reached = Reached {
            through: window.to,
            is_all: false,
        };
        let until = now + self.desk.terms.lease;
        let transaction = database.writer().begin().await?;
        if !campaigns::plan_on(&transaction, &self.campaign, reached, until, now).await? {
            return Ok(false);
        }
        chunks::insert(&transaction, chunks).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Fills the inboxes and says that everything is planned. The bell does not wait for the inboxes of
    /// a million; whoever crashes in between fills them again, which changes nothing.
    async fn conclude(&self) -> Result<(), Error> {
        let now = self.desk.clock.now();
        let transaction = begin_long(&self.desk.database).await?;
        let reached = Reached {
            through: self.snapshot_id,
            is_all: true,
        };
        if !campaigns::plan_on(&transaction, &self.campaign, reached, now, now).await? {
            return Ok(());
        }
        if !self.campaign.is_test {
            let id = self.campaign.id;
            audience::fill_inboxes(&transaction, id, &self.recipients, now).await?;
        }
        Ok(transaction.commit().await?)
    }
}

/// The chunks of these devices, each of one provider.
fn cut(
    campaign: &push_campaign::Model,
    devices: &[(i64, PushProvider)],
    number: &mut i32,
    now: DateTime<Utc>,
) -> Vec<push_chunk::Model> {
    let mut by_provider: BTreeMap<PushProvider, Vec<i64>> = BTreeMap::new();
    for (id, provider) in devices {
        by_provider.entry(*provider).or_default().push(*id);
    }
    let mut cut = Vec::new();
    for (provider, ids) in &by_provider {
        for ids in ids.chunks(CHUNK) {
            cut.extend(chunk_of(campaign, *provider, ids, *number, now));
            *number = number.saturating_add(1);
        }
    }
    cut
}

fn chunk_of(
    campaign: &push_campaign::Model,
    provider: PushProvider,
    ids: &[i64],
    number: i32,
    now: DateTime<Utc>,
) -> Option<push_chunk::Model> {
    let (lo, hi) = (*ids.first()?, *ids.last()?);
    let width = position(lo, hi)? + 1;
    let mut members = Bits::none(width);
    for id in ids {
        if let Some(at) = position(lo, *id) {
            members.add(at);
        }
    }
    let is_urgent = campaign.is_test || campaign.priority == PushPriority::High;
    let nobody = Bits::none(width).to_bytes();
    Some(push_chunk::Model {
        id: Uuid::now_v7(),
        campaign_id: campaign.id,
        number,
        provider,
        urgency: i32::from(!is_urgent),
        lo,
        hi,
        state: PushChunkState::Waiting,
        not_before_at: now,
        leased_until_at: None,
        fence: 0,
        planned: i32::try_from(ids.len()).unwrap_or(i32::MAX),
        members: members.to_bytes(),
        done: nobody.clone(),
        rung: nobody,
        delivered: 0,
        pruned: 0,
        refused: 0,
        expired: 0,
        skipped: 0,
        created_at: now,
        finished_at: None,
    })
}
