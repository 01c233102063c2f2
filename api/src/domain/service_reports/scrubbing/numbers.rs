//! Telephones, and numbers of documents, applications and cards.

use std::ops::Range;

use super::{
    Span, dates,
    words::{between, digits, words},
};

const TELEPHONE: &str = "[телефон]";
const NUMBER: &str = "[номер]";
/// Signs that people put between the groups of a number.
const SEPARATORS: &str = "-–—().,/+ \u{a0}\t";
/// How many of them may stand together.
const MOST_SEPARATORS: usize = 3;
/// So many digits are a number of something, if they are not all in pairs; pairs are hours and days.
const TELLING: usize = 6;
const TELLING_IN_PAIRS: usize = 10;
/// The same behind a word that announces a document.
const TELLING_WHEN_ANNOUNCED: usize = 4;
const TELLING_BEHIND_SIGN: usize = 5;
/// Sums and counts have no more.
const LONGEST_SUM: usize = 9;
const ANNOUNCING: [&str; 11] = [
    "паспорт",
    "сери",
    "снилс",
    "инн",
    "полис",
    "заявлен",
    "номер",
    "свидетельств",
    "дел",
    "карт",
    "счет",
];
const COUNTED: [&str; 8] = ["руб", "р", "₽", "тыс", "млн", "коп", "год", "г"];

/// Groups of digits that belong together.
struct Run {
    range: Range<usize>,
    groups: Vec<Range<usize>>,
}

pub fn find(text: &str) -> Vec<Span> {
    let runs = runs(text).into_iter();
    runs.filter(|run| run.is_personal(text))
        .map(|run| Span {
            label: run.label(text),
            range: run.start(text)..run.range.end,
        })
        .collect()
}

/// The runs of a text; days are not among them.
fn runs(text: &str) -> Vec<Run> {
    let days = dates::days(text);
    let is_of_day = |group: &Range<usize>| {
        days.iter()
            .any(|day| day.range.start <= group.start && group.end <= day.range.end)
    };
    let mut runs: Vec<Run> = Vec::new();
    for group in digits(text).into_iter().filter(|group| !is_of_day(group)) {
        match runs.last_mut() {
            Some(run) if is_separator(between(text, run.range.end, group.start)) => {
                run.range.end = group.end;
                run.groups.push(group);
            }
            _ => runs.push(Run {
                range: group.clone(),
                groups: vec![group],
            }),
        }
    }
    runs
}

fn is_separator(gap: &str) -> bool {
    // A comma ends a number, wherever it stands beside a blank.
    let is_list = gap.contains(',') && gap.chars().count() > 1;
    !is_list
        && gap.chars().count() <= MOST_SEPARATORS
        && gap.chars().all(|sign| SEPARATORS.contains(sign))
}

impl Run {
    fn digits(&self, text: &str) -> String {
        let groups = self.groups.iter();
        groups.filter_map(|group| text.get(group.clone())).collect()
    }

    fn is_personal(&self, text: &str) -> bool {
        let count = self.digits(text).chars().count();
        if self.is_of_years(text) || count <= LONGEST_SUM && self.is_counted(text) {
            return false;
        }
        let is_in_pairs = self.groups.iter().all(|group| group.len() <= 2);
        let enough = if is_in_pairs {
            TELLING_IN_PAIRS
        } else {
            TELLING
        };
        count >= enough
            || count >= TELLING_WHEN_ANNOUNCED && self.is_announced(text)
            || count >= TELLING_BEHIND_SIGN && self.before(text).trim_end().ends_with('№')
    }

    /// Where it begins, with the sign that telephones begin with.
    fn start(&self, text: &str) -> usize {
        self.before(text).trim_end_matches(['+', '(']).len()
    }

    fn before<'t>(&self, text: &'t str) -> &'t str {
        text.get(..self.range.start).unwrap_or_default()
    }

    /// Whether it is a year, or a stretch of years.
    fn is_of_years(&self, text: &str) -> bool {
        let is_year = |group: &Range<usize>| {
            let year = text.get(group.clone()).and_then(|year| year.parse().ok());
            group.len() == 4 && year.is_some_and(|year: u32| (1990..=2100).contains(&year))
        };
        self.groups.len() <= 2 && self.groups.iter().all(is_year)
    }

    /// Whether it says how much of something there is.
    fn is_counted(&self, text: &str) -> bool {
        let rest = text.get(self.range.end..).unwrap_or_default();
        let rest = rest.trim_start();
        if rest.starts_with('₽') {
            return true;
        }
        let letters = rest.find(|sign: char| !sign.is_alphabetic());
        let word = rest
            .get(..letters.unwrap_or(rest.len()))
            .unwrap_or_default();
        let word = word.to_lowercase();
        COUNTED.iter().any(|unit| match unit.chars().count() {
            1 => word == *unit,
            _ => word.starts_with(unit),
        })
    }

    /// Whether one of the last two words before it, with little in between, announces a document.
    fn is_announced(&self, text: &str) -> bool {
        let words = words(self.before(text));
        let near = words.iter().rev().take(2);
        let mut at = self.range.start;
        for word in near {
            if between(text, word.range.end, at).chars().count() > MOST_SEPARATORS {
                return false;
            }
            if ANNOUNCING.iter().any(|stem| word.lower.starts_with(stem)) {
                return true;
            }
            at = word.range.start;
        }
        false
    }

    fn label(&self, text: &str) -> &'static str {
        let digits = self.digits(text);
        let lengths: Vec<usize> = self
            .groups
            .iter()
            .map(|group| group.end - group.start)
            .collect();
        let is_telephone = match digits.chars().count() {
            11 => digits.starts_with(['7', '8']) && !self.is_snils(&lengths),
            10 => digits.starts_with('9'),
            7 => lengths == [3, 2, 2],
            _ => false,
        };
        if is_telephone { TELEPHONE } else { NUMBER }
    }

    /// Eleven digits as an insurance number has them: 112-233-445 95.
    fn is_snils(&self, lengths: &[usize]) -> bool {
        self.groups.len() == 4 && lengths == [3, 3, 3, 2]
    }
}
