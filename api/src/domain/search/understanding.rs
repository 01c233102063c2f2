//! What a member means by what they typed: words against the vocabulary of all public texts.

use std::collections::{BTreeSet, HashMap};

use super::{
    dictionary::Dictionary,
    keyboard::{from_latin, is_latin, on_other_layout},
    spelling::{self, forgiven},
    words::{clean, compounds, has_digit, stem},
};

/// Words of a query that are looked at; nobody means more.
const MOST_WORDS: usize = 12;
/// Endings that a half-typed word may have.
const MOST_COMPLETIONS: usize = 12;
/// Words a mistyped one may have been.
const MOST_CORRECTIONS: usize = 3;
/// A word run together of two is at least so long.
const SHORTEST_RUN_TOGETHER: usize = 8;
/// Letters by which a stem and what is mistyped for it differ in length: two mistakes and a suffix.
const MOST_LENGTH_DIFFERENCE: usize = 3;
/// The least that a part of a word run together is.
const SHORTEST_PART: usize = 3;

/// How sure it is that a half-typed word was meant so …
const COMPLETED: f64 = 0.9;
/// … and a shortened one in the middle of a query.
const SHORTENED: f64 = 0.6;

/// A way in which part of a query can be met by a document: by all of these stems.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    pub stems: Vec<String>,
    /// How sure it is that this was meant, 0 to 1.
    pub weight: f64,
}

/// A word of a query, or several that mean one thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    pub alternatives: Vec<Alternative>,
    /// How many public documents meet it, roughly.
    pub documents: u64,
    /// How many of them in their title or among their labels.
    pub titled: u64,
    /// What it is shown as, where that differs from what was typed.
    pub shown: Option<String>,
    typed: String,
}

/// A query that was understood.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Meaning {
    pub terms: Vec<Term>,
    /// How many public documents there are.
    pub documents: u64,
}

impl Meaning {
    /// The query as it was understood, where that is not what was typed.
    #[must_use]
    pub fn corrected(&self) -> Option<String> {
        self.terms.iter().any(|term| term.shown.is_some()).then(|| {
            let words = self
                .terms
                .iter()
                .map(|term| term.shown.as_ref().unwrap_or(&term.typed));
            words.map(String::as_str).collect::<Vec<_>>().join(" ")
        })
    }

    /// Every stem that a document may be met by.
    #[must_use]
    pub fn stems(&self) -> BTreeSet<&str> {
        self.terms
            .iter()
            .flat_map(|term| &term.alternatives)
            .flat_map(|alternative| alternative.stems.iter().map(String::as_str))
            .collect()
    }
}

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

    fn documents(&self, stem: &str) -> Option<u64> {
        self.words.get(stem).map(|word| word.documents)
    }

    fn word<'a>(&'a self, stem: &'a str) -> &'a str {
        self.words.get(stem).map_or(stem, |known| &known.word)
    }

    /// The words that begin so, most frequent first.
    fn completions(&self, beginning: &str) -> Vec<&KnownWord> {
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
        found.truncate(MOST_COMPLETIONS);
        found
    }

    /// The words nearest to a mistyped one, with the number of mistakes.
    fn corrections(&self, typed: &str) -> Vec<(usize, &KnownWord)> {
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
}

/// Whether the last word may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typing {
    /// Suggestions are wanted while somebody types: even a whole word may be the beginning of one.
    Ongoing,
    /// The query is sent; a last word that texts have is a word.
    Finished,
}

/// What stands before a stem where the vocabulary counts titles.
pub const IN_TITLE_MARK: &str = "=";

/// The stem under which the vocabulary counts all public documents.
pub const ALL_DOCUMENTS: &str = "#";

/// A word of the query as it was typed.
#[derive(Clone, Debug, PartialEq)]
struct Slot {
    typed: String,
    parts: Vec<String>,
}

impl Slot {
    fn whole(&self) -> String {
        self.parts.concat()
    }
}

/// One way to read the query: as typed, on the other layout, from Latin letters.
#[derive(Clone, Debug, PartialEq)]
struct Reading {
    slots: Vec<Slot>,
    is_as_typed: bool,
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
            .flat_map(|stem| [format!("{IN_TITLE_MARK}{stem}"), stem])
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
    fn closest(&self, vocabulary: &Vocabulary) -> Option<&Reading> {
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

    /// The query as the vocabulary has it.
    #[must_use]
    pub fn understand(
        &self,
        vocabulary: &Vocabulary,
        dictionary: &Dictionary,
        typing: Typing,
    ) -> Meaning {
        let Some(reading) = self.closest(vocabulary) else {
            return Meaning::default();
        };
        let documents = vocabulary.documents(ALL_DOCUMENTS).unwrap_or_default();
        let mut terms = terms(reading, vocabulary, dictionary);
        if typing == Typing::Ongoing {
            go_on(&mut terms, reading, vocabulary, dictionary);
        }
        for term in &mut terms {
            term.documents = documents_of(&term.alternatives, vocabulary, "").min(documents);
            let titled = documents_of(&term.alternatives, vocabulary, IN_TITLE_MARK);
            term.titled = titled.min(documents);
            if !reading.is_as_typed {
                term.shown.get_or_insert_with(|| term.typed.clone());
            }
        }
        Meaning { terms, documents }
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

/// Adds the words that a last word may become. A stop word may be the beginning of one, too.
fn go_on(
    terms: &mut Vec<Term>,
    reading: &Reading,
    vocabulary: &Vocabulary,
    dictionary: &Dictionary,
) {
    let Some(slot) = reading.slots.last() else {
        return;
    };
    let typed = slot.whole();
    let was_dropped = dictionary.is_stop_word(&typed)
        && reading
            .slots
            .iter()
            .any(|slot| !dictionary.is_stop_word(&slot.whole()));
    if was_dropped && !vocabulary.completions(&typed).is_empty() {
        terms.push(Term {
            alternatives: vec![sure(vec![stem(&typed)])],
            documents: 0,
            titled: 0,
            shown: None,
            typed: slot.typed.clone(),
        });
    } else if was_dropped {
        return;
    }
    if let Some(term) = terms.last_mut() {
        complete(term, &typed, vocabulary);
    }
}

fn complete(term: &mut Term, typed: &str, vocabulary: &Vocabulary) {
    for known in vocabulary.completions(typed) {
        let is_new = |other: &Alternative| other.stems != [known.stem.as_str()];
        if term.alternatives.iter().all(is_new) {
            term.alternatives.push(guess(&[&known.stem], COMPLETED));
        }
    }
}

fn documents_of(alternatives: &[Alternative], vocabulary: &Vocabulary, mark: &str) -> u64 {
    let rarest = |alternative: &Alternative| {
        let documents = alternative
            .stems
            .iter()
            .map(|stem| vocabulary.documents(&format!("{mark}{stem}")).unwrap_or(0));
        documents.min().unwrap_or(0)
    };
    alternatives.iter().map(rarest).sum()
}

fn terms(reading: &Reading, vocabulary: &Vocabulary, dictionary: &Dictionary) -> Vec<Term> {
    let says_something = |slot: &Slot| !dictionary.is_stop_word(&slot.whole());
    // Stop words must not empty a query.
    let keeps_stop_words = !reading.slots.iter().any(says_something);
    let mut terms = Vec::new();
    let mut slots = reading.slots.iter().peekable();
    while let Some(slot) = slots.next() {
        if let Some(next) = slots.peek()
            && let Some(term) = joined(slot, next, vocabulary)
        {
            slots.next();
            terms.push(term);
            continue;
        }
        if keeps_stop_words || says_something(slot) {
            let is_last = slots.peek().is_none();
            terms.push(term(slot, is_last, vocabulary));
        }
    }
    terms
}

/// Two words that texts write as one: `3 ндфл`, `загран паспорт`.
fn joined(one: &Slot, next: &Slot, vocabulary: &Vocabulary) -> Option<Term> {
    let whole = stem(&(one.whole() + &next.whole()));
    vocabulary.documents(&whole)?;
    let apart = [stem(&one.whole()), stem(&next.whole())];
    let mut alternatives = vec![sure(vec![whole])];
    let is_code = has_digit(&one.whole()) || has_digit(&next.whole());
    if !is_code
        && apart
            .iter()
            .all(|stem| vocabulary.documents(stem).is_some())
    {
        alternatives.push(sure(apart.into()));
    }
    Some(Term {
        alternatives,
        documents: 0,
        titled: 0,
        shown: None,
        typed: format!("{} {}", one.typed, next.typed),
    })
}

fn term(slot: &Slot, is_last: bool, vocabulary: &Vocabulary) -> Term {
    let whole = slot.whole();
    let whole_stem = stem(&whole);
    let mut alternatives = Vec::new();
    let mut shown = None;
    if vocabulary.documents(&whole_stem).is_some() {
        alternatives.push(sure(vec![whole_stem.clone()]));
    }
    let may_fall_apart = alternatives.is_empty() || !has_digit(&whole);
    if slot.parts.len() > 1 && may_fall_apart {
        alternatives.push(sure(slot.parts.iter().map(|part| stem(part)).collect()));
    }
    if alternatives.is_empty() {
        (alternatives, shown) = guesses(&whole, is_last, vocabulary);
    }
    if alternatives.is_empty() {
        // Texts for members may still have it: only the public ones are in the vocabulary.
        alternatives.push(sure(vec![whole_stem]));
    }
    Term {
        alternatives,
        documents: 0,
        titled: 0,
        shown,
        typed: slot.typed.clone(),
    }
}

fn guesses(
    word: &str,
    is_last: bool,
    vocabulary: &Vocabulary,
) -> (Vec<Alternative>, Option<String>) {
    // A word is half-typed where the cursor stands, and sometimes shortened elsewhere.
    let completion_weight = if is_last { COMPLETED } else { SHORTENED };
    let completions = vocabulary.completions(word);
    let mut alternatives: Vec<Alternative> = completions
        .iter()
        .map(|known| guess(&[&known.stem], completion_weight))
        .collect();
    if let Some((head, tail)) = cut(word, vocabulary) {
        let shown = format!("{} {}", vocabulary.word(&head), vocabulary.word(&tail));
        alternatives.push(guess(&[&head, &tail], 0.95));
        if completions.is_empty() {
            return (alternatives, Some(shown));
        }
    }
    let corrections = vocabulary.corrections(word);
    let trust = if completions.is_empty() { 0.85 } else { 0.5 };
    for (order, (mistakes, known)) in (0u8..).zip(&corrections) {
        let doubt = 0.1 * f64::from(order) + if *mistakes > 1 { 0.1 } else { 0.0 };
        alternatives.push(guess(&[&known.stem], trust - doubt));
    }
    let shown = corrections
        .first()
        .filter(|_| completions.is_empty())
        .map(|(_, known)| known.word.clone());
    (alternatives, shown)
}

fn cut(word: &str, vocabulary: &Vocabulary) -> Option<(String, String)> {
    cuts(word)
        .into_iter()
        .map(|(head, tail)| (stem(&head), stem(&tail)))
        .filter_map(|(head, tail)| {
            let rarer = vocabulary
                .documents(&head)?
                .min(vocabulary.documents(&tail)?);
            Some((rarer, (head, tail)))
        })
        .max_by_key(|(rarer, _)| *rarer)
        .map(|(_, parts)| parts)
}

fn sure(stems: Vec<String>) -> Alternative {
    Alternative { stems, weight: 1.0 }
}

fn guess(stems: &[&String], weight: f64) -> Alternative {
    Alternative {
        stems: stems.iter().map(|stem| (*stem).clone()).collect(),
        weight,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        let mut vocabulary = Vocabulary::default();
        let words = [
            "паспорт",
            "загранпаспорт",
            "3ндфл",
            "ндфл",
            "запись",
            "врач",
            "пособие",
            "как",
            "gosuslugi",
            "налоговый",
            "вычет",
        ];
        vocabulary.extend(words.map(|word| KnownWord {
            stem: stem(word),
            word: word.into(),
            documents: 3,
        }));
        vocabulary
    }

    fn understood(text: &str) -> Meaning {
        Query::read(text).understand(&vocabulary(), Dictionary::get(), Typing::Finished)
    }

    fn stems(text: &str) -> Vec<Vec<String>> {
        let first = |term: &Term| term.alternatives[0].stems.clone();
        understood(text).terms.iter().map(first).collect()
    }

    #[test]
    fn stop_words_do_not_count_unless_there_is_nothing_else() {
        assert_eq!(stems("как записи к врачу").len(), 2);
        assert_eq!(stems("как"), [["как"]]);
    }

    #[test]
    fn codes_are_found_however_they_are_spaced() {
        for text in ["3-НДФЛ", "3 ндфл", "3ндфл"] {
            assert_eq!(stems(text), [["3ндфл"]], "{text}");
        }
    }

    #[test]
    fn the_wrong_layout_is_noticed() {
        let meaning = understood("gfcgjhn");
        assert_eq!(meaning.corrected().as_deref(), Some("паспорт"));
        assert_eq!(stems("пщыгыдгпш"), [["gosuslugi"]]);
        assert_eq!(understood("gosuslugi").corrected(), None);
        assert_eq!(stems("zagranpasport"), [["загранпаспорт"]]);
    }

    #[test]
    fn mistakes_are_mended_and_told() {
        assert_eq!(
            understood("пасморт").corrected().as_deref(),
            Some("паспорт")
        );
        assert_eq!(
            understood("пасабие").corrected().as_deref(),
            Some("пособие")
        );
        assert_eq!(
            stems("налоговыйвычет"),
            [[stem("налоговый"), stem("вычет")]]
        );
    }

    #[test]
    fn the_last_word_may_be_half_typed() {
        assert_eq!(stems("загранп"), [["загранпаспорт"]]);
        assert_eq!(understood("загранп").corrected(), None);
    }

    #[test]
    fn what_nobody_knows_is_still_looked_for() {
        assert_eq!(stems("абракадабра"), [[stem("абракадабра")]]);
        assert!(Query::read("🙂 «»").is_empty());
    }
}
