//! Pictures: what clients see of them, and the folder that their variants lie in.
//!
//! Anyone may embed a [`Picture`]; only this domain knows how an address is made.

mod address;
mod library;
mod store;
mod types;

pub use address::MediaBase;
pub use library::MediaLibrary;
pub use store::{Picture, insert_asset};
pub use types::Image;
