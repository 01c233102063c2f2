//! Which outlet a line of a file is about.
//!
//! An external id is a name: whatever has it is meant, wherever it stands, and several may stand at one
//! address. A line without one is known by its address alone, so that no other line of its partner's may
//! have that address.

use std::collections::{HashMap, HashSet};

use entities::outlet;
use uuid::Uuid;

use super::table::{Line, Table};

/// The cells by which a line is known.
#[derive(Clone, Copy)]
pub struct Mark<'t> {
    /// Where the line begins in the file.
    pub line: u64,
    /// The slug of its partner.
    pub partner: &'t str,
    pub external_id: Option<&'t str>,
    pub address: &'t str,
}

impl<'t> Mark<'t> {
    /// The mark of a line.
    #[must_use]
    pub fn of(table: &Table, line: &'t Line) -> Self {
        let cell = |column: &str| table.cell(line, column).unwrap_or_default();
        Self {
            line: line.number,
            partner: cell("partner"),
            external_id: Some(cell("external_id")).filter(|id| !id.is_empty()),
            address: cell("address"),
        }
    }
}

/// The lines of a file by their marks: where each stands first.
#[derive(Default)]
pub struct Marks<'t> {
    /// By partner and external id.
    named: HashMap<(&'t str, &'t str), u64>,
    /// By partner and address, of lines with an external id.
    named_at: HashMap<(&'t str, &'t str), u64>,
    /// By partner and address, of lines without one.
    nameless_at: HashMap<(&'t str, &'t str), u64>,
}

/// What a line is about.
pub enum Found<'o> {
    Nothing,
    One(&'o outlet::Model),
    /// Its address does not say which.
    Several,
}

impl<'t> Marks<'t> {
    /// The marks of a whole file.
    #[must_use]
    pub fn of(table: &'t Table) -> Self {
        let mut marks = Self::default();
        for line in &table.lines {
            let mark = Mark::of(table, line);
            let place = (mark.partner, mark.address);
            let places = match mark.external_id {
                Some(id) => {
                    marks.named.entry((mark.partner, id)).or_insert(mark.line);
                    &mut marks.named_at
                }
                None => &mut marks.nameless_at,
            };
            places.entry(place).or_insert(mark.line);
        }
        marks
    }

    /// The column by which a line can't be told from another one, and where that one stands.
    #[must_use]
    pub fn repetition(&self, mark: Mark<'t>) -> Option<(&'static str, u64)> {
        let other = |line: &&u64| **line != mark.line;
        let place = (mark.partner, mark.address);
        let (column, line) = match mark.external_id {
            Some(id) => (
                "external_id",
                self.named.get(&(mark.partner, id)).filter(other),
            ),
            None => {
                let nameless = self.nameless_at.get(&place).filter(other);
                ("address", nameless.or_else(|| self.named_at.get(&place)))
            }
        };
        line.map(|line| (column, *line))
    }

    /// Which of the partner's outlets a line is about. Lines above have `taken` theirs.
    #[must_use]
    pub fn find<'o>(
        &self,
        mark: Mark<'t>,
        outlets: &'o [outlet::Model],
        taken: &HashSet<Uuid>,
    ) -> Found<'o> {
        let mut there = outlets
            .iter()
            .filter(|outlet| outlet.address == mark.address);
        if mark.external_id.is_some() {
            let named = outlets
                .iter()
                .find(|outlet| outlet.external_id.as_deref() == mark.external_id);
            // One that has no external id yet is given it.
            let nameless =
                there.find(|outlet| outlet.external_id.is_none() && !taken.contains(&outlet.id));
            return named.or(nameless).map_or(Found::Nothing, Found::One);
        }
        // What another line names may move away from here.
        let mut free = there.filter(|outlet| !self.names(mark.partner, outlet));
        match (free.next(), free.next()) {
            (None, _) => Found::Nothing,
            (Some(only), None) => Found::One(only),
            (Some(_), Some(_)) => Found::Several,
        }
    }

    /// Whether a line names that outlet.
    fn names(&self, partner: &'t str, outlet: &outlet::Model) -> bool {
        let names = |id: &str| self.named.contains_key(&(partner, id));
        outlet.external_id.as_deref().is_some_and(names)
    }
}
