//! Files of an archive: lines written beside the old ones and put in their place, lines read one by one.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    marker::PhantomData,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::{
    format::{FileEntry, LONGEST_LINE, Line, Manifest, Part},
    problem::{Failure, Problems},
};
use crate::infra::digest::hex;

pub const MANIFEST: &str = "manifest.json";
/// A manifest names seventeen files.
const LONGEST_MANIFEST: u64 = 1024 * 1024;
/// Read or written at once.
const BUFFER: usize = 256 * 1024;
/// Lines of one batch, and bytes after which no line is added to it.
const BATCH_LINES: usize = 500;
const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// Makes a folder, and those above it, for its owner alone: drafts are nobody else's to read.
pub fn create_folder(path: &Path) -> Result<(), Failure> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|cause| Failure::of_file(path, &cause))
}

/// A new file beside the one of that name.
pub struct Beside {
    path: PathBuf,
    file: BufWriter<File>,
    digest: Sha256,
    bytes: u64,
}

impl Beside {
    /// Begins it; what a broken-off one has left is written over.
    pub fn create(path: &Path) -> Result<Self, Failure> {
        let beside = beside(path);
        let opened = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&beside);
        let file = opened.map_err(|cause| Failure::of_file(&beside, &cause))?;
        Ok(Self {
            path: path.to_owned(),
            file: BufWriter::with_capacity(BUFFER, file),
            digest: Sha256::new(),
            bytes: 0,
        })
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.digest.update(bytes);
        self.bytes += bytes.len() as u64;
        let written = self.file.write_all(bytes);
        written.map_err(|cause| Failure::of_file(&self.path, &cause))
    }

    /// Brings it to the disk, still under its other name; returns its length and its SHA-256.
    pub fn finish(mut self) -> Result<(u64, String), Failure> {
        let kept = self
            .file
            .flush()
            .and_then(|()| self.file.get_ref().sync_all());
        kept.map_err(|cause| Failure::of_file(&self.path, &cause))?;
        Ok((self.bytes, hex(&self.digest.finalize())))
    }
}

/// Puts the new file in the old one's place.
pub fn take_place(path: &Path) -> Result<(), Failure> {
    fs::rename(beside(path), path).map_err(|cause| Failure::of_file(path, &cause))
}

/// Brings the names of a folder to the disk.
pub fn sync_folder(path: &Path) -> Result<(), Failure> {
    File::open(path)
        .and_then(|folder| folder.sync_all())
        .map_err(|cause| Failure::of_file(path, &cause))
}

fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.partial"))
}

/// A file of lines being written.
pub struct LineWriter<L> {
    file: Beside,
    part: Part,
    lines: u64,
    text: Vec<u8>,
    _of: PhantomData<L>,
}

impl<L: Line> LineWriter<L> {
    pub fn create(folder: &Path) -> Result<Self, Failure> {
        let part = L::PART;
        Ok(Self {
            file: Beside::create(&folder.join(part.file_name()))?,
            part,
            lines: 0,
            text: Vec::new(),
            _of: PhantomData,
        })
    }

    pub fn write(&mut self, line: &L) -> Result<(), Failure> {
        let unwritable =
            |what: String| Failure::Trouble(format!("{} {}: {what}", self.part.label(), line.id()));
        self.text.clear();
        serde_json::to_writer(&mut self.text, line)
            .map_err(|cause| unwritable(cause.to_string()))?;
        if self.text.len() > LONGEST_LINE {
            return Err(unwritable("is longer than the 8 MiB of a line".into()));
        }
        self.text.push(b'\n');
        self.lines += 1;
        self.file.write(&self.text)
    }

    pub fn finish(self) -> Result<FileEntry, Failure> {
        let (bytes, sha256) = self.file.finish()?;
        Ok(FileEntry {
            name: self.part.file_name().into(),
            lines: self.lines,
            bytes,
            sha256,
        })
    }
}

/// Reads the manifest of an archive.
pub fn read_manifest(folder: &Path) -> Result<Manifest, Failure> {
    let mut problems = Problems::default();
    match find_manifest(folder) {
        Ok(Some(manifest)) => match manifest.fault() {
            None => return Ok(manifest),
            Some(fault) => problems.of_file(MANIFEST, fault),
        },
        Ok(None) => {
            let what =
                "is not there: the folder holds no archive, or one whose export was broken off";
            problems.of_file(MANIFEST, what);
        }
        Err(what) => problems.of_file(MANIFEST, what),
    }
    Err(Failure::Unfit(problems))
}

/// The manifest of a folder, whatever version it is of.
pub fn find_manifest(folder: &Path) -> Result<Option<Manifest>, String> {
    let path = folder.join(MANIFEST);
    match plain_length(&path)? {
        None => return Ok(None),
        Some(length) if length > LONGEST_MANIFEST => return Err("is longer than 1 MiB".into()),
        Some(_) => {}
    }
    let text = fs::read(&path).map_err(|cause| cause.to_string())?;
    let read = serde_json::from_slice(&text);
    read.map(Some)
        .map_err(|cause| format!("is no manifest: {cause}"))
}

/// How long a file is; none: it is not there.
///
/// # Errors
/// What is not a plain file: a link would lead out of the archive.
pub fn plain_length(path: &Path) -> Result<Option<u64>, String> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => Ok(Some(found.len())),
        Ok(_) => Err("is not a plain file".into()),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(cause.to_string()),
    }
}

/// The length and the SHA-256 of a file.
pub fn digest_of(path: &Path) -> io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; BUFFER];
    let mut length = 0;
    loop {
        let read = file.read(&mut buffer)?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else {
            return Ok((length, hex(&digest.finalize())));
        };
        digest.update(bytes);
        length += bytes.len() as u64;
    }
}

/// A file of lines being read.
pub struct Lines {
    input: BufReader<File>,
    line: Vec<u8>,
    number: u64,
    digest: Sha256,
    bytes: u64,
}

/// A line that can't be read, nor anything behind it.
#[derive(Debug)]
pub struct Unreadable {
    pub line: u64,
    pub what: String,
}

impl Lines {
    pub fn open(folder: &Path, part: Part) -> Result<Self, String> {
        let path = folder.join(part.file_name());
        if plain_length(&path)?.is_none() {
            return Err("is not there".into());
        }
        let file = File::open(&path).map_err(|cause| cause.to_string())?;
        Ok(Self {
            input: BufReader::with_capacity(BUFFER, file),
            line: Vec::new(),
            number: 0,
            digest: Sha256::new(),
            bytes: 0,
        })
    }

    /// The next line without its end, and its number.
    pub fn read_next(&mut self) -> Result<Option<(u64, &[u8])>, Unreadable> {
        const LONGEST: u64 = LONGEST_LINE as u64 + 1;
        self.line.clear();
        let number = self.number + 1;
        let unreadable = |what: &str| Unreadable {
            line: number,
            what: what.to_owned(),
        };
        let mut bounded = (&mut self.input).take(LONGEST);
        let read = bounded.read_until(b'\n', &mut self.line);
        read.map_err(|cause| unreadable(&cause.to_string()))?;
        if self.line.is_empty() {
            return Ok(None);
        }
        self.digest.update(&self.line);
        self.bytes += self.line.len() as u64;
        self.number = number;
        match self.line.split_last() {
            Some((b'\n', line)) => Ok(Some((number, line))),
            Some(_) if self.line.len() > LONGEST_LINE => {
                Err(unreadable("is longer than the 8 MiB of a line"))
            }
            _ => Err(unreadable("has no end: the file was cut off")),
        }
    }

    /// What was read: lines, bytes, SHA-256.
    pub fn into_sum(self) -> (u64, u64, String) {
        (self.number, self.bytes, hex(&self.digest.finalize()))
    }
}

/// Reads a line.
///
/// # Errors
/// What is wrong with it, in plain words.
pub fn parse<L: Line>(line: &[u8]) -> Result<L, String> {
    let text = std::str::from_utf8(line).map_err(|cause| format!("is not UTF-8: {cause}"))?;
    if holds_nul(text) {
        return Err("holds the sign U+0000, which PostgreSQL can't store".into());
    }
    serde_json::from_str(text).map_err(|cause| {
        cause
            .to_string()
            .replace(" at line 1 column ", " at column ")
    })
}

/// JSON can only write it as an escape. The stroke before that may itself be escaped.
fn holds_nul(text: &str) -> bool {
    text.match_indices("\\u0000").any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let strokes = before.len() - before.trim_end_matches('\\').len();
        strokes.is_multiple_of(2)
    })
}

/// A checked file read again, some lines at a time.
pub struct Batches<L> {
    lines: Lines,
    most_lines: usize,
    most_bytes: usize,
    _of: PhantomData<L>,
}

impl<L: Line> Batches<L> {
    pub fn open(folder: &Path) -> Result<Self, Failure> {
        let opened = Lines::open(folder, L::PART);
        let lines = opened.map_err(|what| changed(L::PART, None, what))?;
        Ok(Self {
            lines,
            most_lines: BATCH_LINES,
            most_bytes: BATCH_BYTES,
            _of: PhantomData,
        })
    }

    /// So many lines at most, whatever their length.
    #[must_use]
    pub fn of_lines(self, most: usize) -> Self {
        Self {
            most_lines: most,
            most_bytes: usize::MAX,
            ..self
        }
    }

    /// The next lines with their numbers; none: that was all.
    pub fn read_next(&mut self) -> Result<Option<Vec<(u64, L)>>, Failure> {
        let mut batch = Vec::new();
        let mut bytes = 0;
        while batch.len() < self.most_lines && bytes < self.most_bytes {
            let read = self.lines.read_next();
            let read = read.map_err(|fault| changed(L::PART, Some(fault.line), fault.what))?;
            let Some((number, line)) = read else { break };
            bytes += line.len();
            let parsed = parse(line).map_err(|what| changed(L::PART, Some(number), what))?;
            batch.push((number, parsed));
        }
        Ok((!batch.is_empty()).then_some(batch))
    }
}

/// It was found fit a moment ago.
fn changed(part: Part, line: Option<u64>, what: String) -> Failure {
    let mut problems = Problems::default();
    match line {
        Some(line) => problems.at_line(part, line, what),
        None => problems.of_file(part.file_name(), what),
    }
    Failure::Unfit(problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_sign_itself_is_a_nul() {
        assert!(holds_nul(r#"{"text":"a\u0000b"}"#));
        assert!(holds_nul(r#"{"text":"a\\\u0000b"}"#));
        assert!(!holds_nul(r#"{"text":"a\\u0000b"}"#));
        assert!(!holds_nul(r#"{"text":"a\u0001b"}"#));
    }

    #[test]
    fn a_file_takes_its_place_when_it_is_whole() {
        let folder = std::env::temp_dir().join(format!("mfp-archive-{}", uuid::Uuid::now_v7()));
        create_folder(&folder).unwrap();
        let path = folder.join("news.jsonl");
        fs::write(&path, "old\n").unwrap();
        let mut new = Beside::create(&path).unwrap();
        new.write(b"new\n").unwrap();
        let (bytes, sha256) = new.finish().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old\n");
        take_place(&path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new\n");
        assert_eq!(digest_of(&path).unwrap(), (bytes, sha256));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn lines_are_numbered_and_the_last_has_an_end() {
        let folder = std::env::temp_dir().join(format!("mfp-archive-{}", uuid::Uuid::now_v7()));
        create_folder(&folder).unwrap();
        fs::write(folder.join("news.jsonl"), "one\ntwo\nthr").unwrap();
        let mut lines = Lines::open(&folder, Part::News).unwrap();
        assert_eq!(lines.read_next().unwrap(), Some((1, b"one".as_slice())));
        assert_eq!(lines.read_next().unwrap(), Some((2, b"two".as_slice())));
        assert_eq!(lines.read_next().unwrap_err().line, 3);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_link_is_no_file_of_an_archive() {
        let folder = std::env::temp_dir().join(format!("mfp-archive-{}", uuid::Uuid::now_v7()));
        create_folder(&folder).unwrap();
        let link = folder.join("news.jsonl");
        std::os::unix::fs::symlink("/etc/hostname", &link).unwrap();
        assert!(plain_length(&link).is_err());
        assert_eq!(plain_length(&folder.join("guides.jsonl")), Ok(None));
        fs::remove_dir_all(&folder).unwrap();
    }
}
