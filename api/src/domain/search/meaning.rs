//! A query that was understood: what a document has to hold, in which ways.

use std::collections::BTreeSet;

/// A way in which part of a query can be met by a document: by all of these stems.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    pub stems: Vec<String>,
    /// How sure it is that this was meant, 0 to 1.
    pub weight: f64,
}

/// A word of a query, or several that mean one thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    pub alternatives: Vec<Alternative>,
    /// How many public documents meet it, roughly.
    pub documents: u64,
    /// How many of them in their title or among their labels.
    pub titled: u64,
    /// What it is shown as, where that differs from what was typed.
    pub shown: Option<String>,
    pub(super) typed: String,
}

/// A query that was understood.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Meaning {
    pub terms: Vec<Term>,
    /// How many public documents there are.
    pub documents: u64,
}

impl Meaning {
    /// The query as it was understood, where that is not what was typed.
    #[must_use]
    pub fn corrected(&self) -> Option<String> {
        self.terms.iter().any(|term| term.shown.is_some()).then(|| {
            let words = self
                .terms
                .iter()
                .map(|term| term.shown.as_ref().unwrap_or(&term.typed));
            words.map(String::as_str).collect::<Vec<_>>().join(" ")
        })
    }

    /// Every stem that a document may be met by.
    #[must_use]
    pub fn stems(&self) -> BTreeSet<&str> {
        self.terms
            .iter()
            .flat_map(|term| &term.alternatives)
            .flat_map(|alternative| alternative.stems.iter().map(String::as_str))
            .collect()
    }
}
