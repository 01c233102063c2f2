//! What is wrong with an archive and where, and why a command stopped.

use std::{collections::HashMap, fmt, io, path::Path};

use sea_orm::DbErr;

use super::format::Part;
use crate::{domain::media::StorageTrouble, infra::error::Error};

/// Faults of one file that are named; the rest is only counted.
const MOST_NAMED: u64 = 100;

/// Something wrong with an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub file: String,
    /// The first is 1; none: it is about the whole file.
    pub line: Option<u64>,
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(formatter, "{}:{line}: {}", self.file, self.what),
            None => write!(formatter, "{}: {}", self.file, self.what),
        }
    }
}

/// Everything that was found wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    /// The first hundred of each file.
    pub named: Vec<Problem>,
    /// All of them.
    pub total: u64,
    by_file: HashMap<String, u64>,
}

impl Problems {
    pub fn add(&mut self, problem: Problem) {
        self.total += 1;
        let of_file = self.by_file.entry(problem.file.clone()).or_default();
        *of_file += 1;
        if *of_file <= MOST_NAMED {
            self.named.push(problem);
        }
    }

    pub fn at_line(&mut self, part: Part, line: u64, what: impl Into<String>) {
        self.add(Problem {
            file: part.file_name().into(),
            line: Some(line),
            what: what.into(),
        });
    }

    pub fn of_file(&mut self, file: &str, what: impl Into<String>) {
        self.add(Problem {
            file: file.into(),
            line: None,
            what: what.into(),
        });
    }

    /// Goes on only where nothing is wrong.
    ///
    /// # Errors
    /// All that was found.
    pub fn refuse(self) -> Result<(), Failure> {
        if self.total == 0 {
            return Ok(());
        }
        Err(Failure::Unfit(self))
    }
}

/// Why a command stopped.
#[derive(Debug)]
pub enum Failure {
    /// The archive is not what it should be, or does not fit what is here.
    Unfit(Problems),
    /// A file, or what was asked for; a line for whoever asked.
    Trouble(String),
    /// The database or the library; the log says why.
    Failed {
        /// What was being done.
        at: String,
        error: Error,
    },
}

impl Failure {
    /// Something that happened to a file.
    #[must_use]
    pub fn of_file(path: &Path, cause: &io::Error) -> Self {
        Self::Trouble(format!("{}: {cause}", path.display()))
    }

    /// The same failure while something in particular was being done.
    #[must_use]
    pub fn during(self, what: String) -> Self {
        match self {
            Self::Failed { at, error } if at.is_empty() => Self::Failed { at: what, error },
            other => other,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Failed {
            at: String::new(),
            error,
        }
    }
}

impl From<DbErr> for Failure {
    fn from(cause: DbErr) -> Self {
        Error::from(cause).into()
    }
}

impl From<StorageTrouble> for Failure {
    fn from(trouble: StorageTrouble) -> Self {
        Error::from(trouble).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_faults_of_each_file_are_named_and_all_are_counted() {
        let mut problems = Problems::default();
        for line in 1..=150 {
            problems.at_line(Part::News, line, "is no line");
        }
        problems.at_line(Part::Guides, 7, "is no line");
        assert_eq!((problems.named.len(), problems.total), (101, 151));
        let last = problems.named.last().unwrap();
        assert_eq!(last.to_string(), "guides.jsonl:7: is no line");
    }
}
