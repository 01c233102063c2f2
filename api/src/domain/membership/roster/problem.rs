//! What may be wrong with a roster, and with a line of it.
//!
//! No message repeats a value: reports of imports outlive the uploaded files.

use super::columns::Column;
use crate::infra::text_encoding::Undecodable;

/// Why a whole file is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RosterProblem {
    Empty,
    ExcelWorkbook,
    UnknownEncoding,
    NotCsv,
    /// The title as it stands in the file, shortened; empty if the column has none.
    UnknownColumn(String),
    MissingColumn(Column),
    DuplicateColumn(Column),
}

impl From<Undecodable> for RosterProblem {
    fn from(cause: Undecodable) -> Self {
        match cause {
            Undecodable::ExcelWorkbook => Self::ExcelWorkbook,
            Undecodable::UnknownEncoding => Self::UnknownEncoding,
        }
    }
}

impl RosterProblem {
    /// The spelling that clients match on.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "EMPTY",
            Self::ExcelWorkbook => "EXCEL_WORKBOOK",
            Self::UnknownEncoding => "UNKNOWN_ENCODING",
            Self::NotCsv => "NOT_CSV",
            Self::UnknownColumn(_) => "UNKNOWN_COLUMN",
            Self::MissingColumn(_) => "MISSING_COLUMN",
            Self::DuplicateColumn(_) => "DUPLICATE_COLUMN",
        }
    }

    /// What to tell the person who uploaded the file.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Empty => "Файл пуст".to_owned(),
            Self::ExcelWorkbook => "Это книга Excel: сохраните её как CSV".to_owned(),
            Self::UnknownEncoding => {
                "Кодировка файла не распознана: сохраните его как CSV в UTF-8".to_owned()
            }
            Self::NotCsv => "В первой строке файла нет названий столбцов, разделённых точкой \
                             с запятой, запятой или табуляцией"
                .to_owned(),
            Self::UnknownColumn(title) if title.is_empty() => {
                "В файле есть столбец без названия: удалите его".to_owned()
            }
            Self::UnknownColumn(title) => {
                format!("Столбец «{title}» не нужен: удалите его из файла")
            }
            Self::MissingColumn(column) => {
                format!("Нет обязательного столбца «{}»", column.title())
            }
            Self::DuplicateColumn(column) => {
                format!(
                    "Столбец «{}» повторяет другой: оставьте один",
                    column.title()
                )
            }
        }
    }
}

/// What is wrong with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineProblemCode {
    MissingValue,
    TooLong,
    BadCardNumber,
    BadPhone,
    BadEmail,
    BadDate,
    UnknownStatus,
    DatesInWrongOrder,
    WrongNumberOfColumns,
    DuplicateCardNumber,
    BadYesNo,
}

impl LineProblemCode {
    /// The spelling that clients match on.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MissingValue => "MISSING_VALUE",
            Self::TooLong => "TOO_LONG",
            Self::BadCardNumber => "BAD_CARD_NUMBER",
            Self::BadPhone => "BAD_PHONE",
            Self::BadEmail => "BAD_EMAIL",
            Self::BadDate => "BAD_DATE",
            Self::UnknownStatus => "UNKNOWN_STATUS",
            Self::DatesInWrongOrder => "DATES_IN_WRONG_ORDER",
            Self::WrongNumberOfColumns => "WRONG_NUMBER_OF_COLUMNS",
            Self::DuplicateCardNumber => "DUPLICATE_CARD_NUMBER",
            Self::BadYesNo => "BAD_YES_NO",
        }
    }
}

/// Why a line is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineProblem {
    /// The canonical name of the column.
    pub column: &'static str,
    pub code: LineProblemCode,
    /// What to tell the person who uploaded the file. Never repeats the value.
    pub message: String,
}

impl LineProblem {
    pub(super) fn new(column: Column, code: LineProblemCode, message: impl Into<String>) -> Self {
        Self {
            column: column.name(),
            code,
            message: message.into(),
        }
    }
}
