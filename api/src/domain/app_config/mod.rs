//! What an app asks when it starts: whether it is too old, notices, switches, consent texts.

mod query;
mod store;

pub use query::{AppConfigQuery, AppSettings};
pub use store::{NewConsent, insert_consent, list_current_consents};
