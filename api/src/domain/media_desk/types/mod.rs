//! What staff see of pictures, and what can go wrong with them.

mod asset;
mod errors;

pub use asset::MediaAsset;
pub use errors::MediaErrorCode;
