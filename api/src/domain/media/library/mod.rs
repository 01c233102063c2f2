//! Where variants lie: a folder, or a bucket of an S3-compatible store.

mod bucket;
mod folder;

use std::{io, path::PathBuf};

use bytes::Bytes;
use futures_util::stream::BoxStream;

use self::{bucket::Bucket, folder::Folder};
use super::Picture;
use crate::infra::{
    config::{MediaUrl, Settings},
    error::Error,
};

/// The place of all variants. Cheap to clone.
#[derive(Clone, Debug)]
pub struct MediaLibrary {
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    Folder(Folder),
    Bucket(Bucket),
}

/// Why the place did not do what was asked.
#[derive(Debug)]
pub enum StorageTrouble {
    /// There is no room.
    Full,
    /// It does not answer, or refuses. Whoever runs the server is told by the log.
    Failed(String),
}

/// A variant to be sent.
pub enum StoredFile {
    /// A file of this machine.
    Local(PathBuf),
    /// What a store sends.
    Remote {
        length: u64,
        bytes: BoxStream<'static, io::Result<Bytes>>,
    },
}

impl MediaLibrary {
    /// The library that the settings name. A folder need not exist yet.
    ///
    /// # Errors
    /// One line naming the setting of a store that can't be used.
    pub fn open(settings: &Settings) -> Result<Self, String> {
        let place = match &settings.media_url {
            MediaUrl::Folder(root) => {
                Place::Folder(Folder::new(root.clone(), settings.media_reserve_percent))
            }
            MediaUrl::Bucket { name, prefix } => {
                Place::Bucket(Bucket::open(settings, name, prefix)?)
            }
        };
        Ok(Self { place })
    }

    /// Whether the asset's variants are in place.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn holds(&self, picture: &Picture) -> Result<bool, StorageTrouble> {
        match &self.place {
            Place::Folder(folder) => Ok(folder.holds(picture)),
            Place::Bucket(bucket) => bucket.holds(picture).await,
        }
    }

    /// Whether so much is free that uploads may come (reliability plan §3: into the disk's reserve
    /// they are refused). A store looks after itself.
    ///
    /// # Errors
    /// When the folder can't be asked.
    pub async fn has_room(&self) -> Result<bool, StorageTrouble> {
        match &self.place {
            Place::Folder(folder) => {
                let folder = folder.clone();
                beside(move || folder.has_room()).await
            }
            Place::Bucket(_) => Ok(true),
        }
    }

    /// Writes all variants of an asset, `(width, encoded bytes)`, where they are not in place yet.
    ///
    /// Nobody is told their addresses before this has ended.
    ///
    /// # Errors
    /// What was written of it is taken away again, or swept later.
    pub async fn save(
        &self,
        picture: &Picture,
        variants: Vec<(i32, Vec<u8>)>,
    ) -> Result<(), StorageTrouble> {
        match &self.place {
            Place::Folder(folder) => {
                let (folder, picture) = (folder.clone(), picture.clone());
                beside(move || folder.save(&picture, &variants)).await
            }
            Place::Bucket(bucket) => bucket.save(picture, variants).await,
        }
    }

    /// A variant, by the two last parts of its address, which the caller has found plain.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn find(
        &self,
        folder_name: &str,
        file_name: &str,
    ) -> Result<Option<StoredFile>, StorageTrouble> {
        match &self.place {
            Place::Folder(folder) => {
                let found = folder.find(folder_name, file_name);
                Ok(found.map(StoredFile::Local))
            }
            Place::Bucket(bucket) => bucket.find(folder_name, file_name).await,
        }
    }

    /// Takes all variants of an asset away. What is gone already is no fault.
    ///
    /// # Errors
    /// Some may be left.
    pub async fn remove(&self, folder_name: &str) -> Result<(), StorageTrouble> {
        match &self.place {
            Place::Folder(folder) => {
                let (folder, folder_name) = (folder.clone(), folder_name.to_owned());
                beside(move || folder.remove(&folder_name)).await
            }
            Place::Bucket(bucket) => bucket.remove(folder_name).await,
        }
    }

    /// Writes something and takes it away again.
    ///
    /// # Errors
    /// Why it can't be used.
    pub async fn check(&self) -> Result<String, String> {
        match &self.place {
            Place::Folder(folder) => folder.check(),
            Place::Bucket(bucket) => bucket.check().await,
        }
    }
}

/// Does slow work beside the threads that answer.
async fn beside<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, StorageTrouble> {
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.map_err(|cause| StorageTrouble::Failed(cause.to_string()))?;
    Ok(done?)
}

impl From<io::Error> for StorageTrouble {
    fn from(cause: io::Error) -> Self {
        match cause.kind() {
            // The disk's own end, the user's share of it, the process's.
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => Self::Full,
            _ => Self::Failed(cause.to_string()),
        }
    }
}

impl From<StorageTrouble> for Error {
    fn from(trouble: StorageTrouble) -> Self {
        tracing::error!(?trouble, "the place of pictures is in trouble");
        Self::Unavailable
    }
}
