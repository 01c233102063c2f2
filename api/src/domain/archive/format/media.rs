//! Pictures.

use entities::enums::ImageFormat;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Line, Moment, Part, Reference};
use crate::domain::media::Picture;

/// Bytes of a variant. The largest picture that uploads take has 48 MB of pixels, and a PNG of noise is
/// hardly smaller than these.
const LARGEST_FILE: u64 = 64 * 1024 * 1024;
const SHA256_DIGITS: usize = 64;

/// A picture and its files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MediaLine {
    pub id: Uuid,
    pub format: ImageFormat,
    /// SHA-256 of the largest variant; its first twelve digits stand in the folder's name.
    pub checksum: String,
    /// Pixels of the largest variant.
    pub width: i32,
    pub height: i32,
    /// For whoever does not see it.
    pub alt: String,
    pub blur_hash: String,
    pub credit: Option<String>,
    /// Whose staff may use and change it; none: the demo content's. It may be gone: pictures stay.
    pub organisation_id: Option<Uuid>,
    /// SHA-256 of the file that it was made of, by which a repeated upload is told.
    pub source_checksum: Option<String>,
    /// Of the file that it was made of.
    pub source_bytes: i64,
    /// Grows with each change of its texts.
    pub version: i32,
    pub is_demo: bool,
    pub created_at: Moment,
    /// When its texts were last changed; none: never.
    pub updated_at: Option<Moment>,
    /// Its variants, narrow to wide.
    pub files: Vec<FileLine>,
}

/// One variant's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileLine {
    /// `<width>.<ext>`.
    pub name: String,
    pub bytes: u64,
    pub sha256: String,
}

impl MediaLine {
    /// The picture, which knows the names of its files.
    #[must_use]
    pub fn picture(&self) -> Picture {
        Picture {
            id: self.id,
            format: self.format,
            checksum: self.checksum.clone(),
            width: self.width,
            height: self.height,
            alt: self.alt.clone(),
            blur_hash: self.blur_hash.clone(),
            credit: self.credit.clone(),
        }
    }

    /// The same without its files, which no database knows.
    #[must_use]
    pub fn without_files(&self) -> Self {
        Self {
            files: Vec::new(),
            ..self.clone()
        }
    }

    fn fault_of_files(&self) -> Option<String> {
        let picture = self.picture();
        let names = picture.widths().into_iter();
        let expected = names.map(|width| picture.file_name(width));
        if !expected.eq(self.files.iter().map(|file| file.name.clone())) {
            return Some("its files are not the variants of a picture of that width".into());
        }
        if let Some(file) = self.files.iter().find(|file| file.bytes > LARGEST_FILE) {
            return Some(format!("{} has more than 64 MiB", file.name));
        }
        let largest = self.files.last().map(|file| &file.sha256);
        (largest != Some(&self.checksum))
            .then(|| "its checksum is not that of its largest file".into())
    }
}

impl Line for MediaLine {
    const PART: Part = Part::Media;

    fn id(&self) -> Uuid {
        self.id
    }

    fn references(&self) -> Vec<Reference> {
        Vec::new()
    }

    /// The checksum is part of a path: it must be nothing but digits before it is made one.
    fn fault(&self) -> Option<String> {
        if !is_sha256(&self.checksum) {
            return Some("its checksum is no SHA-256".into());
        }
        if self.width < 1 || self.height < 1 {
            return Some("it has no size".into());
        }
        self.fault_of_files()
    }

    fn says_the_same(&self, here: &Self) -> bool {
        self.without_files() == here.without_files()
    }
}

fn is_sha256(text: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() == SHA256_DIGITS && text.bytes().all(is_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> MediaLine {
        let checksum = "0123456789abcdef".repeat(4);
        let file = |name: &str, sha256: &str| FileLine {
            name: name.into(),
            bytes: 10,
            sha256: sha256.into(),
        };
        MediaLine {
            id: Uuid::nil(),
            format: ImageFormat::Png,
            width: 200,
            height: 100,
            alt: String::new(),
            blur_hash: String::new(),
            credit: None,
            organisation_id: None,
            source_checksum: None,
            source_bytes: 0,
            version: 1,
            is_demo: false,
            created_at: chrono::DateTime::UNIX_EPOCH.into(),
            updated_at: None,
            files: vec![file("160.png", "a"), file("200.png", &checksum)],
            checksum,
        }
    }

    #[test]
    fn a_picture_with_all_its_variants_is_fit() {
        assert_eq!(line().fault(), None);
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let mut climbing = line();
        climbing.checksum = "../../../etc".into();
        assert!(
            climbing
                .fault()
                .is_some_and(|fault| fault.contains("SHA-256"))
        );
        let mut renamed = line();
        renamed.files[0].name = "../160.png".into();
        assert!(
            renamed
                .fault()
                .is_some_and(|fault| fault.contains("variants"))
        );
    }
}
