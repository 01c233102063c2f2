//! Membership as clients see it.

mod card;
mod claim;
mod errors;
mod import;
mod membership;

pub use card::{MembershipCard, MembershipCardCheck};
pub use claim::{ClaimForOfficer, MembershipClaim, MembershipClaimState};
pub use errors::MembershipErrorCode;
pub use import::MemberImport;
pub use membership::{Member, Membership, MembershipStatus};
