//! In which encoding an uploaded text is.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1251};

/// How the workbooks of Excel begin: a ZIP archive since 2007, an OLE container before.
const WORKBOOKS: [&[u8]; 2] = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"];
/// In text that really is Windows-1251, at most one in so many signs is no Russian one.
const FOREIGN_SIGNS_ARE_RARER_THAN: usize = 20;

/// Why a file is no text that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undecodable {
    ExcelWorkbook,
    UnknownEncoding,
}

/// Decodes UTF-8, UTF-16 with its mark, or Windows-1251, the mark cut off.
///
/// # Errors
/// `ExcelWorkbook`, or `UnknownEncoding` for whatever would come out garbled: UTF-16 without its
/// mark, damaged UTF-8, KOI8-R, DOS and Macintosh encodings.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Undecodable> {
    if WORKBOOKS.iter().any(|begin| bytes.starts_with(begin)) {
        return Err(Undecodable::ExcelWorkbook);
    }
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => strictly(encoding, bytes.get(mark..).unwrap_or_default()),
        None => strictly(UTF_8, bytes)
            .or_else(|| strictly(WINDOWS_1251, bytes).filter(|text| reads_as_russian(text))),
    };
    text.filter(|text| !text.contains('\0'))
        .ok_or(Undecodable::UnknownEncoding)
}

fn strictly<'b>(encoding: &'static Encoding, bytes: &'b [u8]) -> Option<Cow<'b, str>> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes)
}

/// Any bytes make some Windows-1251, so that only the look of the text tells whether it is one.
fn reads_as_russian(text: &str) -> bool {
    let beyond_ascii = || text.chars().filter(|sign| !sign.is_ascii());
    let foreign = beyond_ascii().filter(|sign| !is_usual(*sign)).count();
    foreign * FOREIGN_SIGNS_ARE_RARER_THAN <= beyond_ascii().count() && is_cased_like_text(text)
}

fn is_usual(sign: char) -> bool {
    is_capital(sign)
        || is_small(sign)
        || matches!(
            sign,
            '№' | '«' | '»' | '“' | '”' | '„' | '’' | '–' | '—' | '…' | '\u{a0}'
        )
}

/// KOI8-R has the two cases the other way round: its Иванов comes out as йЧБОПЧ.
fn is_cased_like_text(text: &str) -> bool {
    let (mut falls, mut rises) = (0_usize, 0_usize);
    for (one, next) in text.chars().zip(text.chars().skip(1)) {
        falls += usize::from(is_capital(one) && is_small(next));
        rises += usize::from(is_small(one) && is_capital(next));
    }
    rises <= falls
}

const fn is_capital(sign: char) -> bool {
    matches!(sign, 'А'..='Я' | 'Ё')
}

const fn is_small(sign: char) -> bool {
    matches!(sign, 'а'..='я' | 'ё')
}

#[cfg(test)]
mod tests {
    use encoding_rs::{IBM866, KOI8_R, X_MAC_CYRILLIC};

    use super::*;

    const TEXT: &str = "card_number;surname\r\n1;Ёлкин\r\n2;Ржевская — «Усть»\r\n";

    fn in_utf_16(text: &str, mark: &[u8], bytes_of: fn(u16) -> [u8; 2]) -> Vec<u8> {
        let units = text.encode_utf16().flat_map(bytes_of);
        mark.iter().copied().chain(units).collect()
    }

    #[test]
    fn usual_encodings_are_told_apart() {
        assert_eq!(decode(TEXT.as_bytes()).unwrap(), TEXT);
        assert_eq!(decode(format!("\u{feff}{TEXT}").as_bytes()).unwrap(), TEXT);
        assert_eq!(decode(&WINDOWS_1251.encode(TEXT).0).unwrap(), TEXT);
        let little = in_utf_16(TEXT, b"\xff\xfe", u16::to_le_bytes);
        assert_eq!(decode(&little).unwrap(), TEXT);
        let big = in_utf_16(TEXT, b"\xfe\xff", u16::to_be_bytes);
        assert_eq!(decode(&big).unwrap(), TEXT);
    }

    #[test]
    fn plain_text_is_not_copied() {
        assert!(matches!(decode(TEXT.as_bytes()), Ok(Cow::Borrowed(_))));
        assert_eq!(decode(b"").unwrap(), "");
    }

    #[test]
    fn capitals_alone_may_be_windows_1251() {
        let text = "card_number;surname\n1;ИВАНОВ";
        assert_eq!(decode(&WINDOWS_1251.encode(text).0).unwrap(), text);
    }

    #[test]
    fn other_encodings_are_refused() {
        for encoding in [KOI8_R, IBM866, X_MAC_CYRILLIC] {
            let outcome = decode(&encoding.encode(TEXT).0).map(Cow::into_owned);
            let name = encoding.name();
            assert_eq!(outcome, Err(Undecodable::UnknownEncoding), "{name}");
        }
    }

    #[test]
    fn damaged_text_is_refused() {
        let mut damaged = TEXT.as_bytes().to_vec();
        damaged.push(0xd0);
        let unmarked = in_utf_16(TEXT, b"", u16::to_le_bytes);
        let odd = b"\xff\xfe1".to_vec();
        for bytes in [damaged, unmarked, odd, b"card\0number".to_vec()] {
            assert_eq!(decode(&bytes), Err(Undecodable::UnknownEncoding));
        }
    }

    #[test]
    fn workbooks_are_told_from_text() {
        for bytes in [
            b"PK\x03\x04\x14\0".as_slice(),
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0",
        ] {
            assert_eq!(decode(bytes), Err(Undecodable::ExcelWorkbook));
        }
    }
}
