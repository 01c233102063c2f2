//! Which database: an address that is known to be one of the two supported kinds.

use std::{fmt, path::PathBuf};

use serde::{Deserialize, Deserializer, de};

/// The address of an SQLite file or of a PostgreSQL server. `Debug` hides the password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    pub(super) fn embedded(url: &str) -> Self {
        Self(url.into())
    }

    /// Accepts `sqlite://path` and `postgres://…`.
    ///
    /// # Errors
    /// Says which kinds there are.
    pub fn parse(text: &str) -> Result<Self, String> {
        let is_server = text.starts_with("postgres://") || text.starts_with("postgresql://");
        let is_file = text
            .strip_prefix("sqlite://")
            .is_some_and(|path| !path.is_empty());
        if is_file || (is_server && url::Url::parse(text).is_ok()) {
            Ok(Self(text.into()))
        } else {
            Err("must be sqlite://path/to/file or postgres://user@host/database".into())
        }
    }

    /// The address with its password, for the driver only.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The database file, where the database is a file.
    #[must_use]
    pub fn sqlite_path(&self) -> Option<PathBuf> {
        let path = self.0.strip_prefix("sqlite://")?;
        let path = path.split_once('?').map_or(path, |(path, _)| path);
        Some(PathBuf::from(path))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match url::Url::parse(&self.0) {
            Ok(mut url) if url.password().is_some() => {
                url.set_password(Some("***")).map_err(|()| fmt::Error)?;
                write!(formatter, "{url}")
            }
            _ => formatter.write_str(&self.0),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl<'de> Deserialize<'de> for DatabaseUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_never_printed() {
        let url = DatabaseUrl::parse("postgres://mfp:secret@db/mfp").unwrap();
        assert!(!format!("{url:?} {url}").contains("secret"));
        assert!(url.reveal().contains("secret"));
    }

    #[test]
    fn only_the_two_databases_are_taken() {
        assert!(DatabaseUrl::parse("mysql://db/mfp").is_err());
        assert!(DatabaseUrl::parse("sqlite://").is_err());
        let file = DatabaseUrl::parse("sqlite://data/mfp.sqlite?mode=rwc").unwrap();
        assert_eq!(file.sqlite_path(), Some(PathBuf::from("data/mfp.sqlite")));
    }
}
