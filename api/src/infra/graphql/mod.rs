//! GraphQL mechanisms that every domain uses: pagination, node ids, scalars, batching.
//!
//! A nullable field that can fail returns `Option<Result<T, Error>>`: the library then nulls that
//! field alone. For `Result<Option<T>, Error>` it would null the parent, and one failing section
//! would blank a screen.

mod batches;
mod caller;
mod client_key;
mod connection;
mod length;
mod node_id;
mod now;
mod payload;
mod recall;
mod scalars;
mod selection;
mod standing;

pub use batches::{Batches, Loader, load_many_of, load_of};
pub use caller::Caller;
pub use client_key::client_key;
pub use connection::{Cursor, List, PageArguments, TotalCount, connect, page_length};
pub use length::{at_most, slug_length};
pub use node_id::{NodeId, NodeTag};
pub use now::Now;
pub(crate) use payload::payloads;
pub use payload::{Done, InputError, Stop, UserError, UserErrorCode, done};
pub use recall::{Recall, Shared, recall, recall_of};
pub use scalars::{Date, DateTime, Decimal, Html, Money, PhoneNumber, Url, is_web_address};
pub use selection::Selection;
pub use standing::Standing;
