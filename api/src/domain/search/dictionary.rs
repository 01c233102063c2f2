//! What the words of members mean to the texts: synonyms and stop words, from data files.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use serde::Deserialize;

use super::words::{clean, compounds, stem};
use crate::infra::digest::sha256_hex;

const SYNONYMS: &str = include_str!("../../../content/search/synonyms.toml");
const STOP_WORDS: &str = include_str!("../../../content/search/stop-words.txt");
/// Raise it when documents are made differently: they are indexed anew then.
const DOCUMENT_VERSION: u32 = 1;

static DICTIONARY: LazyLock<Dictionary> =
    LazyLock::new(|| Dictionary::compile(&read(SYNONYMS), STOP_WORDS));

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default, rename = "group")]
    groups: Vec<Group>,
    #[serde(default, rename = "see")]
    sees: Vec<See>,
}

/// Phrases that mean the same.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    phrases: Vec<String>,
}

/// Whoever looks for `when` is shown what holds one of `also`, and not the other way round.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct See {
    when: Vec<String>,
    also: Vec<String>,
}

/// A phrase of the dictionary, and the stems that a text which holds it is found by, too.
struct Phrase {
    stems: Vec<String>,
    found_by: Expansion,
}

/// The stems that a text is found by besides its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expansion {
    /// Of phrases that mean the same.
    pub equal: Vec<String>,
    /// Of phrases that lead to it.
    pub leading: Vec<String>,
}

impl Expansion {
    fn extend(&mut self, other: &Self) {
        self.equal.extend(other.equal.iter().cloned());
        self.leading.extend(other.leading.iter().cloned());
    }
}

/// The dictionary, compiled to stems.
pub struct Dictionary {
    phrases_by_first_stem: HashMap<String, Vec<Phrase>>,
    stop_words: HashSet<String>,
}

impl Dictionary {
    /// The product's own.
    pub fn get() -> &'static Self {
        &DICTIONARY
    }

    /// Names the dictionary's contents: documents made with another one are stale.
    pub fn digest() -> String {
        sha256_hex(format!("{DOCUMENT_VERSION}\n{SYNONYMS}\n{STOP_WORDS}"))
    }

    /// Whether a cleaned word says nothing of what is looked for.
    pub fn is_stop_word(&self, word: &str) -> bool {
        self.stop_words.contains(word)
    }

    /// The stems by which a text with these stems, in this order, is found besides its own.
    ///
    /// The longest phrase at each place counts, so that «северо-восточный округ» is not «восточный».
    pub fn expand(&self, stems: &[String]) -> Expansion {
        let mut found = Expansion::default();
        let mut rest = stems;
        while let Some(first) = rest.first() {
            let phrases = self.phrases_by_first_stem.get(first).into_iter().flatten();
            let here: Vec<&Phrase> = phrases
                .filter(|phrase| rest.starts_with(&phrase.stems))
                .collect();
            let longest = here.iter().map(|phrase| phrase.stems.len()).max();
            let taken = longest.unwrap_or(1);
            for phrase in here.iter().filter(|phrase| phrase.stems.len() == taken) {
                found.extend(&phrase.found_by);
            }
            rest = rest.get(taken..).unwrap_or_default();
        }
        found
    }

    fn compile(file: &File, stop_words: &str) -> Self {
        let mut dictionary = Self {
            phrases_by_first_stem: HashMap::new(),
            stop_words: stop_words.split_whitespace().map(clean).collect(),
        };
        for group in &file.groups {
            for phrase in &group.phrases {
                let others = group.phrases.iter().filter(|other| *other != phrase);
                let equal = dictionary.told_apart(others);
                dictionary.add(
                    phrase,
                    Expansion {
                        equal,
                        ..Expansion::default()
                    },
                );
            }
        }
        for see in &file.sees {
            for phrase in &see.also {
                let leading = dictionary.told_apart(&see.when);
                dictionary.add(
                    phrase,
                    Expansion {
                        leading,
                        ..Expansion::default()
                    },
                );
            }
        }
        dictionary
    }

    fn add(&mut self, phrase: &str, found_by: Expansion) {
        let stems = stems_of(phrase);
        if let Some(first) = stems.first().cloned() {
            let phrases = self.phrases_by_first_stem.entry(first).or_default();
            phrases.push(Phrase { stems, found_by });
        }
    }

    /// The stems of phrases, without the words that tell nothing apart.
    fn told_apart<'a>(&self, phrases: impl IntoIterator<Item = &'a String>) -> Vec<String> {
        let stems = phrases
            .into_iter()
            .flat_map(|phrase| searchable_stems(phrase));
        stems
            .filter(|stem| !self.stop_words.contains(stem))
            .collect()
    }
}

fn read(text: &str) -> File {
    // The file is part of the program; a test reads it, so that a broken one never ships.
    toml::from_str(text).unwrap_or_default()
}

/// The stems of a text in order, joined words taken apart.
pub fn stems_of(text: &str) -> Vec<String> {
    compounds(text)
        .iter()
        .flat_map(|compound| compound.parts.iter().map(|part| stem(part)))
        .collect()
}

/// The same, and joined words whole besides.
pub fn searchable_stems(text: &str) -> Vec<String> {
    let mut stems = Vec::new();
    for compound in compounds(text) {
        stems.extend(compound.parts.iter().map(|part| stem(part)));
        if compound.parts.len() > 1 {
            stems.push(stem(&compound.joined()));
        }
    }
    stems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(text: &str) -> Vec<String> {
        Dictionary::get().expand(&stems_of(text)).equal
    }

    #[test]
    fn the_files_are_sound() {
        let file: File = toml::from_str(SYNONYMS).expect("synonyms.toml reads");
        assert!(file.groups.len() > 50, "{}", file.groups.len());
        for group in &file.groups {
            assert!(
                group.phrases.len() > 1,
                "{:?} has nobody to equal",
                group.phrases
            );
        }
        assert!(Dictionary::get().is_stop_word("как"));
    }

    #[test]
    fn a_phrase_is_found_by_its_synonyms() {
        assert!(expanded("Листок нетрудоспособности").contains(&stem("больничный")));
        assert!(expanded("регистрация по месту жительства").contains(&stem("прописка")));
        assert!(!expanded("регистрация").contains(&stem("прописка")));
    }

    #[test]
    fn a_reference_goes_one_way() {
        let dictionary = Dictionary::compile(
            &File {
                groups: vec![],
                sees: vec![See {
                    when: vec!["море".into()],
                    also: vec!["санаторий".into()],
                }],
            },
            "",
        );
        assert_eq!(
            dictionary.expand(&stems_of("санатории")).leading,
            [stem("море")]
        );
        assert_eq!(dictionary.expand(&stems_of("море")), Expansion::default());
    }
}
