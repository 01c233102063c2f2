//! What staff see of drafts.

mod draft;
mod editor;
mod errors;
mod preview;
mod shown;

pub use draft::{ContentState, Draft, DraftMeta, draft_of};
pub use editor::DraftEditor;
pub use errors::EditingErrorCode;
pub use preview::PreviewLink;
pub use shown::{html_of, picture_of};
