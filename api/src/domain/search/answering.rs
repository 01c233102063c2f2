//! From what was typed to ranked documents: understand, walk the index, rank.

use super::{
    dictionary::Dictionary,
    meaning::Meaning,
    ranking::{Candidate, Rank, rank},
    reading::Query,
    retrieval::{MOST_NEWS, Reach, Walk, Weeks, needs_weeks, news, others, relaxed, titles},
    store,
    types::SearchType,
    understanding::{self, Typing},
    vocabulary::Vocabulary,
};
use crate::infra::{auth::Audience, db::Database, error::Error};

/// With fewer answers than this, documents that hold just some of the words are shown, too.
const FEW: usize = 3;
/// What is so much worse than the best answer is no answer.
const LEAST_SHARE_OF_BEST: f64 = 0.3;

/// What the vocabulary makes of a text.
///
/// # Errors
/// Whatever the database reports.
pub async fn understand(database: &Database, text: &str, typing: Typing) -> Result<Meaning, Error> {
    let query = Query::read(text);
    if query.is_empty() {
        return Ok(Meaning::default());
    }
    let dictionary = Dictionary::get();
    let mut vocabulary = Vocabulary::default();
    vocabulary.extend(store::list_words(database.reader(), &query.stems()).await?);
    let unknown = query.unknown(&vocabulary, dictionary, typing);
    if !unknown.is_empty() {
        vocabulary.extend(store::list_near(database.reader(), &unknown).await?);
    }
    Ok(understanding::understand(
        &query,
        &vocabulary,
        dictionary,
        typing,
    ))
}

/// The answers to a query, best first.
///
/// # Errors
/// Whatever the database reports.
pub async fn answers(
    database: &Database,
    audience: &Audience,
    meaning: &Meaning,
    types: &[SearchType],
) -> Result<Vec<(Rank, Candidate)>, Error> {
    if meaning.terms.is_empty() || types.is_empty() {
        return Ok(Vec::new());
    }
    let weeks = weeks(database, meaning, Reach::Recent).await?;
    let mut candidates = Vec::new();
    let mut walks = others(meaning, types);
    let mut walked = None;
    for reach in Reach::TO_ANSWER {
        let to_news = news(meaning, types, &weeks, reach);
        // A word may have been in use years ago: then the newest weeks hold too few.
        let is_enough = count_news(&candidates) >= MOST_NEWS;
        if is_enough || walked.as_ref() == Some(&to_news) {
            break;
        }
        walks.extend(to_news.iter().cloned());
        candidates.extend(walk(database, audience, &walks).await?);
        walks.clear();
        walked = Some(to_news);
    }
    let whole = candidates.iter().filter(|candidate| candidate.holds_all);
    if whole.count() < FEW && meaning.terms.len() > 1 {
        let walks = relaxed(meaning, types, &weeks);
        candidates.extend(walk(database, audience, &walks).await?);
    }
    Ok(worth_showing(rank(candidates, meaning)))
}

fn count_news(candidates: &[Candidate]) -> u64 {
    let news = candidates
        .iter()
        .filter(|candidate| candidate.of == SearchType::NewsArticle);
    news.count() as u64
}

/// Titles that begin or go on as typed, best first; where there are so many, at least `enough`.
///
/// # Errors
/// Whatever the database reports.
pub async fn titled(
    database: &Database,
    audience: &Audience,
    meaning: &Meaning,
    enough: usize,
) -> Result<Vec<(Rank, Candidate)>, Error> {
    if meaning.terms.is_empty() {
        return Ok(Vec::new());
    }
    let weeks = weeks(database, meaning, Reach::Near).await?;
    let mut candidates = Vec::new();
    let mut walked = None;
    for reach in Reach::TO_SUGGEST {
        let walks = titles(meaning, &weeks, reach);
        if candidates.len() >= enough || walked.as_ref() == Some(&walks) {
            break;
        }
        candidates = walk(database, audience, &walks).await?;
        walked = Some(walks);
    }
    Ok(rank(candidates, meaning))
}

async fn weeks(database: &Database, meaning: &Meaning, nearest: Reach) -> Result<Weeks, Error> {
    if needs_weeks(meaning, nearest) {
        Ok(store::list_weeks(database.reader()).await?)
    } else {
        Ok(Weeks::new())
    }
}

async fn walk(
    database: &Database,
    audience: &Audience,
    walks: &[Walk],
) -> Result<Vec<Candidate>, Error> {
    Ok(store::list_candidates(database.reader(), audience, walks).await?)
}

fn worth_showing(mut ranked: Vec<(Rank, Candidate)>) -> Vec<(Rank, Candidate)> {
    let best = ranked.first().map_or(0, |(rank, _)| rank.score);
    ranked.retain(|(rank, _)| f64::from(rank.score) >= LEAST_SHARE_OF_BEST * f64::from(best));
    ranked
}
