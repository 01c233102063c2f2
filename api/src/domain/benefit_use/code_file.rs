//! A file of codes as partners send it: one code a line.
//!
//! Faults are told by line and never repeat what stands there: a code is worth money.

use std::borrow::Cow;

use serde::Serialize;

use crate::infra::text_encoding::Undecodable;

/// Codes that one file may hold.
const MOST_CODES: usize = 200_000;
/// Characters of a code.
const LONGEST_CODE: usize = 64;
/// Faults that a report names; the rest is only counted.
const MOST_NAMED: usize = 100;
/// What may stand above the codes.
const HEADERS: [&str; 2] = ["code", "код"];

/// Why a whole file is not imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeImportProblem {
    BenefitNotFound,
    /// The benefit is given in another way.
    NotByUniqueCode,
    Empty,
    ExcelWorkbook,
    UnknownEncoding,
    TooManyCodes,
}

impl CodeImportProblem {
    /// The spelling that clients match on.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::BenefitNotFound => "BENEFIT_NOT_FOUND",
            Self::NotByUniqueCode => "NOT_BY_UNIQUE_CODE",
            Self::Empty => "EMPTY",
            Self::ExcelWorkbook => "EXCEL_WORKBOOK",
            Self::UnknownEncoding => "UNKNOWN_ENCODING",
            Self::TooManyCodes => "TOO_MANY_CODES",
        }
    }

    /// What to tell the person who brought the file.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::BenefitNotFound => "Такой льготы нет.",
            Self::NotByUniqueCode => "Эту льготу получают не по личному коду: коды ей не нужны.",
            Self::Empty => "В файле нет кодов.",
            Self::ExcelWorkbook => "Это книга Excel: сохраните её как CSV.",
            Self::UnknownEncoding => {
                "Кодировка файла не распознана: сохраните его как CSV в UTF-8."
            }
            Self::TooManyCodes => "В файле больше 200 000 кодов: разделите его.",
        }
    }
}

impl From<Undecodable> for CodeImportProblem {
    fn from(cause: Undecodable) -> Self {
        match cause {
            Undecodable::ExcelWorkbook => Self::ExcelWorkbook,
            Undecodable::UnknownEncoding => Self::UnknownEncoding,
        }
    }
}

/// Why a line is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    TooLong,
    HasSpace,
    Unprintable,
    SeveralColumns,
}

impl Fault {
    const fn code(self) -> &'static str {
        match self {
            Self::TooLong => "TOO_LONG",
            Self::HasSpace => "HAS_SPACE",
            Self::Unprintable => "UNPRINTABLE",
            Self::SeveralColumns => "SEVERAL_COLUMNS",
        }
    }

    const fn message(self) -> &'static str {
        match self {
            Self::TooLong => "Код — не длиннее 64 знаков",
            Self::HasSpace => "Внутри кода не бывает пробелов",
            Self::Unprintable => "В коде есть невидимый знак",
            Self::SeveralColumns => {
                "В строке больше одного столбца: оставьте только коды, а код с запятой, точкой с \
                 запятой или кавычкой заключите в кавычки"
            }
        }
    }
}

/// A line that is no code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedLine {
    /// Where it stands in the file: the first is 1. Empty lines count.
    pub line: usize,
    /// The spelling that clients match on.
    pub code: &'static str,
    /// What to tell the person who brought the file.
    pub message: &'static str,
}

/// What stands in a file.
#[derive(Debug, Default)]
pub struct CodeFile<'t> {
    /// The codes, in their order; the same one may come again.
    pub codes: Vec<Cow<'t, str>>,
    /// The first hundred lines that are no codes.
    pub refused: Vec<RefusedLine>,
    /// All of them.
    pub refused_total: usize,
}

impl<'t> CodeFile<'t> {
    /// Reads a decoded file. Empty lines and a header are passed over.
    ///
    /// # Errors
    /// `Empty` or `TooManyCodes`.
    pub fn read(text: &'t str) -> Result<Self, CodeImportProblem> {
        let lines = (1..).zip(text.lines().map(str::trim));
        let mut filled = lines.filter(|(_, line)| !line.is_empty()).peekable();
        filled.next_if(|(_, line)| is_header(line));
        let mut file = Self::default();
        for (number, line) in filled {
            match code_of(line) {
                Ok(code) => file.codes.push(code),
                Err(fault) => file.refuse(number, fault),
            }
            if file.codes.len() + file.refused_total > MOST_CODES {
                return Err(CodeImportProblem::TooManyCodes);
            }
        }
        if file.codes.is_empty() && file.refused_total == 0 {
            return Err(CodeImportProblem::Empty);
        }
        Ok(file)
    }

    fn refuse(&mut self, line: usize, fault: Fault) {
        self.refused_total += 1;
        if self.refused.len() < MOST_NAMED {
            self.refused.push(RefusedLine {
                line,
                code: fault.code(),
                message: fault.message(),
            });
        }
    }
}

fn is_header(line: &str) -> bool {
    let title = line.trim_matches('"').to_lowercase();
    HEADERS.contains(&title.as_str())
}

fn code_of(line: &str) -> Result<Cow<'_, str>, Fault> {
    let code = only_cell(line)?;
    if code.contains(char::is_whitespace) {
        return Err(Fault::HasSpace);
    }
    if code.contains(is_invisible) {
        return Err(Fault::Unprintable);
    }
    if code.chars().count() > LONGEST_CODE {
        return Err(Fault::TooLong);
    }
    Ok(code)
}

/// A second column, an expiry date say, must not reach members as a part of the code.
fn only_cell(line: &str) -> Result<Cow<'_, str>, Fault> {
    let Some(opened) = line.strip_prefix('"') else {
        let has_more = line.contains([',', ';', '\t']);
        return if has_more {
            Err(Fault::SeveralColumns)
        } else {
            Ok(Cow::Borrowed(line))
        };
    };
    let quoted = opened.strip_suffix('"').ok_or(Fault::SeveralColumns)?;
    if quoted.is_empty() || quoted.replace("\"\"", "").contains('"') {
        return Err(Fault::SeveralColumns);
    }
    Ok(Cow::Owned(quoted.replace("\"\"", "\"")))
}

/// Controls, and what texts copied from pages hide in themselves: soft hyphens, joiners, marks of
/// direction and of byte order (Unicode, general category Cf), the sign of a damaged one.
fn is_invisible(sign: char) -> bool {
    sign.is_control()
        || matches!(
            sign,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffd}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<String> {
        let file = CodeFile::read(text).unwrap();
        assert!(file.refused.is_empty(), "{:?}", file.refused);
        file.codes.into_iter().map(Cow::into_owned).collect()
    }

    fn faults(text: &str) -> Vec<(usize, &'static str)> {
        let file = CodeFile::read(text).unwrap();
        assert_eq!(file.refused.len(), file.refused_total);
        let named = file.refused.iter();
        named.map(|refused| (refused.line, refused.code)).collect()
    }

    #[test]
    fn each_line_is_a_code() {
        assert_eq!(codes("A\r\n  b-2  \n\nШИФР№3\n"), ["A", "b-2", "ШИФР№3"]);
        assert_eq!(codes(&"1".repeat(64)), ["1".repeat(64)]);
        assert_eq!(codes("\"A,1\"\n\"B\"\"2\"\nC\"3"), ["A,1", "B\"2", "C\"3"]);
    }

    #[test]
    fn a_header_is_no_code_but_on_top() {
        for header in ["code", "Code", "\"CODE\"", "код", "Код", "\n\nКОД"] {
            assert_eq!(codes(&format!("{header}\nA")), ["A"], "{header}");
        }
        assert_eq!(codes("A\ncode"), ["A", "code"]);
    }

    #[test]
    fn lines_that_are_no_codes_are_named() {
        let text = format!(
            "code\nA B\nGOOD\n{}\nA\u{200b}B\nA;2027-01-01",
            "1".repeat(65)
        );
        let expected = [
            (2, "HAS_SPACE"),
            (4, "TOO_LONG"),
            (5, "UNPRINTABLE"),
            (6, "SEVERAL_COLUMNS"),
        ];
        assert_eq!(faults(&text), expected);
        for broken in ["\"", "\"\"", "\"A", "\"A\",\"B\"", "A,B"] {
            assert_eq!(faults(broken), [(1, "SEVERAL_COLUMNS")], "{broken}");
        }
    }

    #[test]
    fn a_hundred_faults_are_named_and_all_are_counted() {
        let file = "A B\n".repeat(101);
        let file = CodeFile::read(&file).unwrap();
        assert_eq!((file.refused.len(), file.refused_total), (100, 101));
    }

    #[test]
    fn a_file_has_codes_and_not_too_many() {
        for nothing in ["", "\n \n", "code\n"] {
            let outcome = CodeFile::read(nothing).map(|file| file.codes.len());
            assert_eq!(outcome, Err(CodeImportProblem::Empty), "{nothing:?}");
        }
        let most = "A\n".repeat(MOST_CODES);
        assert_eq!(codes(&most).len(), MOST_CODES);
        let outcome = CodeFile::read(&(most + "A")).map(|file| file.codes.len());
        assert_eq!(outcome, Err(CodeImportProblem::TooManyCodes));
    }
}
