//! Staff: invitations, passwords with a second factor, roles within scopes.

mod credentials;
mod invitations;
mod notices;
mod passwords;
mod recovery;
mod roles;
mod sign_in;
mod totp;

pub use credentials::{Enrolment, confirm_totp, enrol_totp, reset_password, set_up};
pub use invitations::{Invitation, create_first, disable, invite, request_reset};
pub use notices::{StaffNotice, notify};
pub use roles::{NewGrant, give, may_deal_in, take_back};
pub use sign_in::{Secrets, guard_of, sign_in};
pub use totp::accept as accept_totp;

pub use super::sessions::Device;
