//! A campaign in the words of the gateways.

use chrono::{DateTime, Utc};
use entities::{
    enums::{PushCampaignKind, PushPriority, PushProvider},
    push_campaign,
};
use url::Url;
use uuid::Uuid;

use super::gateway::{Message, Priority, Provider};

/// The provider's name at the gateways.
#[must_use]
pub const fn carrier(provider: PushProvider) -> Provider {
    match provider {
        PushProvider::Fcm => Provider::Fcm,
        PushProvider::Apns => Provider::Apns,
        PushProvider::Rustore => Provider::RuStore,
        PushProvider::WebPush => Provider::WebPush,
    }
}

/// What is said. It is the same for everybody: nothing in it tells who gets it.
#[must_use]
pub fn message_of(campaign: &push_campaign::Model) -> Message {
    Message {
        campaign_id: campaign.id,
        title: campaign.title.clone(),
        body: campaign.body.clone(),
        image: campaign
            .image_url
            .as_deref()
            .and_then(|url| Url::parse(url).ok()),
        link: campaign.link.clone(),
        collapse_key: campaign.id.simple().to_string(),
        priority: match campaign.priority {
            PushPriority::Normal => Priority::Normal,
            PushPriority::High => Priority::High,
        },
        expires_at: campaign.expires_at,
        topic_kind: match campaign.kind {
            PushCampaignKind::Service => "service",
            PushCampaignKind::Promotional => "promotional",
        },
    }
}

/// What stands for a campaign's message to a device: the same at every attempt.
#[must_use]
pub fn delivery_id(campaign_id: Uuid, device_public_id: Uuid) -> Uuid {
    Uuid::new_v5(&campaign_id, device_public_id.as_bytes())
}

/// Whether a campaign's time is over.
#[must_use]
pub fn is_over(campaign: &push_campaign::Model, now: DateTime<Utc>) -> bool {
    now >= campaign.expires_at
}
