//! The words of a text, where they stand and what stands between them.

use std::ops::Range;

/// A word: letters, with hyphens between them.
pub struct Word {
    pub range: Range<usize>,
    pub lower: String,
    pub is_capitalised: bool,
}

impl Word {
    /// How many letters it has.
    #[must_use]
    pub fn length(&self) -> usize {
        self.lower.chars().count()
    }
}

/// The words of a text, in order.
#[must_use]
pub fn words(text: &str) -> Vec<Word> {
    stretches(text, char::is_alphabetic)
        .into_iter()
        .map(|range| {
            let word = text.get(range.clone()).unwrap_or_default();
            Word {
                is_capitalised: word.chars().next().is_some_and(char::is_uppercase),
                lower: word.to_lowercase().replace('ё', "е"),
                range,
            }
        })
        .collect()
}

/// The runs of digits of a text, in order.
#[must_use]
pub fn digits(text: &str) -> Vec<Range<usize>> {
    stretches(text, char::is_numeric)
}

/// The longest stretches of such signs; a hyphen between two letters belongs to their word.
fn stretches(text: &str, is_part: impl Fn(char) -> bool) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, sign) in text.char_indices() {
        if !is_part(sign) {
            continue;
        }
        let end = at + sign.len_utf8();
        match found.last_mut() {
            Some(last) if last.end == at || is_hyphenated(text, last, at, sign) => last.end = end,
            _ => found.push(at..end),
        }
    }
    found
}

fn is_hyphenated(text: &str, last: &Range<usize>, at: usize, sign: char) -> bool {
    sign.is_alphabetic() && text.get(last.end..at) == Some("-")
}

/// What stands between two places.
#[must_use]
pub fn between(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

/// Whether nothing but blanks stands between two places.
#[must_use]
pub fn is_blank(text: &str, from: usize, to: usize) -> bool {
    from < to && between(text, from, to).chars().all(char::is_whitespace)
}
