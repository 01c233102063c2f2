//! Figures of a scope: of one service or of many, in a period, in all of Moscow or in an okrug.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use entities::enums::{Okrug, ServicePortal, ServiceReportChannel};
use sea_orm::{ConnectionTrait, Iterable};
use uuid::Uuid;

use super::{
    rules::{Cell, Counts, Edition, Figures, Period, Section, Slice, missing, shown},
    store::{self, Wanted},
};
use crate::infra::{auth::Audience, error::Error};

/// What figures are asked of.
#[derive(Clone, Debug)]
pub struct Scope {
    /// One guide; `None`: all that the asker sees.
    pub guide_id: Option<Uuid>,
    /// Of all guides only those that lead there.
    pub portal: Option<ServicePortal>,
    /// These okrugs together; none: all of Moscow.
    pub okrugs: Vec<Okrug>,
    pub period: Period,
    pub edition: Edition,
}

/// Counts, of which perhaps nothing may be shown.
#[derive(Clone, Debug)]
pub struct Measured {
    counts: Counts,
    /// Others are published from which these could be told.
    is_withheld: bool,
}

impl Measured {
    /// Counts that hide nobody else's.
    #[must_use]
    pub const fn open(counts: Counts) -> Self {
        Self {
            counts,
            is_withheld: false,
        }
    }

    /// What is published of them.
    #[must_use]
    pub fn figures(&self) -> Option<Figures> {
        if self.is_withheld {
            return None;
        }
        Figures::of(&self.counts)
    }

    /// How many reports are missing; `None` where that would tell too much.
    #[must_use]
    pub fn missing(&self) -> Option<i64> {
        (!self.is_withheld).then(|| missing(self.counts.reports))
    }
}

/// The whole of a scope, and its months.
#[derive(Clone, Debug)]
pub struct Overview {
    pub whole: Measured,
    /// Every month of the period, the first one first.
    pub months: Vec<MonthMeasured>,
}

/// A month of a scope.
#[derive(Clone, Debug)]
pub struct MonthMeasured {
    /// Its first day.
    pub month: NaiveDate,
    pub is_frozen: bool,
    pub measured: Measured,
}

/// The whole of a scope and its months.
///
/// # Errors
/// Whatever the database reports.
pub async fn overview(
    connection: &impl ConnectionTrait,
    audience: &Audience,
    scope: &Scope,
) -> Result<Overview, Error> {
    let cells = list(connection, audience, scope, slices_for(&scope.okrugs)).await?;
    let period = scope.period;
    let frozen: BTreeSet<NaiveDate> =
        store::list_frozen(connection, period.first_day(), period.last_month())
            .await?
            .into_iter()
            .collect();
    // Months are not withheld for each other's sake: whoever asks for one alone gets it.
    let months = period.months().into_iter().map(|month| {
        let of_month = cells.iter().filter(|cell| cell.month == month);
        MonthMeasured {
            month,
            is_frozen: frozen.contains(&month),
            measured: whole_of(of_month, &scope.okrugs),
        }
    });
    Ok(Overview {
        whole: whole_of(cells.iter(), &scope.okrugs),
        months: months.collect(),
    })
}

/// The whole of a scope alone.
///
/// # Errors
/// Whatever the database reports.
pub async fn whole(
    connection: &impl ConnectionTrait,
    audience: &Audience,
    scope: &Scope,
) -> Result<Measured, Error> {
    let cells = list(connection, audience, scope, slices_for(&scope.okrugs)).await?;
    Ok(whole_of(cells.iter(), &scope.okrugs))
}

/// Okrugs, and last what names none, whatever okrug the scope has.
///
/// # Errors
/// Whatever the database reports.
pub async fn by_okrug(
    connection: &impl ConnectionTrait,
    audience: &Audience,
    scope: &Scope,
) -> Result<Vec<(Option<Okrug>, Measured)>, Error> {
    let cells = list(connection, audience, scope, okrug_slices()).await?;
    let parts = parts_of(cells.iter(), &okrug_slices());
    Ok(okrugs().into_iter().zip(parts).collect())
}

/// How people applied. Nothing where the scope has an okrug, for which that is not counted.
///
/// # Errors
/// Whatever the database reports.
pub async fn by_channel(
    connection: &impl ConnectionTrait,
    audience: &Audience,
    scope: &Scope,
) -> Result<Vec<(ServiceReportChannel, Measured)>, Error> {
    if !scope.okrugs.is_empty() {
        return Ok(Vec::new());
    }
    let slices: Vec<Slice> = ServiceReportChannel::iter().map(Slice::Channel).collect();
    let cells = list(connection, audience, scope, slices.clone()).await?;
    let parts = parts_of(cells.iter(), &slices);
    Ok(ServiceReportChannel::iter().zip(parts).collect())
}

/// The counts of these guides, each in all of Moscow. Whoever asks has found that the guides are to be
/// seen.
///
/// # Errors
/// Whatever the database reports.
pub async fn of_guides(
    connection: &impl ConnectionTrait,
    edition: Edition,
    period: Period,
    guide_ids: Vec<Uuid>,
) -> Result<BTreeMap<Uuid, Counts>, Error> {
    let wanted = Wanted {
        subject_ids: guide_ids,
        section: Section::Guide,
        slices: vec![Slice::All],
        period,
    };
    let mut of_guides: BTreeMap<Uuid, Counts> = BTreeMap::new();
    for cell in store::list_cells(connection, edition, &wanted).await? {
        let counts = of_guides.entry(cell.subject_id).or_default();
        counts.take_in(&cell.counts);
    }
    Ok(of_guides)
}

async fn list(
    connection: &impl ConnectionTrait,
    audience: &Audience,
    scope: &Scope,
    slices: Vec<Slice>,
) -> Result<Vec<Cell>, Error> {
    let wanted = Wanted {
        subject_ids: match scope.guide_id {
            Some(guide_id) => vec![guide_id],
            None => audience.ids().to_vec(),
        },
        section: match (scope.guide_id, scope.portal) {
            (Some(_), _) => Section::Guide,
            (None, Some(portal)) => Section::Portal(portal),
            (None, None) => Section::All,
        },
        slices,
        period: scope.period,
    };
    Ok(store::list_cells(connection, scope.edition, &wanted).await?)
}

fn okrugs() -> Vec<Option<Okrug>> {
    Okrug::iter().map(Some).chain([None]).collect()
}

fn okrug_slices() -> Vec<Slice> {
    okrugs().into_iter().map(Slice::of_okrug).collect()
}

/// An okrug is shown by what the others are, so that all of them are read.
fn slices_for(okrugs: &[Okrug]) -> Vec<Slice> {
    if okrugs.is_empty() {
        return vec![Slice::All];
    }
    okrug_slices()
}

/// The whole of some cells, or these okrugs among the others: withheld as soon as one of them is, or as
/// they are too few, which would tell of the others.
fn whole_of<'c>(cells: impl Iterator<Item = &'c Cell>, among: &[Okrug]) -> Measured {
    if among.is_empty() {
        return Measured::open(Counts::of(cells.map(|cell| &cell.counts)));
    }
    let parts = parts_of(cells, &okrug_slices());
    let mut whole = Measured::open(Counts::default());
    for (okrug, part) in okrugs().into_iter().zip(parts) {
        if okrug.is_some_and(|okrug| among.contains(&okrug)) {
            whole.counts.take_in(&part.counts);
            whole.is_withheld |= part.is_withheld && part.counts.reports > 0;
        }
    }
    whole.is_withheld |= missing(whole.counts.reports) > 0;
    whole
}

/// The parts of a whole, those withheld that would tell of others.
fn parts_of<'c>(cells: impl Iterator<Item = &'c Cell>, slices: &[Slice]) -> Vec<Measured> {
    let mut by_slice: BTreeMap<Slice, Counts> = BTreeMap::new();
    for cell in cells {
        by_slice
            .entry(cell.slice)
            .or_default()
            .take_in(&cell.counts);
    }
    let part = |slice: &Slice| Measured::open(by_slice.remove(slice).unwrap_or_default());
    withhold(slices.iter().map(part).collect())
}

/// Withholds those parts of a whole that are too small, or that would tell of one that is.
fn withhold(parts: Vec<Measured>) -> Vec<Measured> {
    let sizes: Vec<i64> = parts.iter().map(|part| part.counts.reports).collect();
    let withheld = |(part, is_shown): (Measured, bool)| Measured {
        is_withheld: part.is_withheld || !is_shown,
        counts: part.counts,
    };
    parts.into_iter().zip(shown(&sizes)).map(withheld).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(okrug: Okrug, month: &str, reports: i64) -> Cell {
        Cell {
            subject_id: Uuid::nil(),
            section: Section::Guide,
            slice: Slice::Okrug(okrug),
            month: month.parse().unwrap(),
            counts: Counts {
                reports,
                ..Counts::default()
            },
        }
    }

    #[test]
    fn an_okrug_that_is_hidden_beside_others_is_hidden_alone() {
        let month = "2026-11-01";
        let cells = [
            cell(Okrug::Cao, month, 3),
            cell(Okrug::Sao, month, 6),
            cell(Okrug::Vao, month, 30),
        ];
        let reports = |okrug| {
            let whole = whole_of(cells.iter(), &[okrug]);
            whole.figures().map(|figures| figures.reports)
        };
        assert_eq!(reports(Okrug::Cao), None);
        assert_eq!(reports(Okrug::Sao), None);
        assert_eq!(reports(Okrug::Vao), Some(30));
        assert_eq!(whole_of(cells.iter(), &[Okrug::Zao]).missing(), None);
    }

    #[test]
    fn okrugs_together_tell_of_none_that_is_hidden() {
        let month = "2026-11-01";
        let cells = [
            cell(Okrug::Nao, month, 9),
            cell(Okrug::Tao, month, 2),
            cell(Okrug::Vao, month, 6),
            cell(Okrug::Zao, month, 40),
        ];
        let figures = |among: &[Okrug]| whole_of(cells.iter(), among).figures().is_some();
        assert!(figures(&[Okrug::Nao]));
        assert!(!figures(&[Okrug::Nao, Okrug::Tao]));
        assert!(figures(&[Okrug::Nao, Okrug::Sao]), "nobody is hidden there");
    }

    #[test]
    fn okrugs_of_several_months_are_judged_together() {
        let cells = [
            cell(Okrug::Cao, "2026-10-01", 3),
            cell(Okrug::Cao, "2026-11-01", 3),
        ];
        let whole = whole_of(cells.iter(), &[Okrug::Cao]);
        assert_eq!(whole.figures().map(|figures| figures.reports), Some(6));
    }
}
