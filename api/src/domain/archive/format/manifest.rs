//! `manifest.json`: what an archive is of, and how each of its files is told from a damaged one.

use serde::{Deserialize, Serialize};

use super::{FORMAT, Moment, OLDEST, Part, VERSION};

/// The archive in short. It is written last: a folder without it holds no archive yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Always [`FORMAT`].
    pub format: String,
    /// The version of the format, from [`OLDEST`] to [`VERSION`].
    pub version: u32,
    /// The version of the program that made it.
    pub product: String,
    /// The version of clients' kept copies at the time, see `changes` in the schema.
    pub schema_epoch: u32,
    /// When it was made first; an archive made again of the same content keeps it.
    pub made_at: Moment,
    /// The slug of the organisation whose part of the tree it is of; none: everything.
    pub organisation: Option<String>,
    /// The files of lines, all that its version has, in the order of [`Part::ALL`].
    pub files: Vec<FileEntry>,
    /// The pictures' files together.
    pub media: MediaEntry,
}

/// A file of lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    pub name: String,
    pub lines: u64,
    pub bytes: u64,
    /// In lower-case hexadecimal digits.
    pub sha256: String,
}

/// The pictures' files together; each of them has its own checksum in `media.jsonl`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MediaEntry {
    pub files: u64,
    pub bytes: u64,
}

impl Manifest {
    /// Why this program can't import such an archive.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        if self.format != FORMAT {
            return Some(format!("is of the format {:?}, not {FORMAT}", self.format));
        }
        if !(OLDEST..=VERSION).contains(&self.version) {
            return Some(format!(
                "is of version {} of the format; this program reads versions {OLDEST} to {VERSION}",
                self.version
            ));
        }
        let parts = Part::ALL.into_iter();
        let parts = parts.filter(|part| part.since() <= self.version);
        let named = self.files.iter().map(|file| file.name.as_str());
        if !named.eq(parts.map(Part::file_name)) {
            return Some("does not name the files of an archive, each once and in order".into());
        }
        None
    }

    /// What it says of a part's file; none: an archive of its version has no such file.
    #[must_use]
    pub fn entry(&self, part: Part) -> Option<&FileEntry> {
        self.files.iter().find(|file| file.name == part.file_name())
    }
}
