//! Reading the audit log: for auditors, within the organisations they answer for.
//!
//! Entries are written by `infra::audit` in the transactions they tell of; nobody changes them.

mod query;
mod store;
mod types;

pub use query::AuditLogQuery;
