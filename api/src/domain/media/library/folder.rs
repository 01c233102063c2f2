//! A folder of this machine, with a folder an asset: written whole or not at all.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::domain::media::Picture;

/// What stays free wherever something is kept in reserve.
const LEAST_BYTES: u64 = 200 * 1024 * 1024;

#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
    reserve_percent: u64,
}

impl Folder {
    pub const fn new(root: PathBuf, reserve_percent: u64) -> Self {
        Self {
            root,
            reserve_percent,
        }
    }

    pub fn holds(&self, picture: &Picture) -> bool {
        self.root.join(picture.folder()).is_dir()
    }

    /// The variants appear together: the folder is filled under another name first, so that a crash
    /// leaves no asset with half its files.
    pub fn save(&self, picture: &Picture, variants: &[(i32, Vec<u8>)]) -> io::Result<()> {
        if self.holds(picture) {
            return Ok(());
        }
        let unfinished = self.unfinished(&picture.folder());
        let saved = fill(&unfinished, picture, variants)
            .and_then(|()| fs::rename(&unfinished, self.root.join(picture.folder())));
        if saved.is_err() {
            // On a full disk what was begun is in the way of everybody else.
            drop(fs::remove_dir_all(&unfinished));
        }
        saved
    }

    fn unfinished(&self, folder: &str) -> PathBuf {
        self.root.join(format!(".{folder}.{}", std::process::id()))
    }

    pub fn find(&self, folder: &str, file: &str) -> Option<PathBuf> {
        let path = self.root.join(folder).join(file);
        path.is_file().then_some(path)
    }

    /// With what a crash has left of it under other names.
    pub fn remove(&self, folder: &str) -> io::Result<()> {
        let begun = format!(".{folder}.");
        for entry in read(&self.root)? {
            let name = entry?.file_name();
            let name = name.to_string_lossy();
            if name == folder || name.starts_with(&begun) {
                fs::remove_dir_all(self.root.join(&*name)).or_else(unless_gone)?;
            }
        }
        Ok(())
    }

    /// Whether the reserve is untouched.
    pub fn has_room(&self) -> io::Result<bool> {
        fs::create_dir_all(&self.root)?;
        if self.reserve_percent == 0 {
            return Ok(true);
        }
        let room = rustix::fs::statvfs(&self.root)?;
        let free = room.f_bavail.saturating_mul(room.f_frsize);
        let reserved = room.f_blocks.saturating_mul(self.reserve_percent);
        Ok(room.f_bavail.saturating_mul(100) >= reserved && free >= LEAST_BYTES)
    }

    pub fn check(&self) -> Result<String, String> {
        let probe = self.root.join(format!(".doctor.{}", std::process::id()));
        let tried = fs::create_dir_all(&self.root)
            .and_then(|()| fs::write(&probe, b""))
            .and_then(|()| fs::remove_file(&probe));
        match (tried, self.has_room()) {
            (Err(cause), _) | (_, Err(cause)) => Err(format!("{}: {cause}", self.root.display())),
            (Ok(()), Ok(false)) => Err(format!(
                "{} has less than {} % or 200 MiB left: uploads are refused",
                self.root.display(),
                self.reserve_percent
            )),
            (Ok(()), Ok(true)) => Ok(format!("{} is writable", self.root.display())),
        }
    }
}

fn fill(folder: &Path, picture: &Picture, variants: &[(i32, Vec<u8>)]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for (width, bytes) in variants {
        let mut file = File::create(folder.join(picture.file_name(*width)))?;
        file.write_all(bytes)?;
        // An upload that was acknowledged outlives a power cut.
        file.sync_all()?;
    }
    Ok(())
}

/// A folder that is not there has nothing in it.
fn read(folder: &Path) -> io::Result<Vec<io::Result<fs::DirEntry>>> {
    match fs::read_dir(folder) {
        Ok(entries) => Ok(entries.collect()),
        Err(cause) => unless_gone(cause).map(|()| Vec::new()),
    }
}

fn unless_gone(cause: io::Error) -> io::Result<()> {
    if cause.kind() == io::ErrorKind::NotFound {
        return Ok(());
    }
    Err(cause)
}

#[cfg(test)]
mod tests {
    use entities::enums::ImageFormat;
    use uuid::Uuid;

    use super::*;

    fn picture() -> Picture {
        Picture {
            id: Uuid::nil(),
            format: ImageFormat::Png,
            checksum: "0123456789abcdef".into(),
            width: 160,
            height: 90,
            alt: String::new(),
            blur_hash: String::new(),
            credit: None,
        }
    }

    fn names(root: &Path) -> Vec<String> {
        let entries = fs::read_dir(root).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[test]
    fn an_asset_comes_and_goes_whole() {
        let root = std::env::temp_dir().join(format!("mfp-folder-{}", Uuid::now_v7()));
        let folder = Folder::new(root.clone(), 5);
        let picture = picture();
        assert!(folder.remove(&picture.folder()).is_ok(), "nothing is there");
        folder.save(&picture, &[(160, b"bytes".to_vec())]).unwrap();
        assert_eq!(names(&root), [picture.folder()]);
        assert!(folder.find(&picture.folder(), "160.png").is_some());
        assert!(folder.find(&picture.folder(), "320.png").is_none());
        // As a process leaves it that died while it wrote.
        fs::create_dir(root.join(format!(".{}.77", picture.folder()))).unwrap();
        folder.remove(&picture.folder()).unwrap();
        assert_eq!(names(&root), Vec::<String>::new());
        fs::remove_dir(root).unwrap();
    }
}
