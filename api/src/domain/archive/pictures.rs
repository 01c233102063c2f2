//! Pictures' files: out of the library into an archive, and back.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use bytes::Bytes;
use futures_util::{StreamExt, stream::BoxStream};

use super::{
    files::{Beside, create_folder, digest_of, plain_length, take_place},
    format::{FileLine, MediaLine},
    problem::Failure,
};
use crate::{
    domain::media::{MediaLibrary, StoredFile},
    infra::digest::sha256_hex,
};

/// The folder of all of them.
const MEDIA: &str = "media";
/// Read of a file at once.
const BUFFER: usize = 256 * 1024;

/// Copies a picture's files out of the library and says what they are. A whole file that is there
/// already is not copied again.
///
/// # Errors
/// A file that the library should have and has not, or that is not what it was.
pub async fn copy_out(
    library: &MediaLibrary,
    archive: &Path,
    line: &MediaLine,
) -> Result<Vec<FileLine>, Failure> {
    let picture = line.picture();
    let folder = picture.folder();
    let into = archive.join(MEDIA).join(&folder);
    create_folder(&into)?;
    let mut files = Vec::new();
    for width in picture.widths() {
        let name = picture.file_name(width);
        let Some(stored) = library.find(&folder, &name).await? else {
            let lost = format!("picture {}: {name} is not in the library", line.id);
            return Err(Failure::Trouble(lost));
        };
        let (bytes, sha256) = keep(stored, &into.join(&name)).await?;
        files.push(FileLine {
            name,
            bytes,
            sha256,
        });
    }
    let largest = files.last().map(|file| &file.sha256);
    if largest != Some(&line.checksum) {
        let damaged = format!("picture {}: its largest file is damaged", line.id);
        return Err(Failure::Trouble(damaged));
    }
    Ok(files)
}

/// Has a stored file stand at that path, and returns its length and its SHA-256.
async fn keep(stored: StoredFile, path: &Path) -> Result<(u64, String), Failure> {
    let there = plain_length(path).map_err(|what| refused(path, &what))?;
    match stored {
        StoredFile::Local(source) => {
            let sum = digest_of(&source).map_err(|cause| Failure::of_file(&source, &cause))?;
            let is_there = there == Some(sum.0)
                && digest_of(path).map_err(|cause| Failure::of_file(path, &cause))? == sum;
            if !is_there {
                copy(&source, path)?;
            }
            Ok(sum)
        }
        // What stands under its own name was written whole, and its bytes never change.
        StoredFile::Remote { length, .. } if there == Some(length) => {
            digest_of(path).map_err(|cause| Failure::of_file(path, &cause))
        }
        StoredFile::Remote { bytes, .. } => fetch(bytes, path).await,
    }
}

fn copy(source: &Path, path: &Path) -> Result<(), Failure> {
    let failed = |cause: io::Error| Failure::of_file(source, &cause);
    let mut from = fs::File::open(source).map_err(failed)?;
    let mut to = Beside::create(path)?;
    let mut buffer = vec![0; BUFFER];
    loop {
        let read = from.read(&mut buffer).map_err(failed)?;
        match buffer.get(..read) {
            Some(bytes) if !bytes.is_empty() => to.write(bytes)?,
            _ => break,
        }
    }
    to.finish()?;
    take_place(path)
}

async fn fetch(
    mut bytes: BoxStream<'static, io::Result<Bytes>>,
    path: &Path,
) -> Result<(u64, String), Failure> {
    let mut file = Beside::create(path)?;
    while let Some(chunk) = bytes.next().await {
        let chunk = chunk.map_err(|cause| Failure::of_file(path, &cause))?;
        file.write(&chunk)?;
    }
    let sum = file.finish()?;
    take_place(path)?;
    Ok(sum)
}

/// What is wrong with the files of a line that was found fit.
pub fn faults_of(archive: &Path, line: &MediaLine) -> Vec<String> {
    let folder = match folder_of(archive, line) {
        Ok(folder) => folder,
        Err(fault) => return vec![fault],
    };
    let fault = |file: &FileLine| {
        fault_of(&folder.join(&file.name), file).map(|what| format!("{}: {what}", file.name))
    };
    line.files.iter().filter_map(fault).collect()
}

fn fault_of(path: &Path, file: &FileLine) -> Option<String> {
    match plain_length(path) {
        Err(what) => return Some(what),
        Ok(None) => return Some("is not there".into()),
        Ok(Some(length)) if length != file.bytes => {
            let expected = file.bytes;
            return Some(format!("has {length} bytes and not {expected}"));
        }
        Ok(Some(_)) => {}
    }
    match digest_of(path) {
        Err(cause) => Some(cause.to_string()),
        Ok((_, sha256)) if sha256 != file.sha256 => Some("its SHA-256 is another".into()),
        Ok(_) => None,
    }
}

/// The folder of a picture's files, which a link may not stand for.
fn folder_of(archive: &Path, line: &MediaLine) -> Result<PathBuf, String> {
    let mut folder = archive.join(MEDIA);
    for name in [None, Some(line.picture().folder())] {
        if let Some(name) = name {
            folder.push(name);
        }
        let found = fs::symlink_metadata(&folder);
        if !found.is_ok_and(|found| found.is_dir()) {
            return Err("its folder is not there".into());
        }
    }
    Ok(folder)
}

/// Puts a picture's files into the library, where they are not there yet.
///
/// # Errors
/// A file that has changed since it was checked, and whatever the library reports.
pub async fn copy_in(
    library: &MediaLibrary,
    archive: &Path,
    line: &MediaLine,
) -> Result<(), Failure> {
    let picture = line.picture();
    if library.holds(&picture).await? {
        return Ok(());
    }
    let folder = folder_of(archive, line).map_err(|what| refused(archive, &what))?;
    let mut variants = Vec::new();
    for (width, file) in picture.widths().into_iter().zip(&line.files) {
        let path = folder.join(&file.name);
        let bytes = fs::read(&path).map_err(|cause| Failure::of_file(&path, &cause))?;
        if sha256_hex(&bytes) != file.sha256 {
            return Err(refused(&path, "its SHA-256 is another than a moment ago"));
        }
        variants.push((width, bytes));
    }
    Ok(library.save(&picture, variants).await?)
}

fn refused(path: &Path, what: &str) -> Failure {
    Failure::Trouble(format!("{}: {what}", path.display()))
}
