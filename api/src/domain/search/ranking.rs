//! Which found document is the best answer: pure arithmetic over its headwords.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    document::Headwords,
    meaning::{Alternative, Meaning, Term},
    retrieval::rarity,
    types::SearchType,
};

// What a word is worth by where it stands. The order is the domain's (title, synonyms, lead, body);
// the figures are what answered the queries of tests/search best.
const IN_TITLE: f64 = 1.0;
const IN_NAMES: f64 = 0.85;
const IN_LEAD: f64 = 0.5;
const SALIENT: f64 = 0.35;
const IN_BODY: f64 = 0.12;
/// For a title that says nothing else.
const TITLE_FILLED: f64 = 0.25;
/// For words that follow each other in the title as in the query.
const IN_ORDER: f64 = 0.1;
/// Scores are told apart by hundredths; within one, the newer document comes first.
const STEPS: f64 = 100.0;

/// A document that may be an answer.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub object_id: Uuid,
    pub of: SearchType,
    pub published_at: DateTime<Utc>,
    pub title: String,
    pub headwords: Headwords,
    /// Whether it is known to hold every word of the query.
    pub holds_all: bool,
}

/// Where a document stands among the answers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Rank {
    /// In hundredths.
    pub score: u32,
    pub published_at: DateTime<Utc>,
    pub object_id: Uuid,
}

/// The candidates, best first, each with its rank. What holds no word of the query is left out.
#[must_use]
pub fn rank(candidates: Vec<Candidate>, meaning: &Meaning) -> Vec<(Rank, Candidate)> {
    let mut best: HashMap<Uuid, (Rank, Candidate)> = HashMap::new();
    for candidate in candidates {
        let rank = Rank {
            score: score(&candidate, meaning),
            published_at: candidate.published_at,
            object_id: candidate.object_id,
        };
        let known = best.get(&candidate.object_id);
        if rank.score > 0 && known.is_none_or(|(known, _)| *known < rank) {
            best.insert(candidate.object_id, (rank, candidate));
        }
    }
    let mut ranked: Vec<(Rank, Candidate)> = best.into_values().collect();
    ranked.sort_by(|(one, _), (other, _)| other.cmp(one));
    ranked
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a score is between 0 and 2"
)]
fn score(candidate: &Candidate, meaning: &Meaning) -> u32 {
    let total: f64 = meaning
        .terms
        .iter()
        .map(|term| rarity(term, meaning.documents))
        .sum();
    let met: f64 = meaning
        .terms
        .iter()
        .map(|term| rarity(term, meaning.documents) * worth(term, candidate))
        .sum();
    let share = if total > 0.0 { met / total } else { 0.0 };
    let bonus =
        share * (TITLE_FILLED * title_filled(candidate, meaning) + in_order(candidate, meaning));
    ((share + bonus) * preference(candidate.of) * STEPS).round() as u32
}

/// Members look for what they can do: a guide is before the news about it.
const fn preference(of: SearchType) -> f64 {
    match of {
        SearchType::ServiceGuide => 1.2,
        SearchType::Benefit => 1.05,
        SearchType::Organisation => 1.15,
        SearchType::OrganisationPage => 0.95,
        SearchType::Course => 0.92,
        SearchType::NewsArticle => 0.9,
    }
}

fn worth(term: &Term, candidate: &Candidate) -> f64 {
    term.alternatives
        .iter()
        .map(|alternative| alternative.weight * met(alternative, candidate))
        .fold(0.0, f64::max)
}

/// What an alternative is worth: the mean of its stems, nothing where one is missing.
#[expect(
    clippy::cast_precision_loss,
    reason = "an alternative has a handful of stems"
)]
fn met(alternative: &Alternative, candidate: &Candidate) -> f64 {
    let worths: Option<Vec<f64>> = alternative
        .stems
        .iter()
        .map(|stem| field(stem, candidate))
        .collect();
    worths.map_or(0.0, |worths| {
        worths.iter().sum::<f64>() / worths.len().max(1) as f64
    })
}

fn field(stem: &String, candidate: &Candidate) -> Option<f64> {
    let headwords = &candidate.headwords;
    let fields = [
        (&headwords.title, IN_TITLE),
        (&headwords.names, IN_NAMES),
        (&headwords.lead, IN_LEAD),
        (&headwords.salient, SALIENT),
    ];
    let found = fields.iter().find(|(stems, _)| stems.contains(stem));
    found
        .map(|(_, worth)| *worth)
        .or(candidate.holds_all.then_some(IN_BODY))
}

/// How much of the title the query accounts for.
#[expect(clippy::cast_precision_loss, reason = "a title has a handful of words")]
fn title_filled(candidate: &Candidate, meaning: &Meaning) -> f64 {
    let stems = meaning.stems();
    let title = &candidate.headwords.title;
    let filled = title
        .iter()
        .filter(|stem| stems.contains(stem.as_str()))
        .count();
    filled as f64 / title.len().max(1) as f64
}

fn in_order(candidate: &Candidate, meaning: &Meaning) -> f64 {
    let place = |term: &Term| {
        term.alternatives
            .iter()
            .filter_map(|alternative| alternative.stems.first())
            .find_map(|stem| {
                candidate
                    .headwords
                    .title
                    .iter()
                    .position(|word| word == stem)
            })
    };
    let places: Vec<Option<usize>> = meaning.terms.iter().map(place).collect();
    let follows = places.windows(2).any(|pair| match pair {
        [Some(one), Some(next)] => *next == one + 1,
        _ => false,
    });
    if follows { IN_ORDER } else { 0.0 }
}
