//! Push notifications: who wants them, what is said, who carries it, and the inbox.
//!
//! The inbox is the truth and a push is only its bell: what concerns somebody is in their inbox whether
//! a device rang or not. Messages carry nothing of who gets them. A campaign is written in the
//! transaction of its cause ([`announce`]); a [`Postman`] plans and sends it. Who is known by a pseudonym
//! alone gets letters ([`tell`]), which no device rings for. Others may keep topics, note consents
//! ([`note_consent`]), ask what is kept of somebody and which campaigns fail.

mod address;
mod audience;
mod bits;
mod campaigns;
mod failing;
mod fanout;
mod fate;
pub mod gateway;
mod lanes;
mod loaders;
mod message;
mod mutation;
mod own_data;
mod query;
mod quiet;
mod store;
mod subscribing;
mod telling;
mod types;
mod upkeep;
mod wishes;

use std::{fmt, sync::Arc};

pub use audience::Registrants;
pub use campaigns::{
    Announcement, ChangedGuide, RegistrantsNotice, announce, call_off, remind_of_ending,
    tell_of_change, tell_registrants,
};
pub use failing::{count_failing_campaigns, list_failing_campaigns};
pub use fanout::{Postman, Terms};
pub use mutation::PushMutation;
pub use own_data::{erase, personal_data};
pub use query::{PushQuery, ViewerPush};
pub use store::topics::{
    count_choices, delete_topic, insert_topic, topic_slug_is_taken, update_topic,
};
pub use telling::{Letter, forget_letters, tell};
pub use types::{PushCampaign, PushErrorCode, PushPlatform, PushTopic};
pub use upkeep::forget_old;
pub use wishes::note_consent;

use self::gateway::Gateways;

/// The gateways of this process. Cheap to clone.
#[derive(Clone)]
pub struct PushGateways(pub Arc<Gateways>);

impl fmt::Debug for PushGateways {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PushGateways(…)")
    }
}
