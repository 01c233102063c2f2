//! Webhooks: telling the portal and caches outside, when something is published, what went stale.
//!
//! A follower reads the change log behind the publications ([`tell_of_changes`]) and writes one delivery
//! for each webhook; jobs send them, signed as Standard Webhooks has it, until they are taken or given up
//! for staff to look at. A message tells a stranger nothing that the portal would not: of what only
//! members see it names the cache tags and the type.
//!
//! Deliveries are made at least once and in no order: a message names the numbers of its changes, the
//! next one goes on where it ended, and its `webhook-id` stays when it is sent again.

mod delivering;
mod desk;
mod event;
mod following;
mod mutation;
mod query;
mod rules;
mod secret;
mod store;
mod types;

pub use delivering::{JOB as DELIVER_JOB, Sender, deliver_handler};
pub use following::{is_behind, tell_of_changes};
pub use mutation::WebhookMutation;
pub use query::WebhookQuery;
pub use store::forget_old;
pub use types::WebhookErrorCode;
