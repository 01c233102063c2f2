//! Accounts: who signs in, how, and on which devices.
//!
//! Members sign in by a one-time code, staff by password and a second factor; both go on with
//! rotating refresh tokens. Everything that says who somebody is stands sealed under their own key.
//! Others may ask who shows a token ([`Accounts::viewer`]), seal and open what belongs to a person,
//! and send messages.

pub mod contact;

mod codes;
mod guard;
mod loaders;
mod mutation;
mod own_data;
mod passwords;
mod profile;
mod query;
mod rules;
pub mod sending;
mod service;
mod sessions;
pub mod staff;
mod store;
mod types;
mod upkeep;
mod viewing;

pub use guard::{Permitted, may_change, may_read};
pub use mutation::AccountMutation;
pub use own_data::{erase, personal_data};
pub use profile::Profile;
pub use query::{StaffQuery, ViewerAccount, staff_name_of};
pub use service::Accounts;
pub use store::{
    people::{find_account, insert_person, list_holders, lock_account},
    viewing::list_grants,
};
pub use types::{Account, AccountErrorCode};
pub use upkeep::forget_old;
