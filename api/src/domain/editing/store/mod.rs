//! All SQL of editing.

mod authors;
mod desk;
mod held;
mod presence;
mod revisions;
mod slugs;

pub use authors::forget_author;
pub use desk::{Desk, DraftCriteria, DraftPosition, count, list};
pub use held::{
    Held, delete_content, delete_draft, find, hold, insert_content, list_versions, update_content,
    write_draft,
};
pub use presence::{
    delete_presence, delete_presence_until, keep_presence, list_presence_at, list_presence_of,
};
pub use revisions::{
    RevisionPosition, count_revisions, find_revision, find_revision_by_id, insert_revision,
    list_revisions, mark_published, next_number, note_change, replace_document,
};
pub use slugs::{free_slug, hold_slugs, retire_slug};
