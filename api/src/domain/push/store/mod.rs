//! All SQL of notifications.

pub mod audience;
pub mod campaigns;
pub mod chunks;
pub mod devices;
pub mod failing;
pub mod inbox;
pub mod letters;
pub mod preferences;
pub mod saved;
pub mod topics;
