//! Words as search sees them: cut out of a text, cleaned, and brought to their stems.
//!
//! Both databases are given stems from here and nothing else, so that they find the same things.

use std::ops::Range;

use snowball_stemmers_rs::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;

/// Longer words are no words of a language; the columns hold as many characters.
const LONGEST_STEM: usize = 64;
/// The stemmer would cut ЗАО to "за" and ИНН to "ин".
const LONGEST_ABBREVIATION: usize = 3;
/// What comes after the dot of an address: `ru`, `рф`, `com`.
const LONGEST_DOMAIN: usize = 3;

/// Words joined by hyphens, such as `СТД-СФР`, or by the dot of an address; mostly just one word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compound {
    /// Bytes of the text that it takes.
    pub range: Range<usize>,
    /// The words in it, cleaned: lower case, ё as е, without stress marks.
    pub parts: Vec<String>,
}

impl Compound {
    /// The words written as one, as members type codes: `3ндфл`.
    #[must_use]
    pub fn joined(&self) -> String {
        self.parts.concat()
    }
}

/// All words of a text, in order.
#[must_use]
pub fn compounds(text: &str) -> Vec<Compound> {
    let mut found: Vec<Compound> = Vec::new();
    let mut joins = false;
    for range in word_ranges(text) {
        let word = text.get(range.clone()).unwrap_or_default();
        let cleaned = clean(word);
        if cleaned.is_empty() {
            continue;
        }
        let behind = text.get(range.end..).unwrap_or_default();
        match found.last_mut() {
            Some(compound) if joins => {
                compound.range.end = range.end;
                compound.parts.push(cleaned);
            }
            _ => found.push(Compound {
                range: range.clone(),
                parts: vec![cleaned],
            }),
        }
        joins = joins_next(behind);
    }
    found
}

fn word_ranges(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut begun: Option<usize> = None;
    for (at, letter) in text.char_indices() {
        match (is_of_word(letter), begun) {
            (true, None) => begun = Some(at),
            (false, Some(start)) => {
                ranges.push(start..at);
                begun = None;
            }
            _ => {}
        }
    }
    ranges.extend(begun.map(|start| start..text.len()));
    ranges
}

/// Stress marks and soft hyphens stand inside words.
fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || is_ignored(letter)
}

fn is_ignored(letter: char) -> bool {
    matches!(
        letter,
        '\u{300}' | '\u{301}' | '\u{306}' | '\u{308}' | '\u{ad}' | '\u{200b}'..='\u{200d}'
    )
}

/// Whether what stands behind a word ties the next one to it.
fn joins_next(behind: &str) -> bool {
    let mut letters = behind.chars();
    match letters.next() {
        Some('-' | '\u{2010}' | '\u{2011}') => letters.next().is_some_and(char::is_alphanumeric),
        Some('.') => {
            let domain = letters
                .take_while(|letter| letter.is_alphanumeric())
                .count();
            (2..=LONGEST_DOMAIN).contains(&domain)
        }
        _ => false,
    }
}

/// A word in the one spelling that is compared: composed, lower case, ё as е, nothing invisible.
#[must_use]
pub fn clean(word: &str) -> String {
    word.nfc()
        .filter(|letter| !is_ignored(*letter))
        .flat_map(char::to_lowercase)
        .map(|letter| if letter == 'ё' { 'е' } else { letter })
        .collect()
}

/// The stem of a cleaned word. Words of other alphabets, codes and abbreviations are their own stems.
#[must_use]
pub fn stem(word: &str) -> String {
    let is_russian = word.chars().all(|letter| matches!(letter, 'а'..='я'));
    let stem = if is_russian && word.chars().count() > LONGEST_ABBREVIATION {
        Stemmer::create(Algorithm::Russian).stem(word)
    } else {
        word.into()
    };
    stem.chars().take(LONGEST_STEM).collect()
}

/// Whether a word holds a digit.
#[must_use]
pub fn has_digit(word: &str) -> bool {
    word.chars().any(char::is_numeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<Vec<String>> {
        compounds(text).into_iter().map(|one| one.parts).collect()
    }

    #[test]
    fn words_are_cleaned() {
        assert_eq!(clean("Ёлка"), "елка");
        assert_eq!(clean("за\u{301}мок"), "замок");
        assert_eq!(clean("пере\u{ad}нос"), "перенос");
        // A decomposed й is one letter.
        assert_eq!(clean("и\u{306}од"), "йод");
    }

    #[test]
    fn codes_and_addresses_stay_together() {
        assert_eq!(
            parts("«3-НДФЛ», СТД\u{2011}СФР и mos.ru. Ура"),
            [
                vec!["3", "ндфл"],
                vec!["стд", "сфр"],
                vec!["и"],
                vec!["mos", "ru"],
                vec!["ура"]
            ]
        );
        assert_eq!(compounds("3-НДФЛ")[0].joined(), "3ндфл");
        assert_eq!(parts("врач — это"), [vec!["врач"], vec!["это"]]);
    }

    #[test]
    fn inflected_forms_share_a_stem() {
        for (one, other) in [
            ("паспорт", "паспорта"),
            ("льготы", "льгот"),
            ("врачу", "врач"),
        ] {
            assert_eq!(stem(one), stem(other));
        }
        assert_eq!(stem("mos"), "mos");
    }

    #[test]
    fn nothing_is_found_in_signs() {
        assert!(compounds("«» — 🙂 !!! \"&|*").is_empty());
    }
}
