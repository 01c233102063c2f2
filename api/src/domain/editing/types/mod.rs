//! What staff see of drafts.

mod draft;
mod errors;

pub use draft::{ContentState, Draft, DraftMeta, draft_of};
pub use errors::EditingErrorCode;
