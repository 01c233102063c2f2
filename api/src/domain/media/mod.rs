//! Pictures: what clients see of them, how files become them, and where their variants lie.
//!
//! Anyone may embed a [`Picture`]; only this domain knows how an address is made. Whoever writes texts
//! tells [`record_uses`] which pictures they show, so that none of these is deleted. Staff's side,
//! uploading and tidying, is the domain `media_desk`.

mod address;
mod decoding;
mod inspecting;
mod library;
mod loaders;
mod reading;
mod shrinking;
mod store;
mod types;

pub use address::MediaBase;
pub use decoding::{Prepared, prepare};
pub use inspecting::Unfit;
pub use library::{MediaLibrary, StorageTrouble, StoredFile};
pub use loaders::PictureById;
pub use store::{
    NewAsset, Picture, delete_asset, find_asset, find_by_source, insert_asset, is_shown,
    list_pictures, list_shown, lock_asset, mark_shown, record_uses, update_texts, uploaded_bytes,
    wait_anew,
};
pub use types::Image;
