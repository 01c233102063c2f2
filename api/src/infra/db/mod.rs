//! The database: connecting, migrating once however many start, transactions, pages of rows.

mod bulk;
mod connect;
mod lock;
mod long;
mod many_rows;
mod migrate;
mod page;
mod referring;
mod row;
mod silence;
mod snapshot;
mod transaction;
mod whole_row;

pub use bulk::{Bulk, CopyRows, write_text};
pub use connect::{Database, StartFailure};
pub use lock::{lock_name, lock_row};
pub use long::begin_long;
pub use many_rows::{insert_rows, upsert_rows};
pub use migrate::{ExclusiveDatabase, is_migrated, pending_migrations};
pub use page::{Direction, Page, Position, Slice, keyset};
pub use referring::{Stretch, list_referring};
pub(crate) use row::row;
pub use row::{Row, RowReader, fetch, fetch_row, fetch_rows};
pub use snapshot::begin_snapshot;
pub use transaction::{Change, bump_generation, prune_changes, record_change};
pub use whole_row::{delete_row, forget_id, is_taken_by_another, overwrite_row};
