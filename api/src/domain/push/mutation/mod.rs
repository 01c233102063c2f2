//! Mutations of notifications: devices and what they ring for, the inbox, campaigns.

mod campaigns;
mod devices;
mod inbox;
mod preferences;

use async_graphql::MergedObject;

/// Mutations of notifications.
#[derive(Default, MergedObject)]
pub struct PushMutation(
    devices::DeviceMutation,
    preferences::PreferenceMutation,
    inbox::InboxMutation,
    campaigns::CampaignMutation,
);
