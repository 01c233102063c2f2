//! All SQL of reports of services.

pub mod authors;
pub mod escalations;
pub mod guides;
pub mod queue;
pub mod reports;
