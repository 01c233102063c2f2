//! GraphQL mechanisms that every domain uses: pagination, node ids, scalars, batching.

mod batches;
mod connection;
mod node_id;
mod now;
mod scalars;

pub use batches::{Batches, Loader, load_many_of, load_of};
pub use connection::{Cursor, List, PageArguments, Position, TotalCount, connect};
pub use node_id::{NodeId, NodeTag};
pub use now::Now;
pub use scalars::{Date, DateTime, Decimal, Html, Money, PhoneNumber, Url};
