//! The piece of a text that shows why it was found.

use std::{collections::BTreeSet, ops::Range};

use super::words::{compounds, stem};

/// Letters of a snippet.
const LONGEST: usize = 200;
/// Letters before the first found word, so that it is seen in its sentence.
const LEAD_IN: usize = 40;
/// Letters of a text that are looked through.
const READ_AT_MOST: usize = 6000;
const CUT: char = '…';

/// A piece of a text, with what was looked for marked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    pub text: String,
    /// In UTF-16 code units of `text`.
    pub highlights: Vec<Range<usize>>,
}

/// The piece of a text that holds most of these stems.
#[must_use]
pub fn snippet(text: &str, stems: &BTreeSet<&str>) -> Snippet {
    let text = beginning(text, READ_AT_MOST);
    let found = found_words(text, stems);
    let piece = best_piece(text, &found);
    let mut shown = String::new();
    if piece.start > 0 {
        shown.push(CUT);
    }
    let ahead = utf16(&shown);
    let cut_out = text.get(piece.clone()).unwrap_or_default().trim_end();
    let within = |word: &&Found| {
        piece.start <= word.range.start && word.range.end <= piece.start + cut_out.len()
    };
    let highlights = found.iter().filter(within).map(|word| {
        let before = text.get(piece.start..word.range.start).unwrap_or_default();
        let marked = text.get(word.range.clone()).unwrap_or_default();
        let start = ahead + utf16(before);
        start..start + utf16(marked)
    });
    let highlights = highlights.collect();
    shown.extend(
        cut_out
            .chars()
            .map(|letter| if letter == '\n' { ' ' } else { letter }),
    );
    if piece.start + cut_out.len() < text.trim_end().len() {
        shown.push(CUT);
    }
    Snippet {
        text: shown,
        highlights,
    }
}

struct Found {
    range: Range<usize>,
    stem: String,
}

fn found_words(text: &str, stems: &BTreeSet<&str>) -> Vec<Found> {
    let two_letters = |stem: &&str| stem.chars().take(2).collect::<String>();
    let beginnings: BTreeSet<String> = stems.iter().map(two_letters).collect();
    let mut found = Vec::new();
    for compound in compounds(text) {
        let whole = (compound.parts.len() > 1).then(|| compound.joined());
        // Stemming every word of a text costs most; few begin like what is looked for.
        let may_match =
            |word: &&String| beginnings.iter().any(|two| word.starts_with(two.as_str()));
        let mut own = compound
            .parts
            .iter()
            .chain(&whole)
            .filter(may_match)
            .map(|word| stem(word));
        if let Some(stem) = own.find(|stem| stems.contains(stem.as_str())) {
            found.push(Found {
                range: compound.range,
                stem,
            });
        }
    }
    found
}

/// The stretch with most different stems, the first of equals, begun at a word.
fn best_piece(text: &str, found: &[Found]) -> Range<usize> {
    let reach = |start: usize| {
        let end = start + beginning(text.get(start..).unwrap_or_default(), LONGEST - LEAD_IN).len();
        let inside: BTreeSet<&str> = found
            .iter()
            .filter(|word| start <= word.range.start && word.range.end <= end)
            .map(|word| word.stem.as_str())
            .collect();
        inside.len()
    };
    let mut best: Option<(usize, usize)> = None;
    for word in found {
        let reached = reach(word.range.start);
        if best.is_none_or(|(most, _)| reached > most) {
            best = Some((reached, word.range.start));
        }
    }
    let start = best.map_or(0, |(_, start)| word_start(text, start));
    let rest = text.get(start..).unwrap_or_default();
    let end = start + whole_words(rest).len();
    start..end
}

/// Back from a found word to where the snippet begins: the line, or a word some way before.
fn word_start(text: &str, found_at: usize) -> usize {
    let before = text.get(..found_at).unwrap_or_default();
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let sentence = before.rfind(". ").map_or(0, |at| at + 2);
    let begun = line.max(sentence);
    let in_line = before.get(begun..).unwrap_or_default();
    let letters = in_line.chars().count();
    if letters <= LEAD_IN {
        return begun;
    }
    let skipped: usize = in_line
        .chars()
        .take(letters - LEAD_IN)
        .map(char::len_utf8)
        .sum();
    let cut = in_line.get(skipped..).unwrap_or_default();
    let to_word = cut.find(' ').map_or(cut.len(), |at| at + 1);
    begun + skipped + to_word
}

/// As many whole words as fit.
fn whole_words(text: &str) -> &str {
    let piece = beginning(text, LONGEST);
    if piece.len() == text.len() {
        return piece;
    }
    let end = piece.rfind([' ', '\n']).unwrap_or(piece.len());
    piece.get(..end).unwrap_or(piece)
}

fn beginning(text: &str, letters: usize) -> &str {
    let end = text
        .char_indices()
        .nth(letters)
        .map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text)
}

fn utf16(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, stems: &[&str]) -> (String, Vec<String>) {
        let snippet = snippet(text, &stems.iter().copied().collect());
        let units: Vec<u16> = snippet.text.encode_utf16().collect();
        let words = snippet
            .highlights
            .iter()
            .map(|range| String::from_utf16(&units[range.clone()]).unwrap());
        let words = words.collect();
        (snippet.text, words)
    }

    #[test]
    fn every_form_of_a_word_is_marked_where_it_stands() {
        let (text, words) = marked("🙂 Паспорт и пАспорта, за\u{301}гран-паспорт", &["паспорт"]);
        assert_eq!(text, "🙂 Паспорт и пАспорта, за\u{301}гран-паспорт");
        assert_eq!(words, ["Паспорт", "пАспорта", "за\u{301}гран-паспорт"]);
    }

    #[test]
    fn the_piece_with_most_words_is_cut_out() {
        let filler = "Слово другое слово. ".repeat(40);
        let text = format!("Паспорт. {filler}Заявление на паспорт подают сразу. {filler}");
        let (cut, words) = marked(&text, &["паспорт", "заявлен"]);
        assert!(
            cut.starts_with("…Заявление на паспорт") && cut.ends_with('…'),
            "{cut}"
        );
        assert_eq!(words, ["Заявление", "паспорт"]);
        assert!(cut.chars().count() <= LONGEST + 2);
    }

    #[test]
    fn a_text_without_the_words_begins_at_its_beginning() {
        assert_eq!(
            marked("Просто текст", &["паспорт"]),
            ("Просто текст".into(), vec![])
        );
        assert_eq!(marked("", &["паспорт"]), (String::new(), vec![]));
    }
}
