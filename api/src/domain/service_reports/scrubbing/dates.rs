//! Days long ago: of births, and of papers. Days of now are what a report is about, and stay.

use std::ops::Range;

use super::{
    Span,
    words::{between, digits, is_blank, words},
};

const LABEL: &str = "[дата]";
/// Nobody reports what they asked for before the law on services.
const FIRST_YEAR_OF_NOW: u32 = 2010;
/// Of two digits: later ones are of the century before.
const LAST_SHORT_YEAR_OF_NOW: u32 = 40;
const MONTHS: [&str; 12] = [
    "январ",
    "феврал",
    "март",
    "апрел",
    "ма",
    "июн",
    "июл",
    "август",
    "сентябр",
    "октябр",
    "ноябр",
    "декабр",
];

/// A day that a text names, with its year.
pub struct Day {
    pub range: Range<usize>,
    is_long_ago: bool,
}

pub fn find(text: &str) -> Vec<Span> {
    let days = days(text).into_iter().filter(|day| day.is_long_ago);
    let years = years_of_birth(text);
    days.map(|day| day.range)
        .chain(years)
        .map(|range| Span {
            range,
            label: LABEL,
        })
        .collect()
}

/// Every day that the text names in figures or with its month in letters.
#[must_use]
pub fn days(text: &str) -> Vec<Day> {
    let runs = digits(text);
    let in_figures = runs.windows(3).enumerate().filter_map(|(number, three)| {
        let [first, second, third] = three else {
            return None;
        };
        let before = number.checked_sub(1).and_then(|before| runs.get(before));
        let after = runs.get(number + 3);
        let goes_on = before.is_some_and(|before| is_joined(text, before, first))
            || after.is_some_and(|after| is_joined(text, third, after));
        if goes_on {
            return None;
        }
        day_in_figures(text, [first, second, third])
    });
    let mut found: Vec<Day> = in_figures.collect();
    let in_letters = runs.windows(2).filter_map(|two| {
        let [day, year] = two else { return None };
        day_in_letters(text, day, year)
    });
    found.extend(in_letters);
    found
}

/// Whether digits go on behind a full stop, a stroke or, as telephones do, a hyphen; a range of two days
/// is two days.
fn is_joined(text: &str, one: &Range<usize>, other: &Range<usize>) -> bool {
    let gap = between(text, one.end, other.start);
    let is_year = one.len() == 4;
    matches!(gap, "." | "/") || gap == "-" && !is_year
}

fn number(text: &str, range: &Range<usize>) -> Option<u32> {
    text.get(range.clone())?.parse().ok()
}

fn day_in_figures(text: &str, [first, second, third]: [&Range<usize>; 3]) -> Option<Day> {
    let gaps = [
        between(text, first.end, second.start),
        between(text, second.end, third.start),
    ];
    let [gap, same] = gaps;
    if gap != same || !matches!(gap, "." | "-" | "/") {
        return None;
    }
    let is_year_first = first.len() == 4;
    let (day, year) = if is_year_first {
        (third, first)
    } else {
        (first, third)
    };
    let is_short = year.len() == 2 && gap == ".";
    if !(1..=31).contains(&number(text, day)?)
        || !(1..=12).contains(&number(text, second)?)
        || !(year.len() == 4 || is_short)
    {
        return None;
    }
    let value = number(text, year)?;
    Some(Day {
        range: first.start..third.end,
        is_long_ago: if is_short {
            value > LAST_SHORT_YEAR_OF_NOW
        } else {
            value < FIRST_YEAR_OF_NOW
        },
    })
}

fn day_in_letters(text: &str, day: &Range<usize>, year: &Range<usize>) -> Option<Day> {
    let month = between(text, day.end, year.start).trim().to_lowercase();
    let is_month = MONTHS.iter().any(|stem| {
        let ending = month.strip_prefix(stem);
        ending.is_some_and(|ending| matches!(ending, "а" | "я"))
    });
    if !is_month || year.len() != 4 || !(1..=31).contains(&number(text, day)?) {
        return None;
    }
    Some(Day {
        range: day.start..year.end,
        is_long_ago: number(text, year)? < FIRST_YEAR_OF_NOW,
    })
}

/// Years of which the text says that somebody was born in them.
fn years_of_birth(text: &str) -> Vec<Range<usize>> {
    let words = words(text);
    let is_of_birth = |year: &Range<usize>| {
        let mut at = year.end;
        words
            .iter()
            .skip_while(|word| word.range.start < year.end)
            .take(2)
            .any(|word| {
                let follows = is_blank(text, at, word.range.start)
                    || between(text, at, word.range.start) == ".";
                at = word.range.end;
                follows && (word.lower.starts_with("рожд") || word.lower == "р")
            })
    };
    let years = digits(text).into_iter().filter(|run| run.len() == 4);
    years.filter(is_of_birth).collect()
}
