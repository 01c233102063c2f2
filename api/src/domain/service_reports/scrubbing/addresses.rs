//! Where somebody lives: a house or a flat with its number, and the street before it. A street by itself
//! stays, for it tells which office is meant.

use std::ops::Range;

use super::{
    Span,
    words::{Word, between, digits, words},
};

const LABEL: &str = "[адрес]";
const STREETS: [&str; 34] = [
    "улица",
    "улице",
    "улицы",
    "улицу",
    "ул",
    "проспект",
    "проспекте",
    "проспекта",
    "просп",
    "пр-т",
    "пр-кт",
    "переулок",
    "переулке",
    "пер",
    "бульвар",
    "бульваре",
    "б-р",
    "шоссе",
    "набережная",
    "набережной",
    "наб",
    "проезд",
    "проезде",
    "площадь",
    "площади",
    "пл",
    "тупик",
    "тупике",
    "микрорайон",
    "микрорайоне",
    "мкр",
    "аллея",
    "аллее",
    "квартал",
];
/// What is somebody's with a number behind it.
const DWELLINGS: [&str; 11] = [
    "дом",
    "доме",
    "корпус",
    "корпусе",
    "корп",
    "квартира",
    "квартире",
    "квартиры",
    "квартиру",
    "кв",
    "подъезд",
];
/// The same, if it is a part of an address that has begun.
const PARTS: [&str; 8] = [
    "д",
    "к",
    "стр",
    "строение",
    "вл",
    "владение",
    "комната",
    "ком",
];
/// Capitalised words of a street's name at most.
const LONGEST_NAME: usize = 3;

/// A piece of an address.
struct Piece {
    range: Range<usize>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Street,
    Dwelling,
    Part,
}

pub fn find(text: &str) -> Vec<Span> {
    let words = words(text);
    let numbers = digits(text);
    let mut addresses: Vec<Vec<Piece>> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let Some(piece) = piece_at(text, &words, at, word, &numbers) else {
            continue;
        };
        match addresses.last_mut() {
            Some(address) if goes_on(text, address, &piece) => address.push(piece),
            _ => addresses.push(vec![piece]),
        }
    }
    let addresses = addresses.into_iter();
    addresses
        .filter_map(|address| range_of(text, &address, &numbers))
        .map(|range| Span {
            range,
            label: LABEL,
        })
        .collect()
}

fn piece_at(
    text: &str,
    words: &[Word],
    at: usize,
    word: &Word,
    numbers: &[Range<usize>],
) -> Option<Piece> {
    let is_in = |list: &[&str]| list.contains(&word.lower.as_str());
    if is_in(&STREETS) {
        return Some(Piece {
            range: street(text, words, at, word),
            kind: Kind::Street,
        });
    }
    let kind = match (is_in(&DWELLINGS), is_in(&PARTS)) {
        (true, _) => Kind::Dwelling,
        (_, true) => Kind::Part,
        _ => return None,
    };
    let end = number_behind(text, word.range.end, numbers)?;
    Some(Piece {
        range: word.range.start..end,
        kind,
    })
}

/// A street with the capitalised words of its name, behind it or before it.
fn street(text: &str, words: &[Word], at: usize, word: &Word) -> Range<usize> {
    let mut end = word.range.end;
    let behind = words.iter().skip(at + 1).take(LONGEST_NAME);
    for name in behind {
        let is_near = matches!(between(text, end, name.range.start), " " | ". " | ".");
        if !is_near || !name.is_capitalised {
            break;
        }
        end = name.range.end;
    }
    let mut start = word.range.start;
    if end == word.range.end {
        for name in words.iter().take(at).rev().take(LONGEST_NAME) {
            if between(text, name.range.end, start) != " " || !name.is_capitalised {
                break;
            }
            start = name.range.start;
        }
    }
    start..end
}

/// Where the number behind a word ends, with the letter or the stroke that belongs to it.
fn number_behind(text: &str, from: usize, numbers: &[Range<usize>]) -> Option<usize> {
    let number = numbers.iter().find(|number| number.start >= from)?;
    let gap = between(text, from, number.start);
    let is_near = gap
        .chars()
        .all(|sign| matches!(sign, ' ' | '.' | '№' | '\u{a0}'));
    if !is_near {
        return None;
    }
    let rest = text.get(number.end..).unwrap_or_default();
    let mut letters = rest.chars();
    let is_letter = letters.next().is_some_and(char::is_alphabetic)
        && !letters.next().is_some_and(char::is_alphabetic);
    let letter = rest.chars().next().filter(|_| is_letter);
    Some(number.end + letter.map_or(0, char::len_utf8))
}

/// Whether a piece belongs to the address before it.
fn goes_on(text: &str, address: &[Piece], piece: &Piece) -> bool {
    address.last().is_some_and(|last| {
        let gap = between(text, last.range.end, piece.range.start);
        last.range.end <= piece.range.start
            && gap.chars().count() <= 3
            && gap
                .chars()
                .all(|sign| matches!(sign, ' ' | ',' | '.' | ';'))
    })
}

/// The stretch that pieces make, if they say where somebody lives.
fn range_of(text: &str, address: &[Piece], numbers: &[Range<usize>]) -> Option<Range<usize>> {
    let (first, last) = (address.first()?, address.last()?);
    let has = |kind: Kind| address.iter().any(|piece| piece.kind == kind);
    let start = first.range.start;
    if has(Kind::Dwelling) || has(Kind::Street) && has(Kind::Part) {
        return Some(start..last.range.end);
    }
    if !has(Kind::Street) {
        return None;
    }
    // «ул. Ленина, 5»
    let from = last.range.end;
    let comma = text.get(from..).is_some_and(|rest| rest.starts_with(','));
    let end = number_behind(text, from + usize::from(comma), numbers)?;
    Some(start..end)
}
