//! What clients see of notifications.

mod campaign;
mod choices;
mod device;
mod errors;
mod inbox;
mod preferences;
mod topic;

pub use campaign::{PushCampaign, PushCampaignPreview, PushOutcome};
pub use choices::{
    PushCampaignKind, PushCampaignState, PushOutcomeKind, PushPlatform, PushPriority, PushProvider,
};
pub use device::PushDevice;
pub use errors::PushErrorCode;
pub use inbox::{Inbox, InboxCounts, InboxItem};
pub use preferences::PushPreferences;
pub use topic::PushTopic;
