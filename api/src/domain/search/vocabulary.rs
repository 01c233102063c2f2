//! The vocabulary of all public texts, as far as a query was compared with it.

use std::collections::HashMap;

use super::{
    document::in_title,
    spelling::{self, forgiven},
    words::stem,
};

/// Endings that a half-typed word may have …
pub const MOST_COMPLETIONS: usize = 12;
/// … and one of which so little is typed that any guess is as good …
const MOST_COMPLETIONS_OF_A_STUMP: usize = 4;
/// … which is fewer letters than this.
const STUMP: usize = 4;
/// Words a mistyped one may have been.
const MOST_CORRECTIONS: usize = 3;
/// A word run together of two is at least so long.
const SHORTEST_RUN_TOGETHER: usize = 8;
/// Letters by which a stem and what is mistyped for it differ in length: two mistakes and a suffix.
const MOST_LENGTH_DIFFERENCE: usize = 3;
/// The least that a part of a word run together is.
const SHORTEST_PART: usize = 3;

/// The stem under which the vocabulary counts all public documents.
pub const ALL_DOCUMENTS: &str = "#";

/// A word of the public vocabulary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownWord {
    pub stem: String,
    /// A form of it to show.
    pub word: String,
    pub documents: u64,
}

/// The part of the vocabulary that a query was compared with.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    words: HashMap<String, KnownWord>,
}

impl Vocabulary {
    /// Adds what was found.
    pub fn extend(&mut self, words: impl IntoIterator<Item = KnownWord>) {
        self.words
            .extend(words.into_iter().map(|word| (word.stem.clone(), word)));
    }

    /// How many public documents hold a stem; `None`: no text has it.
    pub fn documents(&self, stem: &str) -> Option<u64> {
        self.words.get(stem).map(|word| word.documents)
    }

    /// How many of them hold it in their title, in another name or in a label.
    pub fn titled(&self, stem: &str) -> Option<u64> {
        self.documents(&in_title(stem))
    }

    /// A word to show for a stem.
    pub fn word<'a>(&'a self, stem: &'a str) -> &'a str {
        self.words.get(stem).map_or(stem, |known| &known.word)
    }

    /// The words that begin so, most frequent first.
    pub fn completions(&self, beginning: &str) -> Vec<&KnownWord> {
        let mut found: Vec<&KnownWord> = self
            .words
            .values()
            .filter(|known| known.stem.starts_with(beginning) || known.word.starts_with(beginning))
            .collect();
        found.sort_by(|one, other| {
            other
                .documents
                .cmp(&one.documents)
                .then_with(|| one.stem.cmp(&other.stem))
        });
        let is_stump = beginning.chars().count() < STUMP;
        found.truncate(if is_stump {
            MOST_COMPLETIONS_OF_A_STUMP
        } else {
            MOST_COMPLETIONS
        });
        found
    }

    /// The words nearest to a mistyped one, with the number of mistakes.
    pub fn corrections(&self, typed: &str) -> Vec<(usize, &KnownWord)> {
        let typed_stem = stem(typed);
        let letters = typed_stem.chars().count();
        let allowed = forgiven(typed.chars().count());
        // Comparing letter by letter costs most: words of quite another length are not compared.
        let is_comparable = |known: &&KnownWord| {
            if !known.stem.chars().all(char::is_alphabetic) {
                return false;
            }
            let known = known.stem.chars().count();
            known >= SHORTEST_PART && known.abs_diff(letters) <= MOST_LENGTH_DIFFERENCE
        };
        let mut found: Vec<(usize, &KnownWord)> = self
            .words
            .values()
            .filter(is_comparable)
            .map(|known| {
                let mistakes = spelling::mistakes(&typed_stem, &known.stem)
                    .min(spelling::mistakes(typed, &known.word));
                (mistakes, known)
            })
            .filter(|(mistakes, _)| (1..=allowed).contains(mistakes))
            .collect();
        found.sort_by(|(fewer, one), (more, other)| {
            fewer
                .cmp(more)
                .then(other.documents.cmp(&one.documents))
                .then_with(|| one.stem.cmp(&other.stem))
        });
        let fewest = found.first().map_or(0, |(mistakes, _)| *mistakes);
        found.retain(|(mistakes, _)| *mistakes == fewest);
        found.truncate(MOST_CORRECTIONS);
        found
    }

    /// The two known words that a word was run together of.
    pub fn cut(&self, word: &str) -> Option<(String, String)> {
        cuts(word)
            .into_iter()
            .map(|(head, tail)| (stem(&head), stem(&tail)))
            .filter_map(|(head, tail)| {
                let rarer = self.documents(&head)?.min(self.documents(&tail)?);
                Some((rarer, (head, tail)))
            })
            .max_by_key(|(rarer, _)| *rarer)
            .map(|(_, parts)| parts)
    }
}

/// What a word run together may be cut into.
pub fn cuts(word: &str) -> Vec<(String, String)> {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < SHORTEST_RUN_TOGETHER {
        return Vec::new();
    }
    (SHORTEST_PART..=letters.len() - SHORTEST_PART)
        .map(|at| {
            let (head, tail) = letters.split_at(at);
            (head.iter().collect(), tail.iter().collect())
        })
        .collect()
}
