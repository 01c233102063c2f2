//! What a member means by what they typed: words against the vocabulary of all public texts.

use super::{
    dictionary::Dictionary,
    meaning::{Alternative, Meaning, Term},
    reading::{Query, Reading, Slot},
    vocabulary::{ALL_DOCUMENTS, Vocabulary},
    words::{has_digit, stem},
};

/// How sure it is that a half-typed word was meant so …
const COMPLETED: f64 = 0.9;
/// … and a shortened one in the middle of a query.
const SHORTENED: f64 = 0.6;

/// Whether the last word may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typing {
    /// Suggestions are wanted while somebody types: even a whole word may be the beginning of one.
    Ongoing,
    /// The query is sent; a last word that texts have is a word.
    Finished,
}

/// The query as the vocabulary has it.
#[must_use]
pub fn understand(
    query: &Query,
    vocabulary: &Vocabulary,
    dictionary: &Dictionary,
    typing: Typing,
) -> Meaning {
    let Some(reading) = query.closest(vocabulary) else {
        return Meaning::default();
    };
    let documents = vocabulary.documents(ALL_DOCUMENTS).unwrap_or_default();
    let mut terms = terms(reading, vocabulary, dictionary);
    if typing == Typing::Ongoing {
        go_on(&mut terms, reading, vocabulary, dictionary);
    }
    for term in &mut terms {
        let held = met(&term.alternatives, |stem| vocabulary.documents(stem));
        let titled = met(&term.alternatives, |stem| vocabulary.titled(stem));
        term.documents = held.min(documents);
        term.titled = titled.min(documents);
        if !reading.is_as_typed {
            term.shown.get_or_insert_with(|| term.typed.clone());
        }
    }
    Meaning { terms, documents }
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

/// How many documents meet one of the alternatives, by the rarest stem of each.
fn met(alternatives: &[Alternative], count: impl Fn(&str) -> Option<u64>) -> u64 {
    let rarest = |alternative: &Alternative| {
        let stems = alternative.stems.iter();
        let documents = stems.map(|stem| count(stem).unwrap_or(0));
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
    if let Some((head, tail)) = vocabulary.cut(word) {
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
    use crate::domain::search::vocabulary::KnownWord;

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
        understand(
            &Query::read(text),
            &vocabulary(),
            Dictionary::get(),
            Typing::Finished,
        )
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
