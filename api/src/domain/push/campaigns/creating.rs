//! Campaigns that staff make by hand, and tests of them.

use chrono::{DateTime, TimeDelta, Utc};
use entities::{
    enums::{PushCampaignKind, PushCampaignState, PushPriority},
    push_campaign,
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, TransactionTrait};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{OBJECT_TYPE, rules::USUAL_LIFE};
use crate::{
    domain::{
        accounts::Permitted,
        organisations::{all_exist, covers, exists},
        push::{
            audience::PushAudience,
            gateway::Gateways,
            message::{carrier, message_of},
            store::{campaigns as store, devices, topics},
            types::PushErrorCode,
        },
    },
    infra::{
        audit,
        auth::Reach,
        db::Database,
        digest::sha256_hex,
        error::Error,
        graphql::{Done, UserError, UserErrorCode, is_web_address},
    },
};

/// By which the ids of campaigns follow from their authors' keys.
const CAMPAIGNS: Uuid = uuid::uuid!("0d4f7c1e-6a53-5f0e-9c42-9f6b1f0d7a31");
/// Signs.
const LONGEST_TITLE: usize = 120;
const LONGEST_BODY: usize = 1_000;
const LONGEST_LINK: usize = 500;
/// A test is of interest to whoever looks at a phone now.
const TEST_LIFE: TimeDelta = TimeDelta::minutes(10);

/// A campaign that somebody wants to make.
#[derive(Clone, Debug, Serialize)]
pub struct Wish {
    pub organisation_id: Uuid,
    pub kind: PushCampaignKind,
    pub title: String,
    pub body: String,
    pub link: Option<String>,
    pub image_url: Option<String>,
    pub priority: PushPriority,
    pub audience: PushAudience,
}

impl Wish {
    fn into_campaign(
        self,
        (id, key): (Uuid, String),
        permitted: &Permitted,
        now: DateTime<Utc>,
    ) -> Result<push_campaign::Model, Error> {
        Ok(push_campaign::Model {
            id,
            campaign_key: key,
            creation_digest: Some(sha256_hex(serde_json::to_string(&self)?)),
            kind: self.kind,
            state: PushCampaignState::Draft,
            is_test: false,
            organisation_id: self.organisation_id,
            content_id: None,
            title: self.title,
            body: self.body,
            link: self.link,
            image_url: self.image_url,
            priority: self.priority,
            audience: serde_json::to_value(self.audience)?,
            not_before_at: None,
            expires_at: now + USUAL_LIFE,
            snapshot_id: None,
            planned_through: 0,
            planned_at: None,
            leased_until_at: None,
            fence: 0,
            started_at: None,
            finished_at: None,
            failure: None,
            created_by_id: Some(permitted.signed_in.account_id),
            approved_by_id: None,
            approved_at: None,
            created_at: now,
            updated_at: now,
        })
    }
}

/// Makes a campaign, or finds the one that the same key made.
///
/// # Errors
/// Whatever the database reports; then nothing was done.
pub async fn create(
    database: &Database,
    gateways: &Gateways,
    permitted: &Permitted,
    (key, wish): (Uuid, Wish),
    now: DateTime<Utc>,
) -> Result<Done<push_campaign::Model>, Error> {
    let account_id = permitted.signed_in.account_id;
    let id = Uuid::new_v5(&CAMPAIGNS, format!("{account_id}{key}").as_bytes());
    let errors = faults(database, &permitted.reach, &wish).await?;
    let campaign = wish.into_campaign((id, format!("manual:{id}")), permitted, now)?;
    let transaction = database.writer().begin().await?;
    // Of a hundred at once one is written, and the others wait here until it is there.
    if errors.is_empty()
        && fits(gateways, &campaign)
        && store::insert(&transaction, campaign.clone()).await?
    {
        note(
            &transaction,
            permitted,
            "push_campaign.create",
            &campaign,
            now,
        )
        .await?;
        transaction.commit().await?;
        return Ok(Ok(campaign));
    }
    if let Some(made) = store::find_by_key(&transaction, &campaign.campaign_key).await? {
        let is_same = made.creation_digest == campaign.creation_digest;
        return Ok(match is_same {
            true => Ok(made),
            false => Err(vec![PushErrorCode::Conflict.at("clientMutationKey")]),
        });
    }
    if errors.is_empty() {
        return Ok(Err(vec![PushErrorCode::MessageTooLarge.at("body")]));
    }
    Ok(Err(errors))
}

/// Whether every provider that is set up takes a message of that size.
fn fits(gateways: &Gateways, campaign: &push_campaign::Model) -> bool {
    use sea_orm::Iterable;
    let message = message_of(campaign);
    entities::enums::PushProvider::iter()
        .filter_map(|provider| gateways.of(carrier(provider)))
        .all(|gateway| gateway.prepare(&message).is_ok())
}

/// Everything that is wrong with a wish.
async fn faults(database: &Database, reach: &Reach, wish: &Wish) -> Result<Vec<UserError>, Error> {
    let mut errors = Vec::new();
    text_faults(&mut errors, wish);
    let reader = database.reader();
    let audience = &wish.audience;
    let is_theirs = exists(reader, wish.organisation_id).await?
        && covers(reader, reach, wish.organisation_id).await?;
    if !is_theirs {
        errors.push(PushErrorCode::OrganisationNotFound.at("organisation"));
    }
    if topics::list_by_ids(reader, &audience.topic_ids)
        .await?
        .len()
        < audience.topic_ids.len()
    {
        errors.push(PushErrorCode::TopicNotFound.at("audience.topics"));
    }
    if !all_exist(reader, &audience.followed_ids).await? {
        errors.push(PushErrorCode::OrganisationNotFound.at("audience.followersOf"));
    }
    let named: Vec<Uuid> = audience.circle.organisation_ids.iter().copied().collect();
    if !all_exist(reader, &named).await? {
        errors.push(PushErrorCode::OrganisationNotFound.at("audience.organisations"));
    } else if !is_within(reader, reach, audience).await? {
        errors.push(PushErrorCode::OutOfScope.at("audience"));
    }
    Ok(errors)
}

fn text_faults(errors: &mut Vec<UserError>, wish: &Wish) {
    for (field, text, longest) in [
        ("title", &wish.title, LONGEST_TITLE),
        ("body", &wish.body, LONGEST_BODY),
    ] {
        if text.is_empty() {
            errors.push(PushErrorCode::Missing.at(field));
        } else if text.chars().count() > longest {
            errors.push(PushErrorCode::TooLong.at(field));
        }
    }
    let is_link = |link: &str| link.starts_with('/') || is_web_address(link);
    if let Some(link) = &wish.link {
        if link.chars().count() > LONGEST_LINK {
            errors.push(PushErrorCode::TooLong.at("link"));
        } else if !is_link(link) {
            errors.push(PushErrorCode::NotAnAddress.at("link"));
        }
    }
    let is_picture = |url: &String| url.starts_with("https://") && is_web_address(url);
    if wish
        .image_url
        .as_ref()
        .is_some_and(|url| !is_picture(url) || url.chars().count() > LONGEST_LINK)
    {
        errors.push(PushErrorCode::NotAnAddress.at("image"));
    }
}

/// Whether somebody may write to so many: the whole federation's staff to everybody, others to members
/// of their own organisations or okrugs, and to those who follow these.
async fn is_within(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    audience: &PushAudience,
) -> Result<bool, Error> {
    if reach.is_everywhere {
        return Ok(true);
    }
    let circle = &audience.circle;
    let named: Vec<Uuid> = if !circle.organisation_ids.is_empty() {
        circle.organisation_ids.iter().copied().collect()
    } else if audience.topic_ids.is_empty() && !audience.followed_ids.is_empty() {
        audience.followed_ids.clone()
    } else {
        let okrugs = &circle.okrugs;
        return Ok(!okrugs.is_empty() && okrugs.iter().all(|okrug| reach.okrugs.contains(okrug)));
    };
    for organisation_id in named {
        if !covers(connection, reach, organisation_id).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Sends a campaign's message to the devices of whoever asks, now, whatever the hour. It is in nobody's
/// inbox and counts for no report.
///
/// # Errors
/// Whatever the database reports; then nothing was done.
pub async fn test_send(
    database: &Database,
    permitted: &Permitted,
    (campaign, key): (push_campaign::Model, Uuid),
    now: DateTime<Utc>,
) -> Result<Done<push_campaign::Model>, Error> {
    let account_id = permitted.signed_in.account_id;
    let own = devices::list_of_account(database.reader(), account_id).await?;
    if !own.iter().any(|device| device.is_ringing) {
        return Ok(Err(vec![PushErrorCode::NoOwnDevice.error()]));
    }
    let id = Uuid::new_v5(&campaign.id, format!("{account_id}{key}").as_bytes());
    let test = push_campaign::Model {
        id,
        campaign_key: format!("test:{id}"),
        creation_digest: None,
        state: PushCampaignState::Scheduled,
        is_test: true,
        priority: PushPriority::High,
        not_before_at: Some(now),
        expires_at: now + TEST_LIFE,
        snapshot_id: None,
        planned_through: 0,
        planned_at: None,
        leased_until_at: None,
        fence: 0,
        started_at: None,
        finished_at: None,
        failure: None,
        created_by_id: Some(account_id),
        approved_by_id: None,
        approved_at: None,
        created_at: now,
        updated_at: now,
        ..campaign.clone()
    };
    let transaction = database.writer().begin().await?;
    if store::insert(&transaction, test).await? {
        note(
            &transaction,
            permitted,
            "push_campaign.test_send",
            &campaign,
            now,
        )
        .await?;
    }
    transaction.commit().await?;
    Ok(Ok(campaign))
}

/// Notes what was done to a campaign.
pub(super) async fn note(
    transaction: &DatabaseTransaction,
    permitted: &Permitted,
    action: &'static str,
    campaign: &push_campaign::Model,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let entry = permitted.entry(
        action,
        Some(campaign.organisation_id),
        (OBJECT_TYPE, campaign.id),
        json!({ "kind": campaign.kind, "state": campaign.state }),
    );
    Ok(audit::record(transaction, entry, now).await?)
}
