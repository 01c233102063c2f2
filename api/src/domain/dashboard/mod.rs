//! The dashboard: what waits for whoever writes, how fresh organisations are, who reads them, and which
//! campaigns fail.
//!
//! Every section counts and lists only what lies within the reach of who asks, by conditions of SQL,
//! and shows a few at most. All sections together take at most twenty-six statements, however much there
//! is: two for each of the seven lists (its rows, its count), one each for freshness, reach and
//! withdrawals, at most one a section for the organisations that it names, and two for the guides that
//! concerns are about. What a campaign tells of itself comes on top, for ten campaigns at most.

mod query;
mod rules;
mod store;
mod types;

pub use query::DashboardQuery;
