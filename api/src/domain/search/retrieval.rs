//! Which documents are worth ranking: a few narrow walks through the index instead of all matches.
//!
//! Ranking every match is what makes search slow as an archive grows. Guides, benefits, pages and
//! organisations are few and are all looked at; of the news only the newest that match are, those
//! with the words in the headline apart from the rest. A word that half of the archive holds is
//! looked for in the newest weeks only: the index meets the rare lexeme of a week first and so never
//! reads the long list of a frequent word to its end.

use super::{
    document::{IN_TITLE, OF_TYPE},
    types::SearchType,
    understanding::{Meaning, Term},
};

/// Documents of other kinds that hold every word.
const MOST_OTHERS: u64 = 150;
/// Documents of other kinds that are named by one of the words.
const MOST_PARTLY: u64 = 150;
/// News with every word in the headline or the tags, and news with every word anywhere.
const MOST_NEWS: u64 = 60;
/// Documents with just some of the words, where hardly any has them all.
const MOST_RELAXED: u64 = 120;
/// More matches than this are not all visited.
const FREQUENT_MATCHES: f64 = 1500.0;
/// Matches that the newest weeks should hold.
const ENOUGH_MATCHES: f64 = 400.0;

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
    pub limit: u64,
    /// Whether what it finds holds every word of the query.
    pub holds_all: bool,
}

/// The weeks of public documents, newest first, with how many each has.
pub type Weeks = Vec<(String, u64)>;

/// Whether so much of the archive matches that the weeks are needed.
#[must_use]
pub fn needs_weeks(meaning: &Meaning) -> bool {
    expected_matches(meaning) > FREQUENT_MATCHES
}

/// The walks for a query.
#[must_use]
pub fn walks(meaning: &Meaning, types: &[SearchType], weeks: &Weeks) -> Vec<Walk> {
    let everywhere = every(meaning, false);
    let mut walks = Vec::new();
    let others: Vec<SearchType> = without_news(types);
    if !others.is_empty() {
        let others = of_types(&others);
        walks.push(Walk {
            lookup: Lookup::All(vec![everywhere.clone(), others.clone()]),
            limit: MOST_OTHERS,
            holds_all: true,
        });
        if meaning.terms.len() > 1 {
            walks.push(Walk {
                lookup: Lookup::All(vec![some(meaning, true), others]),
                limit: MOST_PARTLY,
                holds_all: false,
            });
        }
    }
    if types.contains(&SearchType::NewsArticle) {
        let news = of_types(&[SearchType::NewsArticle]);
        for lookup in [every(meaning, true), everywhere] {
            let mut parts = vec![lookup, news.clone()];
            parts.extend(newest(meaning, weeks));
            walks.push(Walk {
                lookup: Lookup::All(parts),
                limit: MOST_NEWS,
                holds_all: true,
            });
        }
    }
    walks
}

/// The walk for when hardly anything holds every word: documents named by one, newest first.
#[must_use]
pub fn relaxed(meaning: &Meaning, types: &[SearchType]) -> Vec<Walk> {
    let rare: Vec<&Term> = rarest_first(meaning);
    let rare = rare.into_iter().take(3).map(|term| meets(term, false));
    let anywhere = Walk {
        lookup: Lookup::All(vec![
            Lookup::Any(rare.collect()),
            of_types(&without_news(types)),
        ]),
        limit: MOST_RELAXED,
        holds_all: false,
    };
    let named = Walk {
        lookup: Lookup::All(vec![some(meaning, true), of_types(types)]),
        limit: MOST_RELAXED,
        holds_all: false,
    };
    let mut walks = vec![named];
    if !without_news(types).is_empty() {
        walks.push(anywhere);
    }
    walks
}

/// The walks for titles that go on as somebody types.
#[must_use]
pub fn titles(meaning: &Meaning, weeks: &Weeks) -> Vec<Walk> {
    let titled = every(meaning, true);
    let others = of_types(&without_news(&SearchType::ALL));
    let mut news = vec![titled.clone(), of_types(&[SearchType::NewsArticle])];
    news.extend(newest(meaning, weeks));
    let walk = |parts| Walk {
        lookup: Lookup::All(parts),
        limit: MOST_NEWS,
        holds_all: true,
    };
    vec![walk(vec![titled, others]), walk(news)]
}

/// Every word of the query in documents of one type.
#[must_use]
pub fn matching(meaning: &Meaning, of: SearchType) -> Lookup {
    Lookup::All(vec![every(meaning, false), of_types(&[of])])
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

fn rarest_first(meaning: &Meaning) -> Vec<&Term> {
    let mut terms: Vec<&Term> = meaning.terms.iter().collect();
    terms.sort_by_key(|term| term.documents);
    terms
}

/// As if words were spread evenly and apart; only the order of magnitude counts.
#[expect(clippy::cast_precision_loss, reason = "documents are far below 2^52")]
fn expected_matches(meaning: &Meaning) -> f64 {
    meaning.documents as f64 * share(meaning)
}

#[expect(clippy::cast_precision_loss, reason = "documents are far below 2^52")]
fn share(meaning: &Meaning) -> f64 {
    let documents = meaning.documents.max(1) as f64;
    let shares = meaning
        .terms
        .iter()
        .map(|term| (term.documents as f64 / documents).min(1.0));
    shares.product()
}

#[expect(clippy::cast_precision_loss, reason = "documents are far below 2^52")]
fn newest(meaning: &Meaning, weeks: &Weeks) -> Option<Lookup> {
    if weeks.is_empty() {
        return None;
    }
    let share = share(meaning);
    let mut expected = 0.0;
    let mut taken = Vec::new();
    for (lexeme, documents) in weeks {
        if expected > ENOUGH_MATCHES {
            break;
        }
        expected += *documents as f64 * share;
        taken.push(Lookup::Lexeme(lexeme.clone()));
    }
    Some(Lookup::Any(taken))
}

fn of_types(types: &[SearchType]) -> Lookup {
    let lexeme = |of: &SearchType| Lookup::Lexeme(format!("{OF_TYPE}{}", of.object_type()));
    Lookup::Any(types.iter().map(lexeme).collect())
}

fn every(meaning: &Meaning, in_title: bool) -> Lookup {
    Lookup::All(
        meaning
            .terms
            .iter()
            .map(|term| meets(term, in_title))
            .collect(),
    )
}

fn some(meaning: &Meaning, in_title: bool) -> Lookup {
    Lookup::Any(
        meaning
            .terms
            .iter()
            .map(|term| meets(term, in_title))
            .collect(),
    )
}

fn meets(term: &Term, in_title: bool) -> Lookup {
    let lexeme = |stem: &String| {
        Lookup::Lexeme(if in_title {
            format!("{IN_TITLE}{stem}")
        } else {
            stem.clone()
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
    use crate::domain::search::understanding::{KnownWord, Query, Typing, Vocabulary};

    fn meaning(of_word: u64) -> Meaning {
        let mut vocabulary = Vocabulary::default();
        for (stem, documents) in [("собран", of_word), ("#", 1_000_000)] {
            vocabulary.extend([KnownWord {
                stem: stem.into(),
                word: stem.into(),
                documents,
            }]);
        }
        Query::read("собрание").understand(&vocabulary, Dictionary::get(), Typing::Finished)
    }

    #[test]
    fn a_frequent_word_is_looked_for_in_the_newest_weeks() {
        let weeks: Weeks = (0..100)
            .rev()
            .map(|week| (format!("@{week}"), 2000))
            .collect();
        assert!(needs_weeks(&meaning(300_000)) && !needs_weeks(&meaning(900)));
        // 30 % of 2,000 a week: one week holds enough.
        assert_eq!(
            newest(&meaning(300_000), &weeks),
            Some(Lookup::Any(vec![Lookup::Lexeme("@99".into())]))
        );
        assert_eq!(newest(&meaning(900), &vec![]), None);
    }
}
