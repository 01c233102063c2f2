//! Feeds and exports as a row of entries: RSS 2.0, Atom 1.0, JSON Feed, and what WordPress exports (WXR
//! 1.2, which is RSS with more in it).
//!
//! Nothing outside of the file is ever asked for, no entity is expanded but the five of XML, and what
//! nests too deep is refused before it is understood.

mod dates;
mod elements;
mod json;
mod shortcodes;
mod xml;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use encoding_rs::{Encoding, UTF_8};

use super::report::FeedProblem;
use crate::infra::text_encoding;

/// Bytes among which an XML declaration names the encoding.
const DECLARATION: usize = 200;

/// An entry as it stands in its file. Texts are HTML: what was plain is escaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Where it begins: the first line is 1.
    pub line: Option<u32>,
    pub guid: Option<String>,
    pub link: Option<String>,
    pub title: Option<String>,
    pub summary: Option<String>,
    pub content: Option<String>,
    /// Whether lines of the content are lines to its readers, as WordPress keeps them.
    pub keeps_lines: bool,
    pub published_at: Option<DateTime<Utc>>,
    /// Whether a date stands there that is none.
    pub has_bad_date: bool,
    /// The name by which addresses of its site knew it.
    pub slug: Option<String>,
    pub headings: Vec<Heading>,
    pub tags: Vec<String>,
    /// Whether it is no news, or not to be seen by anybody.
    pub is_left_out: bool,
}

/// A heading of the site that an entry comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    pub name: String,
    pub slug: Option<String>,
}

/// Reads the entries of a file, one after another.
///
/// # Errors
/// [`FeedProblem`], possibly after some of the entries; also one that `take` returns.
pub fn read(
    file: &[u8],
    mut take: impl FnMut(Entry) -> Result<(), FeedProblem>,
) -> Result<(), FeedProblem> {
    let text = decode(file)?;
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    match text.chars().next() {
        None => Err(FeedProblem::Empty),
        Some('{') => json::read(text, &mut take),
        Some('<') => xml::read(text, &mut take),
        Some(_) => Err(FeedProblem::NotAFeed),
    }
}

/// UTF-8 is UTF-8 whatever a file says of itself: many were saved anew by hand. Else as it says, else
/// as it looks.
fn decode(file: &[u8]) -> Result<Cow<'_, str>, FeedProblem> {
    let declared = match UTF_8.decode_without_bom_handling_and_without_replacement(file) {
        Some(_) => None,
        None => declared(file),
    };
    let text = declared
        .and_then(|encoding| encoding.decode_without_bom_handling_and_without_replacement(file));
    match text {
        Some(text) if text.contains('\0') => Err(FeedProblem::UnknownEncoding),
        Some(text) => Ok(text),
        None => Ok(text_encoding::decode(file)?),
    }
}

/// The encoding that an XML declaration names: `<?xml version="1.0" encoding="koi8-r"?>`.
fn declared(file: &[u8]) -> Option<&'static Encoding> {
    let head: String = file
        .iter()
        .take(DECLARATION)
        .map(|byte| char::from(*byte))
        .collect();
    let declaration = head.strip_prefix("<?xml")?.split("?>").next()?;
    let (_, named) = declaration.split_once("encoding")?;
    let named = named.trim_start().strip_prefix('=')?.trim_start();
    let quote = named.chars().next()?;
    let label = named.strip_prefix(quote)?.split(quote).next()?;
    Encoding::for_label(label.as_bytes()).filter(|encoding| *encoding != UTF_8)
}

/// A plain text as HTML.
fn as_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    let written = pulldown_cmark_escape::escape_html_body_text(&mut html, text);
    debug_assert!(written.is_ok(), "a string takes whatever is written");
    html
}

#[cfg(test)]
mod tests {
    use encoding_rs::{KOI8_R, WINDOWS_1251};

    use super::*;

    const RSS: &str = "<rss><channel><item><title>Ёлка</title></item></channel></rss>";

    fn titles(file: &[u8]) -> Result<Vec<Option<String>>, FeedProblem> {
        let mut titles = Vec::new();
        read(file, |entry| {
            titles.push(entry.title);
            Ok(())
        })?;
        Ok(titles)
    }

    #[test]
    fn a_file_is_read_in_the_encoding_that_it_is_in() {
        let expected = Ok(vec![Some("Ёлка".to_owned())]);
        for (label, encoding) in [("windows-1251", WINDOWS_1251), ("KOI8-R", KOI8_R)] {
            let text = format!("<?xml version='1.0' encoding='{label}'?>{RSS}");
            assert_eq!(titles(&encoding.encode(&text).0), expected, "{label}");
            // Saved anew in UTF-8, with the old name left in it.
            assert_eq!(titles(text.as_bytes()), expected, "{label}");
        }
        assert_eq!(titles(format!("\u{feff}\n{RSS}").as_bytes()), expected);
        assert_eq!(titles(&WINDOWS_1251.encode(RSS).0), expected);
    }

    #[test]
    fn what_is_no_feed_is_told() {
        for (file, problem) in [
            ("", FeedProblem::Empty),
            ("guid;title\n1;2", FeedProblem::NotAFeed),
            ("<html><body>1</body></html>", FeedProblem::NotAFeed),
            ("{\"items\": []}", FeedProblem::NotAFeed),
            ("PK\x03\x04zip", FeedProblem::NotAFeed),
            ("<rss>\0</rss>", FeedProblem::UnknownEncoding),
        ] {
            assert_eq!(titles(file.as_bytes()), Err(problem), "{file:?}");
        }
    }
}
