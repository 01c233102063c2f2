//! Names of people: by their patronymics, given names, initials, and by what stands before them.

use std::ops::Range;

use super::{
    Span,
    given_names::{is_given_name, may_be_given_name},
    words::{Word, between, is_blank, words},
};

const LABEL: &str = "[имя]";
const MALE_PATRONYMICS: [&str; 2] = ["ович", "евич"];
const MALE_ENDINGS: [&str; 5] = ["", "а", "у", "ем", "е"];
/// Those without the usual ending.
const SHORT_PATRONYMICS: [&str; 7] = [
    "ильич",
    "лукич",
    "кузьмич",
    "фомич",
    "никитич",
    "саввич",
    "фокич",
];
const FEMALE_PATRONYMICS: [&str; 8] = [
    "овн",
    "евн",
    "ильиничн",
    "никитичн",
    "кузьминичн",
    "лукиничн",
    "фоминичн",
    "саввичн",
];
const FEMALE_ENDINGS: [&str; 6] = ["а", "ы", "е", "у", "ой", "ою"];
/// Words that end like patronymics, up to their ending.
const ADJECTIVES: [&str; 26] = [
    "основн",
    "духовн",
    "уголовн",
    "верховн",
    "церковн",
    "условн",
    "виновн",
    "любовн",
    "словн",
    "кровн",
    "головн",
    "душевн",
    "дневн",
    "плачевн",
    "гневн",
    "готовн",
    "толковн",
    "полковн",
    "чиновн",
    "страховн",
    "неровн",
    "уровн",
    "часовн",
    "деревн",
    "бревн",
    "харчевн",
];
/// The adjective that is the end of many patronymics.
const EVEN: &str = "ровн";
const SURNAME_ENDINGS: [&str; 36] = [
    "ов",
    "ова",
    "ову",
    "ове",
    "овой",
    "овым",
    "ев",
    "ева",
    "еву",
    "еве",
    "евой",
    "евым",
    "ин",
    "ина",
    "ину",
    "ине",
    "иной",
    "иным",
    "ын",
    "ына",
    "ыной",
    "ыным",
    "ский",
    "ская",
    "скую",
    "ской",
    "ского",
    "скому",
    "ским",
    "енко",
    "чук",
    "чука",
    "чуку",
    "чуком",
    "ян",
    "швили",
];
/// What people are called before their surname is.
const ROLES: [&str; 18] = [
    "гражданин",
    "гражданка",
    "гражданину",
    "гражданке",
    "господин",
    "госпожа",
    "оператор",
    "сотрудник",
    "сотрудница",
    "специалист",
    "инспектор",
    "менеджер",
    "врач",
    "доктор",
    "руководитель",
    "начальник",
    "консультант",
    "администратор",
];
/// What a name follows, whatever it looks like.
const ANNOUNCING: [&str; 4] = ["зовут", "фамилия", "фамилией", "фио"];
/// Words of a name that is announced, at most.
const LONGEST_NAME: usize = 3;

pub fn find(text: &str) -> Vec<Span> {
    let page = Page {
        text,
        words: words(text),
    };
    let mut is_name = vec![false; page.words.len()];
    for at in 0..page.words.len() {
        for found in page.names_at(at) {
            if let Some(is_name) = is_name.get_mut(found) {
                *is_name = true;
            }
        }
    }
    page.spans(&is_name)
}

/// A text as words beside each other.
struct Page<'t> {
    text: &'t str,
    words: Vec<Word>,
}

impl Page<'_> {
    fn word(&self, at: usize) -> Option<&Word> {
        self.words.get(at)
    }

    /// The next word, if only a blank stands in between.
    fn next(&self, at: usize) -> Option<(usize, &Word)> {
        let (word, next) = (self.word(at)?, self.word(at + 1)?);
        is_blank(self.text, word.range.end, next.range.start).then_some((at + 1, next))
    }

    /// The word before it, in the same way.
    fn previous(&self, at: usize) -> Option<(usize, &Word)> {
        let before = at.checked_sub(1)?;
        self.next(before)?;
        Some((before, self.word(before)?))
    }

    /// The places of the words that the word at a place shows to be somebody's name.
    fn names_at(&self, at: usize) -> Vec<usize> {
        let Some(word) = self.word(at) else {
            return Vec::new();
        };
        if is_patronymic(&word.lower) {
            // In small letters it is one behind a given name alone: «на уровне» is none.
            let given = self.previous(at);
            let is_named = given.is_some_and(|(_, given)| is_given_name(&given.lower));
            if word.is_capitalised || is_named {
                return self.around_patronymic(at);
            }
        }
        if word.is_capitalised && may_be_given_name(&word.lower) {
            return self.around_given_name(at, word);
        }
        if word.is_capitalised && word.length() == 1 {
            return self.around_initials(at);
        }
        self.behind_announcement(at, word)
    }

    fn around_patronymic(&self, at: usize) -> Vec<usize> {
        let mut found = vec![at];
        let Some((given_at, given)) = self.previous(at) else {
            return found;
        };
        if given.is_capitalised || is_given_name(&given.lower) {
            found.push(given_at);
            let is_like_it = |word: &Word| word.is_capitalised == given.is_capitalised;
            let surname = self.previous(given_at);
            let surname = surname.filter(|(_, word)| is_like_it(word) && is_surname(word));
            found.extend(surname.map(|(at, _)| at));
        }
        let surname = self.next(at);
        let surname = surname.filter(|(_, word)| word.is_capitalised && is_surname(word));
        found.extend(surname.map(|(at, _)| at));
        found
    }

    fn around_given_name(&self, at: usize, word: &Word) -> Vec<usize> {
        let neighbours = [self.previous(at), self.next(at)];
        let surnames: Vec<usize> = neighbours
            .into_iter()
            .flatten()
            .filter(|(_, word)| word.is_capitalised && is_surname(word))
            .map(|(at, _)| at)
            .collect();
        if surnames.is_empty() && !is_given_name(&word.lower) {
            return surnames;
        }
        std::iter::once(at).chain(surnames).collect()
    }

    /// One or two initials with the surname beside them.
    fn around_initials(&self, at: usize) -> Vec<usize> {
        if !self.is_initial(at) {
            return Vec::new();
        }
        let last = if self.is_initial(at + 1) { at + 1 } else { at };
        let fits = |word: &Word| {
            word.is_capitalised && word.length() > 1 && (last > at || is_surname(word))
        };
        let before = self.previous(at).filter(|(_, word)| fits(word));
        let behind = self.word(last + 1).filter(|word| {
            let end = self.word(last).map_or(0, |word| word.range.end);
            let gap = between(self.text, end, word.range.start);
            matches!(gap, "." | ". ") && fits(word)
        });
        match (before, behind) {
            // «Приняла А. Б. Ковальчук»
            (Some((_, word)), Some(_)) if !is_surname(word) => (at..=last + 1).collect(),
            (Some((surname, _)), _) => (surname..=last).collect(),
            (None, Some(_)) => (at..=last + 1).collect(),
            (None, None) => Vec::new(),
        }
    }

    /// A capital letter with a full stop.
    fn is_initial(&self, at: usize) -> bool {
        self.word(at).is_some_and(|word| {
            let rest = self.text.get(word.range.end..).unwrap_or_default();
            word.is_capitalised && word.length() == 1 && rest.starts_with('.')
        })
    }

    /// What follows «меня зовут», «фамилия», «инспектор» and the like.
    fn behind_announcement(&self, at: usize, word: &Word) -> Vec<usize> {
        let lower = word.lower.as_str();
        let is_announced = ANNOUNCING.contains(&lower);
        if !is_announced && !ROLES.contains(&lower) {
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut last = at;
        while let Some((next, name)) = self.next(last) {
            let fits = name.is_capitalised && (is_announced || is_surname(name));
            if !fits || found.len() == LONGEST_NAME {
                break;
            }
            found.push(next);
            last = next;
        }
        found
    }

    /// Words of one name make one stretch, with the full stops of its initials.
    fn spans(&self, is_name: &[bool]) -> Vec<Span> {
        let mut ranges: Vec<Range<usize>> = Vec::new();
        let named = self.words.iter().enumerate().zip(is_name);
        for ((at, word), _) in named.filter(|(_, is_name)| **is_name) {
            let dot = usize::from(self.is_initial(at));
            let range = word.range.start..word.range.end + dot;
            match ranges.last_mut() {
                Some(last) if is_close(self.text, last.end, range.start) => last.end = range.end,
                _ => ranges.push(range),
            }
        }
        let ranges = ranges.into_iter();
        ranges
            .map(|range| Span {
                range,
                label: LABEL,
            })
            .collect()
    }
}

fn is_close(text: &str, from: usize, to: usize) -> bool {
    from == to || is_blank(text, from, to)
}

fn is_patronymic(lower: &str) -> bool {
    let has = |stems: &[&str], endings: &[&str], is_whole: bool| {
        endings.iter().any(|ending| {
            let stem = lower.strip_suffix(ending);
            stem.is_some_and(|stem| {
                stems.iter().any(|end| match is_whole {
                    true => stem == *end,
                    false => stem.ends_with(end) && stem.len() > end.len() + 2,
                })
            })
        })
    };
    let is_adjective = || {
        FEMALE_ENDINGS.iter().any(|ending| {
            let stem = lower.strip_suffix(ending);
            stem.is_some_and(|stem| {
                stem == EVEN || ADJECTIVES.iter().any(|adjective| stem.ends_with(adjective))
            })
        })
    };
    has(&MALE_PATRONYMICS, &MALE_ENDINGS, false)
        || has(&SHORT_PATRONYMICS, &MALE_ENDINGS, true)
        || has(&FEMALE_PATRONYMICS, &FEMALE_ENDINGS, false) && !is_adjective()
        || has(&FEMALE_PATRONYMICS, &FEMALE_ENDINGS, true)
}

fn is_surname(word: &Word) -> bool {
    word.length() >= 4
        && SURNAME_ENDINGS
            .iter()
            .any(|ending| word.lower.ends_with(ending))
}
