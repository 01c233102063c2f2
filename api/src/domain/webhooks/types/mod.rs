//! What staff see of webhooks.

mod delivery;
mod errors;
mod webhook;

pub use delivery::{WebhookDelivery, WebhookDeliveryState};
pub use errors::WebhookErrorCode;
pub use webhook::Webhook;
