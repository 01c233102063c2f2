//! Words as search sees them: cut out of a text, cleaned, and brought to their stems.
//!
//! Both databases are given stems from here and nothing else, so that they find the same things.

use std::{borrow::Cow, ops::Range};

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
    is_plain(letter) || letter.is_alphanumeric() || is_ignored(letter)
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

/// A text in stems, read once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StemmedText {
    /// The stem of every word, in order, joined words taken apart.
    pub stems: Vec<String>,
    /// The cleaned words behind them.
    pub words: Vec<String>,
    /// The stems of joined words whole: `3ндфл`.
    pub joined: Vec<String>,
}

impl StemmedText {
    /// Reads a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut read = Self::default();
        for compound in compounds(text) {
            if compound.parts.len() > 1 {
                read.joined.push(stem(&compound.joined()));
            }
            for word in compound.parts {
                read.stems.push(stem(&word));
                read.words.push(word);
            }
        }
        read
    }

    /// Everything that the text may be found by, without the words that `says_nothing` of.
    pub fn searchable(&self, says_nothing: impl Fn(&str) -> bool) -> Vec<String> {
        let words = self.stems.iter().zip(&self.words);
        let telling = words
            .filter(|(_, word)| !says_nothing(word))
            .map(|(stem, _)| stem);
        self.joined.iter().chain(telling).cloned().collect()
    }
}

/// A word in the one spelling that is compared: composed, lower case, ё as е, nothing invisible.
#[must_use]
pub fn clean(word: &str) -> String {
    // Nearly all words are plain, and composing is what costs most.
    if word.chars().all(is_plain) {
        return word.chars().map(plain_lower_case).collect();
    }
    word.nfc()
        .filter(|letter| !is_ignored(*letter))
        .flat_map(char::to_lowercase)
        .map(|letter| if letter == 'ё' { 'е' } else { letter })
        .collect()
}

fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё')
}

fn plain_lower_case(letter: char) -> char {
    match letter {
        'ё' | 'Ё' => 'е',
        other => other.to_lowercase().next().unwrap_or(other),
    }
}

/// The stem of a cleaned word. Words of other alphabets, codes and abbreviations are their own stems.
#[must_use]
pub fn stem(word: &str) -> String {
    let is_russian = word.chars().all(|letter| matches!(letter, 'а'..='я'));
    let stem: Cow<'_, str> = if is_russian && word.chars().count() > LONGEST_ABBREVIATION {
        Stemmer::create(Algorithm::Russian).stem(word)
    } else {
        word.into()
    };
    // A letter has at least a byte: most stems are short enough without counting.
    if stem.len() <= LONGEST_STEM {
        return stem.into_owned();
    }
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
    fn plain_words_are_cleaned_like_others() {
        for word in ["Ёлка", "ПАСПОРТ", "mos", "Ж3Q", "подъезд"] {
            let composed: String = word.nfc().flat_map(char::to_lowercase).collect();
            assert_eq!(clean(word), composed.replace('ё', "е"), "{word}");
        }
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
