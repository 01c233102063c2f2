//! Which documents are worth ranking: a few narrow walks through the index instead of all matches.
//!
//! Ranking every match is what makes search slow as an archive grows. Guides, benefits, pages and
//! organisations are few and are all looked at; of the news only the newest that match are, those
//! with the words in the headline apart from the rest. A word that half of the archive holds is
//! looked for in the newest weeks only: the index meets the rare lexeme of a week first and so never
//! reads the long list of a frequent word to its end.

use super::{
    document::{OF_TYPE, in_title},
    meaning::{Meaning, Term},
    types::SearchType,
};

/// Guides, benefits and pages that hold every word, and those named by one of them.
const MOST_OTHERS: u64 = 150;
/// Organisations named by every word, and by one of them.
const MOST_ORGANISATIONS: u64 = 50;
/// News with every word in the headline or the labels, and news with every word anywhere.
pub const MOST_NEWS: u64 = 60;
/// Words of a query that say most; the rest is not looked for alone.
const TELLING_WORDS: usize = 3;

/// A question to the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    Lexeme(String),
    All(Vec<Lookup>),
    Any(Vec<Lookup>),
}

/// One walk: the newest documents that answer a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walk {
    pub lookup: Lookup,
    /// The one type it is to, where that has so many documents that its lexeme would be dear to ask.
    pub of: Option<SearchType>,
    pub limit: u64,
    /// Whether what it finds holds every word of the query.
    pub holds_all: bool,
}

/// The weeks of public documents, newest first, with how many each has.
pub type Weeks = Vec<(String, u64)>;

/// How far back frequent words are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The newest weeks that hold enough to suggest, if words are spread evenly.
    Near,
    /// The newest weeks that hold enough to rank.
    Recent,
    /// All of them: the word was more in use once.
    Whole,
}

impl Reach {
    /// For answers, from near to far.
    pub const TO_ANSWER: [Self; 2] = [Self::Recent, Self::Whole];
    /// For suggestions, which have to keep up with somebody typing.
    pub const TO_SUGGEST: [Self; 2] = [Self::Near, Self::Recent];

    /// More matches than this are not all visited. At a million articles a visit costs 5 microseconds
    /// and a week half a millisecond, so that below it the weeks would cost more.
    const fn frequent_matches(self) -> f64 {
        match self {
            Self::Near => 600.0,
            Self::Recent => 2500.0,
            Self::Whole => f64::INFINITY,
        }
    }

    /// Matches that the weeks should hold: a few times what is shown of them.
    const fn enough_matches(self) -> f64 {
        match self {
            Self::Near => 30.0,
            Self::Recent | Self::Whole => 120.0,
        }
    }
}

/// Where a word has to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Anywhere,
    /// In the title, another name or a label.
    Title,
}

/// Whether so much of the archive matches that the weeks are needed.
#[must_use]
pub fn needs_weeks(meaning: &Meaning, nearest: Reach) -> bool {
    let matches = expected(meaning, every_share(meaning, Place::Anywhere));
    let named = expected(meaning, some_share(meaning));
    matches.max(named) > nearest.frequent_matches()
}

/// The walks to everything but news: whole matches, and things that one of the words names.
#[must_use]
pub fn others(meaning: &Meaning, types: &[SearchType]) -> Vec<Walk> {
    let (organisations, rest): (Vec<SearchType>, Vec<SearchType>) = without_news(types)
        .into_iter()
        .partition(|of| *of == SearchType::Organisation);
    let mut walks = Vec::new();
    if !rest.is_empty() {
        walks.push(walk(
            vec![every(meaning, Place::Anywhere), of_types(&rest)],
            MOST_OTHERS,
            true,
        ));
        if meaning.terms.len() > 1 {
            walks.push(walk(
                vec![some(meaning), of_types(&rest)],
                MOST_OTHERS,
                false,
            ));
        }
    }
    if !organisations.is_empty() {
        let of = of_types(&organisations);
        let named = vec![every(meaning, Place::Title), of.clone()];
        walks.push(walk(named, MOST_ORGANISATIONS, true));
        walks.push(walk(vec![some(meaning), of], MOST_ORGANISATIONS, false));
    }
    walks
}

/// The walks to news that hold every word: in the title, and anywhere.
#[must_use]
pub fn news(meaning: &Meaning, types: &[SearchType], weeks: &Weeks, reach: Reach) -> Vec<Walk> {
    if !types.contains(&SearchType::NewsArticle) {
        return Vec::new();
    }
    let places = [Place::Title, Place::Anywhere];
    let to = |place| news_walk(meaning, place, weeks, reach);
    places.into_iter().map(to).collect()
}

fn news_walk(meaning: &Meaning, place: Place, weeks: &Weeks, reach: Reach) -> Walk {
    let share = every_share(meaning, place);
    let mut parts = vec![every(meaning, place)];
    parts.extend(newest(meaning, share, weeks, reach));
    Walk {
        of: Some(SearchType::NewsArticle),
        ..walk(parts, MOST_NEWS, true)
    }
}

/// The walks for when hardly anything holds every word: news that one of the words names, and other
/// things that hold one of the rarest anywhere.
#[must_use]
pub fn relaxed(meaning: &Meaning, types: &[SearchType], weeks: &Weeks) -> Vec<Walk> {
    let mut walks = Vec::new();
    let others = without_news(types);
    if !others.is_empty() {
        let mut rarest: Vec<&Term> = meaning.terms.iter().collect();
        rarest.sort_by_key(|term| term.documents);
        rarest.truncate(TELLING_WORDS);
        let held = rarest.into_iter().map(|term| meets(term, Place::Anywhere));
        let parts = vec![Lookup::Any(held.collect()), of_types(&others)];
        walks.push(walk(parts, MOST_OTHERS, false));
    }
    if types.contains(&SearchType::NewsArticle) {
        let share = some_share(meaning);
        let mut parts = vec![some(meaning)];
        parts.extend(newest(meaning, share, weeks, Reach::Recent));
        walks.push(Walk {
            of: Some(SearchType::NewsArticle),
            ..walk(parts, MOST_NEWS, false)
        });
    }
    walks
}

/// The walks for titles that go on as somebody types.
#[must_use]
pub fn titles(meaning: &Meaning, weeks: &Weeks, reach: Reach) -> Vec<Walk> {
    let titled = every(meaning, Place::Title);
    let others = of_types(&without_news(&SearchType::ALL));
    vec![
        walk(vec![titled, others], MOST_NEWS, true),
        news_walk(meaning, Place::Title, weeks, reach),
    ]
}

const fn walk(parts: Vec<Lookup>, limit: u64, holds_all: bool) -> Walk {
    Walk {
        lookup: Lookup::All(parts),
        of: None,
        limit,
        holds_all,
    }
}

/// Every word of the query in documents of one type.
#[must_use]
pub fn matching(meaning: &Meaning, of: SearchType) -> Lookup {
    Lookup::All(vec![every(meaning, Place::Anywhere), of_types(&[of])])
}

fn without_news(types: &[SearchType]) -> Vec<SearchType> {
    let is_other = |of: &&SearchType| **of != SearchType::NewsArticle;
    types.iter().filter(is_other).copied().collect()
}

/// How rare a word is; the rarer, the more it says.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "documents are far below 2^52")]
pub fn rarity(term: &Term, documents: u64) -> f64 {
    (1.0 + documents as f64 / (1.0 + term.documents as f64))
        .ln()
        .max(0.1)
}

/// As if words were spread evenly and apart; only the order of magnitude counts.
#[expect(clippy::cast_precision_loss, reason = "documents are far below 2^52")]
fn expected(meaning: &Meaning, share: f64) -> f64 {
    meaning.documents as f64 * share
}

#[expect(clippy::cast_precision_loss, reason = "documents are far below 2^52")]
fn share_of(term: &Term, meaning: &Meaning, place: Place) -> f64 {
    let documents = match place {
        Place::Anywhere => term.documents,
        Place::Title => term.titled,
    };
    (documents as f64 / meaning.documents.max(1) as f64).min(1.0)
}

fn every_share(meaning: &Meaning, place: Place) -> f64 {
    let shares = meaning
        .terms
        .iter()
        .map(|term| share_of(term, meaning, place));
    shares.product()
}

fn some_share(meaning: &Meaning) -> f64 {
    let shares = meaning
        .terms
        .iter()
        .map(|term| share_of(term, meaning, Place::Title));
    shares.sum::<f64>().min(1.0)
}

/// The newest weeks that should hold enough matches; `None` where all weeks may be walked.
#[expect(clippy::cast_precision_loss, reason = "documents are far below 2^52")]
fn newest(meaning: &Meaning, share: f64, weeks: &Weeks, reach: Reach) -> Option<Lookup> {
    let is_rare = expected(meaning, share) <= reach.frequent_matches();
    if weeks.is_empty() || is_rare {
        return None;
    }
    let mut held = 0.0;
    let mut taken = Vec::new();
    for (lexeme, documents) in weeks {
        if held > reach.enough_matches() {
            break;
        }
        held += *documents as f64 * share;
        taken.push(Lookup::Lexeme(lexeme.clone()));
    }
    (taken.len() < weeks.len()).then_some(Lookup::Any(taken))
}

fn of_types(types: &[SearchType]) -> Lookup {
    let lexeme = |of: &SearchType| Lookup::Lexeme(format!("{OF_TYPE}{}", of.object_type()));
    Lookup::Any(types.iter().map(lexeme).collect())
}

fn every(meaning: &Meaning, place: Place) -> Lookup {
    let terms = meaning.terms.iter();
    Lookup::All(terms.map(|term| meets(term, place)).collect())
}

fn some(meaning: &Meaning) -> Lookup {
    let terms = meaning.terms.iter();
    Lookup::Any(terms.map(|term| meets(term, Place::Title)).collect())
}

fn meets(term: &Term, place: Place) -> Lookup {
    let lexeme = |stem: &String| {
        Lookup::Lexeme(match place {
            Place::Anywhere => stem.clone(),
            Place::Title => in_title(stem),
        })
    };
    let alternatives = term
        .alternatives
        .iter()
        .map(|alternative| Lookup::All(alternative.stems.iter().map(lexeme).collect()));
    Lookup::Any(alternatives.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::search::dictionary::Dictionary;
    use crate::domain::search::{
        reading::Query,
        understanding::{Typing, understand},
        vocabulary::{KnownWord, Vocabulary},
    };

    fn meaning(of_word: u64) -> Meaning {
        let mut vocabulary = Vocabulary::default();
        for (stem, documents) in [("собран", of_word), ("#", 1_000_000)] {
            vocabulary.extend([KnownWord {
                stem: stem.into(),
                word: stem.into(),
                documents,
            }]);
        }
        understand(
            &Query::read("собрание"),
            &vocabulary,
            Dictionary::get(),
            Typing::Finished,
        )
    }

    #[test]
    fn a_frequent_word_is_looked_for_in_the_newest_weeks() {
        let weeks: Weeks = (0..100)
            .rev()
            .map(|week| (format!("@{week}"), 2000))
            .collect();
        assert!(needs_weeks(&meaning(300_000), Reach::Recent));
        assert!(!needs_weeks(&meaning(900), Reach::Recent));
        assert!(needs_weeks(&meaning(900), Reach::Near));
        // 30 % of 2,000 a week: one week holds enough; of 1 % it takes seven.
        let taken = |of_word, reach| {
            let meaning = meaning(of_word);
            let share = every_share(&meaning, Place::Anywhere);
            match newest(&meaning, share, &weeks, reach) {
                Some(Lookup::Any(taken)) => Some(taken.len()),
                _ => None,
            }
        };
        assert_eq!(taken(300_000, Reach::Recent), Some(1));
        assert_eq!(taken(10_000, Reach::Recent), Some(7));
        assert_eq!(taken(300_000, Reach::Whole), None);
        assert_eq!(taken(900, Reach::Recent), None);
        // To suggest, a quarter as many are enough, and fewer matches are too many to visit.
        assert_eq!(taken(10_000, Reach::Near), Some(2));
        assert_eq!(taken(900, Reach::Near), Some(17));
    }
}
