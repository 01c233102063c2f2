//! A CSV file as lines with named cells.

use crate::{
    domain::reference::desk::{tidy, tidy_optional},
    infra::{csv_records::Records, text_encoding::Undecodable},
};

/// Lines that one file may hold.
const MOST_LINES: usize = 20_000;

/// Why a whole file is not imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileProblem {
    OrganisationNotFound,
    Empty,
    ExcelWorkbook,
    UnknownEncoding,
    TooManyLines,
    UnknownColumn,
    ColumnMissing,
}

impl FileProblem {
    /// The spelling that clients match on.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::OrganisationNotFound => "ORGANISATION_NOT_FOUND",
            Self::Empty => "EMPTY",
            Self::ExcelWorkbook => "EXCEL_WORKBOOK",
            Self::UnknownEncoding => "UNKNOWN_ENCODING",
            Self::TooManyLines => "TOO_MANY_LINES",
            Self::UnknownColumn => "UNKNOWN_COLUMN",
            Self::ColumnMissing => "COLUMN_MISSING",
        }
    }

    /// What to tell the person who brought the file.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::OrganisationNotFound => "Такой организации нет.",
            Self::Empty => "В файле нет ни одной строки с данными.",
            Self::ExcelWorkbook => "Это книга Excel: сохраните её как CSV.",
            Self::UnknownEncoding => {
                "Кодировка файла не распознана: сохраните его как CSV в UTF-8."
            }
            Self::TooManyLines => "В файле больше 20 000 строк: разделите его.",
            Self::UnknownColumn => {
                "В первой строке есть незнакомый столбец или один назван дважды."
            }
            Self::ColumnMissing => "В первой строке названы не все нужные столбцы.",
        }
    }
}

impl From<Undecodable> for FileProblem {
    fn from(cause: Undecodable) -> Self {
        match cause {
            Undecodable::ExcelWorkbook => Self::ExcelWorkbook,
            Undecodable::UnknownEncoding => Self::UnknownEncoding,
        }
    }
}

/// The lines of a file under its header.
pub struct Table {
    columns: Vec<&'static str>,
    pub lines: Vec<Line>,
}

/// A line of a file.
pub struct Line {
    /// Where it begins in the file: the first is 1.
    pub number: u64,
    cells: Vec<String>,
}

impl Table {
    /// Reads a decoded file that must have these columns and may have those.
    ///
    /// # Errors
    /// [`FileProblem`].
    pub fn read(
        text: &str,
        known: &[&'static str],
        required: &[&'static str],
    ) -> Result<Self, FileProblem> {
        let mut records = Records::of(text);
        let header = records.next().ok_or(FileProblem::Empty)?;
        let mut columns = Vec::new();
        for title in &header.cells {
            let title = title.trim().to_lowercase();
            let column = known.iter().find(|column| **column == title);
            let column = column.ok_or(FileProblem::UnknownColumn)?;
            if columns.contains(column) {
                return Err(FileProblem::UnknownColumn);
            }
            columns.push(*column);
        }
        if !required.iter().all(|column| columns.contains(column)) {
            return Err(FileProblem::ColumnMissing);
        }
        let lines: Vec<Line> = records
            .take(MOST_LINES + 1)
            .map(|record| Line {
                number: record.line,
                cells: record.cells.iter().map(tidy).collect(),
            })
            .collect();
        match lines.len() {
            0 => Err(FileProblem::Empty),
            count if count > MOST_LINES => Err(FileProblem::TooManyLines),
            _ => Ok(Self { columns, lines }),
        }
    }

    /// What stands in a column; `None`: the file has no such column.
    #[must_use]
    pub fn cell<'l>(&self, line: &'l Line, column: &str) -> Option<&'l str> {
        let at = self.columns.iter().position(|known| *known == column)?;
        Some(line.cells.get(at).map_or("", String::as_str))
    }

    /// What stands in a column that must be there.
    #[must_use]
    pub fn text(&self, line: &Line, column: &str) -> String {
        self.cell(line, column).unwrap_or_default().to_owned()
    }

    /// Writes a cell over a text, if the file has the column.
    pub fn set(&self, line: &Line, column: &str, target: &mut String) {
        if let Some(cell) = self.cell(line, column) {
            cell.clone_into(target);
        }
    }

    /// The same of a text that need not be there.
    pub fn set_optional(&self, line: &Line, column: &str, target: &mut Option<String>) {
        if let Some(cell) = self.cell(line, column) {
            *target = tidy_optional(Some(cell.to_owned()));
        }
    }
}

/// The title of the column that a field stands in: `brand_name` for `brandName`.
#[must_use]
pub fn column_of(field: &str) -> String {
    let mut column = String::new();
    for letter in field.chars() {
        if letter.is_ascii_uppercase() {
            column.push('_');
        }
        column.push(letter.to_ascii_lowercase());
    }
    column
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Table, FileProblem> {
        Table::read(text, &["host", "path", "permanent"], &["host", "path"])
    }

    #[test]
    fn columns_stand_in_any_order() {
        let table = read("Path;host\n /a ;mtuf.ru\n\n/b\n").unwrap();
        let first = &table.lines[0];
        assert_eq!(table.cell(first, "host"), Some("mtuf.ru"));
        assert_eq!(table.cell(first, "path"), Some("/a"));
        assert_eq!(table.cell(first, "permanent"), None);
        let second = &table.lines[1];
        assert_eq!((second.number, table.cell(second, "host")), (4, Some("")));
    }

    #[test]
    fn a_header_names_what_is_known_and_needed() {
        for (text, problem) in [
            ("", FileProblem::Empty),
            ("host;path\n", FileProblem::Empty),
            ("host;path;colour\na;b;c", FileProblem::UnknownColumn),
            ("host;path;host\na;b;c", FileProblem::UnknownColumn),
            ("host;permanent\na;b", FileProblem::ColumnMissing),
        ] {
            assert_eq!(read(text).err(), Some(problem), "{text}");
        }
    }

    #[test]
    fn fields_are_told_as_columns() {
        assert_eq!(column_of("brandName"), "brand_name");
    }
}
