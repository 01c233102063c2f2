//! The folder of variants: written whole or not at all, read by `/media`.

use std::{io, path::PathBuf};

use super::Picture;

/// Where variants lie, a folder an asset.
#[derive(Clone, Debug)]
pub struct MediaLibrary {
    root: PathBuf,
}

impl MediaLibrary {
    /// A library in that folder, which need not exist yet.
    #[must_use]
    pub const fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// Whether the asset's variants are in place.
    #[must_use]
    pub fn holds(&self, picture: &Picture) -> bool {
        self.root.join(picture.folder()).is_dir()
    }

    /// Writes all variants of an asset, `(width, encoded bytes)`.
    ///
    /// They appear together: the folder is filled under another name first, so that a crash leaves
    /// no asset with half its files.
    ///
    /// # Errors
    /// Whatever the file system reports.
    pub fn save(&self, picture: &Picture, variants: &[(i32, Vec<u8>)]) -> io::Result<()> {
        if self.holds(picture) {
            return Ok(());
        }
        let unfinished = self
            .root
            .join(format!(".{}.{}", picture.folder(), std::process::id()));
        std::fs::create_dir_all(&unfinished)?;
        for (width, bytes) in variants {
            std::fs::write(unfinished.join(picture.file_name(*width)), bytes)?;
        }
        std::fs::rename(&unfinished, self.root.join(picture.folder()))
    }
}
