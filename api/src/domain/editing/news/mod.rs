//! News as their editors have them.

mod document;
mod input;
mod kind;
mod mutation;
mod types;

pub use document::NewsDocument;
pub use kind::{LONGEST_BODY, LONGEST_HEADLINE, LONGEST_LEAD, LONGEST_TAG, MOST_TAGS, NEWS};
pub use mutation::NewsEditing;
pub use types::NewsArticleDraft;
