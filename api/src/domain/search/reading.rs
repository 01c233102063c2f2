//! A query as it may be read: as typed, on the other keyboard layout, from Latin letters.

use std::collections::BTreeSet;

use super::{
    dictionary::Dictionary,
    document::in_title,
    keyboard::{from_latin, is_latin, on_other_layout},
    understanding::Typing,
    vocabulary::{ALL_DOCUMENTS, Vocabulary},
    words::{clean, compounds, has_digit, stem},
};

/// Words of a query that are looked at; nobody means more.
const MOST_WORDS: usize = 12;

/// A word of the query as it was typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    pub typed: String,
    pub parts: Vec<String>,
}

impl Slot {
    /// The words in it written as one.
    pub fn whole(&self) -> String {
        self.parts.concat()
    }
}

/// One way to read the query: as typed, on the other layout, from Latin letters.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    pub slots: Vec<Slot>,
    pub is_as_typed: bool,
}

impl Reading {
    fn of(text: &str, is_as_typed: bool) -> Self {
        let slots = compounds(text)
            .into_iter()
            .take(MOST_WORDS)
            .map(|compound| Slot {
                typed: clean(text.get(compound.range.clone()).unwrap_or_default()),
                parts: compound.parts,
            })
            .collect();
        Self { slots, is_as_typed }
    }

    fn stems(&self) -> impl Iterator<Item = String> + '_ {
        let whole = self.slots.iter().map(|slot| stem(&slot.whole()));
        let parts = self
            .slots
            .iter()
            .flat_map(|slot| slot.parts.iter().map(|part| stem(part)));
        let pairs = self.slots.iter().zip(self.slots.iter().skip(1));
        let joined = pairs.map(|(one, next)| stem(&(one.whole() + &next.whole())));
        whole.chain(parts).chain(joined)
    }

    /// How much of it texts have, in thousandths of its words.
    fn known(&self, vocabulary: &Vocabulary) -> usize {
        self.share(|word| vocabulary.documents(&stem(word)).is_some())
    }

    /// The same, half-typed and mistyped words included.
    fn near(&self, vocabulary: &Vocabulary) -> usize {
        self.share(|word| {
            vocabulary.documents(&stem(word)).is_some()
                || !vocabulary.corrections(word).is_empty()
                || !vocabulary.completions(word).is_empty()
        })
    }

    fn share(&self, has: impl Fn(&str) -> bool) -> usize {
        let had = self.slots.iter().filter(|slot| has(&slot.whole()));
        1000 * had.count() / self.slots.len().max(1)
    }
}

/// A query on its way to being understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    readings: Vec<Reading>,
}

impl Query {
    /// Takes a query apart.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut readings = vec![Reading::of(text, true)];
        if is_latin(text) {
            readings.push(Reading::of(&on_other_layout(text), false));
            readings.push(Reading::of(&from_latin(text), false));
        } else {
            let other = on_other_layout(text);
            if is_latin(&other) {
                readings.push(Reading::of(&other, false));
            }
        }
        readings.retain(|reading| !reading.slots.is_empty());
        Self { readings }
    }

    /// Whether there is nothing to look for: signs and pictures alone.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.readings.is_empty()
    }

    /// The stems to look up in the vocabulary first.
    #[must_use]
    pub fn stems(&self) -> BTreeSet<String> {
        let stems = self.readings.iter().flat_map(Reading::stems);
        stems
            .flat_map(|stem| [in_title(&stem), stem])
            .chain([ALL_DOCUMENTS.to_owned()])
            .collect()
    }

    /// The words that no text has and that have to be guessed.
    #[must_use]
    pub fn unknown(
        &self,
        vocabulary: &Vocabulary,
        dictionary: &Dictionary,
        typing: Typing,
    ) -> BTreeSet<String> {
        let best = self
            .readings
            .iter()
            .map(|reading| reading.known(vocabulary))
            .max();
        self.readings
            .iter()
            .filter(|reading| Some(reading.known(vocabulary)) == best)
            .flat_map(|reading| {
                let last = reading.slots.len().saturating_sub(1);
                let words = reading.slots.iter().map(Slot::whole).enumerate();
                words.filter(move |(at, word)| {
                    vocabulary.documents(&stem(word)).is_none()
                        || (typing == Typing::Ongoing && *at == last)
                })
            })
            .map(|(_, word)| word)
            .filter(|word| typing == Typing::Ongoing || !dictionary.is_stop_word(word))
            .filter(|word| !has_digit(word))
            .collect()
    }

    /// The reading that most of is known, or nearly; guessing is dear, so only where it decides.
    pub fn closest(&self, vocabulary: &Vocabulary) -> Option<&Reading> {
        let known = |reading: &Reading| reading.known(vocabulary);
        let best = self.readings.iter().map(known).max()?;
        let equals: Vec<&Reading> = self
            .readings
            .iter()
            .filter(|one| known(one) == best)
            .collect();
        match equals.as_slice() {
            [only] => Some(only),
            several => several
                .iter()
                .max_by_key(|reading| (reading.near(vocabulary), reading.is_as_typed))
                .copied(),
        }
    }
}
