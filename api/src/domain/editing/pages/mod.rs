//! Organisations' pages as their editors have them.

mod document;
mod input;
mod kind;
mod mutation;
mod types;

pub use document::PageDocument;
pub use kind::PAGES;
pub use mutation::PageEditing;
pub use types::OrganisationPageDraft;
