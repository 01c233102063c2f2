//! What staff see of drafts.

mod draft;
mod errors;
mod preview;

pub use draft::{ContentState, Draft, DraftMeta, draft_of};
pub use errors::EditingErrorCode;
pub use preview::PreviewLink;
