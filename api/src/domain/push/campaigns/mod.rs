//! Campaigns: made by publishing, by rules and by hand; scheduled, approved, cancelled.

mod announcing;
mod calling_off;
mod creating;
mod previewing;
mod registrants;
mod reminding;
mod rules;
mod turning;

use entities::push_campaign;

pub use announcing::{Announcement, announce};
pub use calling_off::call_off;
pub use creating::{Wish, create, test_send};
pub use previewing::{Preview, PreviewOf, preview};
pub use registrants::{RegistrantsNotice, tell_registrants};
pub use reminding::{ChangedGuide, remind_of_ending, tell_of_change};
pub use turning::{Timing, approve, cancel, schedule};

use super::audience::Recipients;
use crate::infra::error::Error;

/// The kind of thing that the audit log names.
pub const OBJECT_TYPE: &str = "PushCampaign";

/// Who gets a campaign.
///
/// # Errors
/// `Internal`, when its audience does not read.
pub fn recipients_of(campaign: &push_campaign::Model) -> Result<Recipients, Error> {
    Ok(Recipients {
        audience: serde_json::from_value(campaign.audience.clone())?,
        kind: campaign.kind,
        // Of a test whose maker has been erased nobody is left.
        only_account_id: campaign
            .is_test
            .then(|| campaign.created_by_id.unwrap_or_default()),
    })
}
