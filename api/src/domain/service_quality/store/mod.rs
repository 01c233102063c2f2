//! All SQL of service quality.

mod cells;
mod guides;
mod keys;
mod reading;
mod reports;
mod snapshots;
mod state;

pub use cells::{list_months, list_of_guides, list_of_month, replace_of_guides, replace_of_many};
pub use guides::{GuideHeading, PublishedGuide, list_headings, list_published};
pub use reading::{Wanted, list_cells, list_sums};
pub use reports::{count_answers, list_changed, list_reports, list_since};
pub use snapshots::{copy_month, find_first_month, list_frozen, mark_frozen};
pub use state::{keep_state, lock_state};
