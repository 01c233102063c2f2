//! Indexing far more things than the follower could: rows for `COPY`, the vocabulary counted aside.

use std::collections::BTreeMap;

use super::{
    dictionary::Dictionary,
    document::{Document, OF_TYPE, document},
    spelling,
    vocabulary::ALL_DOCUMENTS,
};
use crate::{
    domain::content::Searchable,
    infra::{
        db::{Bulk, CopyRows, write_text},
        error::Error,
    },
};

const COLUMNS: &str =
    "object_id, object_type, audience_id, published_at, title, headwords, lexemes";

/// What a stem adds to the vocabulary: in how many documents it is, and a word for it.
type Counted = BTreeMap<String, (i64, String)>;

/// Things as rows of the index, made apart from the database.
pub struct IndexRows {
    rows: CopyRows,
    counted: Counted,
}

impl IndexRows {
    /// The rows of these public things.
    #[must_use]
    pub fn of(things: &[Searchable]) -> Self {
        let dictionary = Dictionary::get();
        let mut text = String::with_capacity(things.len() * 2048);
        let mut counted = Counted::new();
        for thing in things {
            let document = document(thing, dictionary);
            write_row(&mut text, thing, &document);
            count(&mut counted, document);
        }
        Self {
            rows: CopyRows {
                table: "search_document",
                columns: COLUMNS.into(),
                text,
            },
            counted,
        }
    }
}

fn write_row(line: &mut String, thing: &Searchable, document: &Document) {
    let fixed = format!(
        "{}\t{}\t{}\t{}\t",
        thing.object_id,
        thing.object_type,
        thing.audience_id,
        thing.published_at.to_rfc3339()
    );
    line.push_str(&fixed);
    write_text(line, &thing.title);
    line.push('\t');
    write_text(line, &document.headwords.store());
    line.push('\t');
    // Lexemes are letters, digits and our marks: quoted, a tsvector reads them as they are.
    for lexeme in &document.lexemes {
        line.push('\'');
        line.push_str(lexeme);
        line.push_str("' ");
    }
    line.push('\n');
}

fn count(counted: &mut Counted, mut document: Document) {
    let stems = document
        .lexemes
        .into_iter()
        .filter(|lexeme| !lexeme.starts_with(OF_TYPE));
    for stem in stems.chain([ALL_DOCUMENTS.to_owned()]) {
        if let Some((documents, _)) = counted.get_mut(&stem) {
            *documents += 1;
        } else {
            let word = document.words.remove(&stem).unwrap_or_else(|| stem.clone());
            counted.insert(stem, (1, word));
        }
    }
}

/// The vocabulary of a bulk load.
#[derive(Default)]
pub struct BulkIndex {
    counted: Counted,
}

impl BulkIndex {
    /// Counts the words of these rows and hands the rows on.
    pub fn take(&mut self, index: IndexRows) -> CopyRows {
        for (stem, (documents, word)) in index.counted {
            let known = self.counted.entry(stem).or_insert((0, word));
            known.0 += documents;
        }
        index.rows
    }

    /// Adds what was counted to the vocabulary.
    ///
    /// # Errors
    /// Whatever the driver reports.
    pub async fn settle(self, bulk: &mut Bulk) -> Result<(), Error> {
        let words: Vec<(&str, &str, i64)> = self
            .counted
            .iter()
            .map(|(stem, (documents, word))| (stem.as_str(), word.as_str(), *documents))
            .collect();
        bulk.execute_with(super::store::ADD_WORDS, &serde_json::to_string(&words)?)
            .await?;
        let entries: Vec<(String, &str)> = self
            .counted
            .keys()
            .flat_map(|stem| {
                let entries = spelling::entries(stem).into_iter();
                entries.map(move |entry| (entry, stem.as_str()))
            })
            .collect();
        bulk.execute_with(
            super::store::ADD_DELETIONS,
            &serde_json::to_string(&entries)?,
        )
        .await?;
        Ok(())
    }
}

/// Keeps the follower away until the bulk load is over.
///
/// # Errors
/// Whatever the driver reports.
pub async fn hold_follower(bulk: &mut Bulk) -> Result<(), Error> {
    Ok(bulk
        .execute("SELECT 1 FROM search_state FOR UPDATE")
        .await?)
}

/// Tells the follower that a bulk load has indexed these numbers. If it had not come so far before,
/// it goes through them itself.
///
/// # Errors
/// Whatever the driver reports.
pub async fn follow_bulk(bulk: &mut Bulk, first: i64, last: i64) -> Result<(), Error> {
    let before = first - 1;
    let statement =
        format!("UPDATE search_state SET indexed_seq = {last} WHERE indexed_seq = {before}");
    Ok(bulk.execute(&statement).await?)
}
