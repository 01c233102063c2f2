//! Reach: how often readers open, read and share what is published.
//!
//! Nobody is behind a count. A batch carries no identity, nothing of who sent it is kept, and what its
//! sender may not see is passed over in silence. Neither the change log nor a cache hears of it. Others
//! may ask for sums a day ([`list_sums`]).

mod counting;
mod mutation;
mod query;
mod rules;
mod store;
mod types;

pub use mutation::ReachMutation;
pub use query::ReachQuery;
pub use rules::Counts;
pub use store::{DaySums, forget_batches, list_sums};
pub use types::ReachErrorCode;
