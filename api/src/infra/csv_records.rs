//! Records of a CSV text with the numbers of the lines on which they begin.

use csv::{Position, Reader, ReaderBuilder, StringRecord};

/// The last of equally frequent ones wins.
const DELIMITERS: [u8; 3] = [b',', b'\t', b';'];

/// A record that holds something.
pub struct Record {
    /// The line of the file on which it begins, from 1.
    pub line: u64,
    pub cells: StringRecord,
}

/// The records of a text, one after another.
pub struct Records<'t> {
    reader: Reader<&'t [u8]>,
    lines: LineNumbers<'t>,
}

impl<'t> Records<'t> {
    /// Reads with the delimiter that is most frequent in the first line.
    #[must_use]
    pub fn of(text: &'t str) -> Self {
        let reader = ReaderBuilder::new()
            .delimiter(delimiter_of(text))
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        Self {
            reader,
            lines: LineNumbers::of(text),
        }
    }
}

impl Iterator for Records<'_> {
    type Item = Record;

    /// What can't be read, which no text in memory should bring about, comes out as a record
    /// without cells, so that its width gives it away.
    fn next(&mut self) -> Option<Record> {
        loop {
            let mut cells = StringRecord::new();
            match self.reader.read_record(&mut cells) {
                Ok(false) => return None,
                Ok(true) if cells.iter().all(is_blank) => {}
                _ => {
                    let offset = cells.position().map_or(0, Position::byte);
                    let line = self.lines.of_record_from(offset);
                    return Some(Record { line, cells });
                }
            }
        }
    }
}

/// Whether a cell holds nothing to read.
#[must_use]
pub fn is_blank(cell: &str) -> bool {
    cell.chars()
        .all(|sign| sign.is_whitespace() || sign.is_control())
}

fn delimiter_of(text: &str) -> u8 {
    let times = |delimiter: &u8| {
        let signs = unquoted_in_first_line(text);
        signs.filter(|sign| sign == delimiter).count()
    };
    DELIMITERS.into_iter().max_by_key(times).unwrap_or(b';')
}

fn unquoted_in_first_line(text: &str) -> impl Iterator<Item = u8> {
    let mut is_quoted = false;
    text.trim_start()
        .bytes()
        .filter(move |sign| {
            is_quoted ^= *sign == b'"';
            !is_quoted
        })
        .take_while(|sign| !is_line_break(*sign))
}

const fn is_line_break(sign: u8) -> bool {
    matches!(sign, b'\r' | b'\n')
}

/// Counts lines up to records.
///
/// The reader's own count will not do: the line break before a record and all empty lines there
/// are for it a part of that record.
struct LineNumbers<'t> {
    /// What stands behind the beginning of the last record counted.
    rest: &'t [u8],
    offset_of_rest: u64,
    line: u64,
}

impl<'t> LineNumbers<'t> {
    const fn of(text: &'t str) -> Self {
        Self {
            rest: text.as_bytes(),
            offset_of_rest: 0,
            line: 1,
        }
    }

    /// The line of the record from that byte on. Bytes must come in rising order.
    fn of_record_from(&mut self, offset: u64) -> u64 {
        let distance = offset.saturating_sub(self.offset_of_rest);
        let distance = usize::try_from(distance).unwrap_or(usize::MAX);
        let ahead = self.rest.iter().skip(distance);
        let breaks = ahead.take_while(|sign| is_line_break(**sign)).count();
        self.pass(distance.saturating_add(breaks));
        self.line
    }

    fn pass(&mut self, bytes: usize) {
        let (passed, rest) = self.rest.split_at(bytes.min(self.rest.len()));
        self.rest = rest;
        self.offset_of_rest += passed.len() as u64;
        self.line += line_breaks(passed);
    }
}

/// A carriage return and the line feed behind it are one break.
fn line_breaks(text: &[u8]) -> u64 {
    let mut breaks = 0;
    let mut previous = 0;
    for sign in text.iter().copied() {
        breaks += u64::from(sign == b'\r' || (sign == b'\n' && previous != b'\r'));
        previous = sign;
    }
    breaks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(u64, Vec<String>)> {
        Records::of(text)
            .map(|record| {
                let cells = record.cells.iter().map(str::to_owned).collect();
                (record.line, cells)
            })
            .collect()
    }

    #[test]
    fn delimiters_are_found() {
        for text in [
            "a;b,c;d",
            "a\tb;c\td",
            "a,b;c,d",
            "\"a;;;\",b,c",
            "\n\n a\tb\tc;d",
        ] {
            assert_eq!(Records::of(text).next().unwrap().cells.len(), 3, "{text}");
        }
        assert_eq!(delimiter_of("a;b,c"), b';');
        assert_eq!(delimiter_of("a\n,,,"), b';');
    }

    #[test]
    fn lines_are_counted_through_breaks_of_all_kinds() {
        for line_break in ["\n", "\r\n", "\r"] {
            let text = ["", "a;b", "1;\"x", "y\"", "", ";  ", "2;z", "3;z"].join(line_break);
            let numbers: Vec<_> = lines(&text).into_iter().map(|(line, _)| line).collect();
            assert_eq!(numbers, [2, 3, 7, 8], "{line_break:?}");
        }
    }

    #[test]
    fn quotes_hold_delimiters_and_quotes() {
        let text = "a;b\n\"x;y\";\"ППО \"\"Заря\"\"\"\n";
        let cells = vec!["x;y".to_owned(), "ППО \"Заря\"".to_owned()];
        assert_eq!(lines(text).pop(), Some((2, cells)));
    }

    #[test]
    fn blanks_of_all_kinds_are_blank() {
        assert!(is_blank(" \u{a0}\n") && !is_blank(" ё"));
    }

    #[test]
    fn nothing_comes_of_nothing() {
        assert!(lines("").is_empty() && lines("\n;;;\n \r\n").is_empty());
    }
}
