//! Membership: the unions' rosters, claims to a place in them, cards and their checks.
//!
//! Where somebody is a member is what an employer must never learn: rosters are sealed, a check of a
//! card says nothing below the city union and leaves no trace.

mod admission;
mod card;
pub mod card_number;
mod claims;
mod code;
mod holder;
mod import;
mod mutation;
mod names;
mod own_data;
mod pass;
mod query;
mod reason;
pub mod roster;
mod rules;
mod store;
mod types;
mod uploading;

pub use admission::{Admission, admit};
pub use import::{APPLY_JOB, NewImport, apply, apply_handler, begin, refuse_unfinished, stage};
pub use mutation::MembershipMutation;
pub use names::{Name, list_names};
pub use own_data::{erase, personal_data};
pub use query::{MembershipQuery, ViewerMembership};
pub use store::{
    cards::forget_old as forget_card_codes,
    imports::{find as find_import, lock as lock_import},
    roster::{count_of_organisation, count_strangers_below},
};
pub use types::{MemberImport, MembershipErrorCode};
pub use uploading::{find_union, receive};
