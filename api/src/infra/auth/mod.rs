//! Who asks, what that lets them see and do, and the tokens and keys that prove it.

mod audience;
mod keys;
mod permission;
mod token;
mod viewer;

pub use audience::{ACTIVISTS_AUDIENCE_ID, Audience, PUBLIC_AUDIENCE_ID};
pub use entities::enums::KeyPurpose;
pub use keys::{Jwk, KeyRing, Rotation, SigningKey, id_bytes, rotate_keys};
pub use permission::{Grant, Permission, Reach, Scope, all_roles, permissions_of};
pub use token::{AccessToken, AccessTokens, Claims, Subject};
pub use viewer::{Membership, SignedIn, Viewer};
