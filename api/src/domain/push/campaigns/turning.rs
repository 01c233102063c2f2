//! Turning a campaign from state to state: each step holds its row, and asked twice is done once.

use chrono::{DateTime, Utc};
use entities::{enums::PushCampaignState, push_campaign};
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::{
    creating::note,
    recipients_of,
    rules::{may_cancel, scheduled, times},
};
use crate::{
    domain::{
        accounts::Permitted,
        organisations::covers,
        push::{
            store::{audience, campaigns as store},
            types::PushErrorCode,
        },
    },
    infra::{
        db::{Database, begin_long},
        error::Error,
        graphql::{Done, UserErrorCode},
    },
};

/// When a campaign is to begin and to end.
#[derive(Clone, Copy, Debug, Default)]
pub struct Timing {
    pub at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// Holds a campaign that its asker may turn. What is not theirs to see is not found.
async fn hold(
    database: &Database,
    permitted: &Permitted,
    id: Uuid,
) -> Result<Option<(DatabaseTransaction, push_campaign::Model)>, Error> {
    let transaction = begin_long(database).await?;
    let held = store::lock(&transaction, id).await?;
    let Some(campaign) = held.filter(|campaign| !campaign.is_test) else {
        return Ok(None);
    };
    let is_theirs = covers(&transaction, &permitted.reach, campaign.organisation_id).await?;
    Ok(is_theirs.then_some((transaction, campaign)))
}

fn refuse(code: PushErrorCode, field: &str) -> Result<Done<push_campaign::Model>, Error> {
    Ok(Err(vec![code.at(field)]))
}

/// Sets a draft's time. What is advertising waits for a second person besides.
///
/// # Errors
/// Whatever the database reports; then nothing was done.
pub async fn schedule(
    database: &Database,
    permitted: &Permitted,
    (id, timing): (Uuid, Timing),
    now: DateTime<Utc>,
) -> Result<Done<push_campaign::Model>, Error> {
    let (at, expires_at) = match times(timing.at, timing.expires_at, now) {
        Ok(times) => times,
        Err((field, code)) => return refuse(code, field),
    };
    let Some((transaction, mut campaign)) = hold(database, permitted, id).await? else {
        return refuse(PushErrorCode::CampaignNotFound, "id");
    };
    match campaign.state {
        PushCampaignState::Draft => {}
        // Said again, it is not done again.
        PushCampaignState::AwaitingApproval | PushCampaignState::Scheduled => {
            return Ok(Ok(campaign));
        }
        _ => return refuse(PushErrorCode::WrongState, "id"),
    }
    let recipients = recipients_of(&campaign)?;
    let people = audience::count_accounts(&transaction, &recipients, now).await?;
    let devices = audience::count_devices(&transaction, &recipients, now).await?;
    if people == 0 && devices.is_empty() {
        return refuse(PushErrorCode::EmptyAudience, "id");
    }
    campaign.state = scheduled(campaign.kind);
    campaign.not_before_at = Some(at);
    campaign.expires_at = expires_at;
    keep(
        transaction,
        permitted,
        "push_campaign.schedule",
        campaign,
        now,
    )
    .await
}

/// Lets advertising go that somebody else has made.
///
/// # Errors
/// Whatever the database reports; then nothing was done.
pub async fn approve(
    database: &Database,
    permitted: &Permitted,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Done<push_campaign::Model>, Error> {
    let account_id = permitted.signed_in.account_id;
    let Some((transaction, mut campaign)) = hold(database, permitted, id).await? else {
        return refuse(PushErrorCode::CampaignNotFound, "id");
    };
    if campaign.approved_by_id == Some(account_id) {
        return Ok(Ok(campaign));
    }
    if campaign.state != PushCampaignState::AwaitingApproval {
        return refuse(PushErrorCode::WrongState, "id");
    }
    if campaign.created_by_id == Some(account_id) {
        return refuse(PushErrorCode::ApprovalByAnother, "id");
    }
    if campaign.expires_at <= now {
        return refuse(PushErrorCode::ExpiresTooSoon, "id");
    }
    campaign.state = PushCampaignState::Scheduled;
    campaign.approved_by_id = Some(account_id);
    campaign.approved_at = Some(now);
    keep(
        transaction,
        permitted,
        "push_campaign.approve",
        campaign,
        now,
    )
    .await
}

/// Takes a campaign back. One under way stops within a flush; what is on its way arrives.
///
/// # Errors
/// Whatever the database reports; then nothing was done.
pub async fn cancel(
    database: &Database,
    permitted: &Permitted,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Done<push_campaign::Model>, Error> {
    let Some((transaction, mut campaign)) = hold(database, permitted, id).await? else {
        return refuse(PushErrorCode::CampaignNotFound, "id");
    };
    if campaign.state == PushCampaignState::Cancelled {
        return Ok(Ok(campaign));
    }
    if !may_cancel(campaign.state) {
        return refuse(PushErrorCode::WrongState, "id");
    }
    if campaign.state != PushCampaignState::Running {
        campaign.finished_at = Some(now);
    }
    campaign.state = PushCampaignState::Cancelled;
    keep(
        transaction,
        permitted,
        "push_campaign.cancel",
        campaign,
        now,
    )
    .await
}

async fn keep(
    transaction: DatabaseTransaction,
    permitted: &Permitted,
    action: &'static str,
    mut campaign: push_campaign::Model,
    now: DateTime<Utc>,
) -> Result<Done<push_campaign::Model>, Error> {
    campaign.updated_at = now;
    store::update(&transaction, campaign.clone()).await?;
    note(&transaction, permitted, action, &campaign, now).await?;
    transaction.commit().await?;
    Ok(Ok(campaign))
}
