//! Who asks, and what that lets them see.

mod audience;
mod viewer;

pub use audience::{Audience, PUBLIC_AUDIENCE_ID};
pub use viewer::{Membership, Viewer};
