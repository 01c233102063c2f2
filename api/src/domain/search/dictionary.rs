//! What the words of members mean to the texts: synonyms and stop words, from data files.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use serde::Deserialize;

use super::words::{StemmedText, clean};

const SYNONYMS: &str = include_str!("../../../content/search/synonyms.toml");
const STOP_WORDS: &str = include_str!("../../../content/search/stop-words.txt");
/// Raise it when the files change, or documents are made of things in another way: everything is
/// indexed anew then. A number and not a digest, so that while two programs serve side by side the
/// older one does not undo what the newer one does.
pub const DICTIONARY_VERSION: i32 = 1;

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
    /// A word for each stem of the phrases, to be shown.
    words: HashMap<String, String>,
}

impl Dictionary {
    /// The product's own.
    pub fn get() -> &'static Self {
        &DICTIONARY
    }

    /// Whether a cleaned word says nothing of what is looked for.
    pub fn is_stop_word(&self, word: &str) -> bool {
        self.stop_words.contains(word)
    }

    /// A word of the dictionary with that stem.
    pub fn word_of(&self, stem: &str) -> Option<&String> {
        self.words.get(stem)
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
            words: HashMap::new(),
        };
        let sees = file
            .sees
            .iter()
            .flat_map(|see| see.when.iter().chain(&see.also));
        for phrase in file
            .groups
            .iter()
            .flat_map(|group| &group.phrases)
            .chain(sees)
        {
            let read = StemmedText::of(phrase);
            for (stem, word) in read.stems.into_iter().zip(read.words) {
                dictionary.words.entry(stem).or_insert(word);
            }
        }
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
        let stems = StemmedText::of(phrase).stems;
        if let Some(first) = stems.first().cloned() {
            let phrases = self.phrases_by_first_stem.entry(first).or_default();
            phrases.push(Phrase { stems, found_by });
        }
    }

    /// The stems of phrases, without the words that tell nothing apart.
    fn told_apart<'a>(&self, phrases: impl IntoIterator<Item = &'a String>) -> Vec<String> {
        let read = phrases.into_iter().map(|phrase| StemmedText::of(phrase));
        read.flat_map(|read| read.searchable(|word| self.is_stop_word(word)))
            .collect()
    }
}

fn read(text: &str) -> File {
    // The file is part of the program; a test reads it, so that a broken one never ships.
    toml::from_str(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::search::words::stem;

    fn stems_of(text: &str) -> Vec<String> {
        StemmedText::of(text).stems
    }

    fn expanded(text: &str) -> Vec<String> {
        Dictionary::get().expand(&stems_of(text)).equal
    }

    #[test]
    fn whoever_changes_the_files_raises_the_version() {
        const KNOWN: (i32, &str) = (
            1,
            "8dc62d77473afba8d125346a51040e95295320626c9f2dc13f2234c9cf71ea9b",
        );
        let digest = crate::infra::digest::sha256_hex(format!("{SYNONYMS}\n{STOP_WORDS}"));
        assert_eq!(
            (DICTIONARY_VERSION, digest.as_str()),
            KNOWN,
            "raise DICTIONARY_VERSION, then write both down here"
        );
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
