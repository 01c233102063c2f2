//! Where pictures lie: a folder, or a bucket of an S3-compatible store.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Deserializer, de};

const BUCKET: &str = "s3://";

/// A folder, or `s3://bucket/prefix`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaUrl {
    Folder(PathBuf),
    Bucket {
        name: String,
        /// Before every object's name, without slashes at its ends; may be empty.
        prefix: String,
    },
}

impl MediaUrl {
    fn parse(text: &str) -> Result<Self, String> {
        let Some(rest) = text.strip_prefix(BUCKET) else {
            if text.is_empty() || text.contains("://") {
                return Err("must be a folder or s3://bucket/prefix".into());
            }
            return Ok(Self::Folder(text.into()));
        };
        let (name, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if name.is_empty() {
            return Err("must name a bucket: s3://bucket/prefix".into());
        }
        Ok(Self::Bucket {
            name: name.into(),
            prefix: prefix.trim_matches('/').into(),
        })
    }

    /// The folder, where it is one.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder),
            Self::Bucket { .. } => None,
        }
    }
}

impl fmt::Display for MediaUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(formatter, "{}", folder.display()),
            Self::Bucket { name, prefix } => write!(formatter, "{BUCKET}{name}/{prefix}"),
        }
    }
}

impl<'de> Deserialize<'de> for MediaUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_folder_or_a_bucket() {
        let bucket = |name: &str, prefix: &str| MediaUrl::Bucket {
            name: name.into(),
            prefix: prefix.into(),
        };
        for (text, expected) in [
            ("data/media", MediaUrl::Folder("data/media".into())),
            ("s3://pictures", bucket("pictures", "")),
            ("s3://pictures/mfp/media/", bucket("pictures", "mfp/media")),
        ] {
            assert_eq!(MediaUrl::parse(text), Ok(expected), "{text}");
        }
        for text in ["", "s3://", "s3:///x", "ftp://pictures"] {
            assert!(MediaUrl::parse(text).is_err(), "{text}");
        }
    }
}
