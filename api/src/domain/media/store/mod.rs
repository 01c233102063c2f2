//! All SQL of pictures that is nobody's in particular.

mod assets;
mod uses;

pub use assets::{
    NewAsset, Picture, delete_asset, find_asset, find_by_source, insert_asset, list_pictures,
    lock_asset, update_texts, uploaded_bytes,
};
pub use uses::{is_shown, list_shown, mark_shown, record_uses, wait_anew};
