//! What staff see of reference data.

mod errors;
mod redirect;

pub use errors::ReferenceErrorCode;
pub use redirect::Redirect;
