//! Keeping the counts at the reports' heels: only the months of guides whose reports were written since
//! are counted anew, and only what has changed is written.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{
    rules::{Cell, Counts, Report, Section, Slice, month_of},
    store::{self, PublishedGuide},
    watching,
};
use crate::infra::{
    db::{Database, begin_long, bump_generation},
    digest::sha256_hex,
    error::Error,
};

/// What answers that show figures are made of (`schema::CACHE_TAGS`).
pub(super) const CACHE_TAG: &str = "service_quality";
/// A report is dated when its transaction begins and is seen when that has ended. Transactions end
/// within seconds; this much is looked at again, clocks that differ included.
const OVERLAP: TimeDelta = TimeDelta::minutes(5);

/// What a round of counting did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Months of guides of which reports were looked at.
    pub looked_at: usize,
    /// Cells that were written.
    pub written: usize,
    /// Guides that their editors were called to.
    pub concerns: usize,
}

/// Counts what has changed since the last round, and calls editors to guides that need them. Of several
/// instances at once one does it; the others return at once.
///
/// # Errors
/// Whatever the database reports; then nothing was done.
pub async fn refresh(database: &Database, now: DateTime<Utc>) -> Result<Counted, Error> {
    let transaction = begin_long(database).await?;
    let Some(mut state) = store::lock_state(&transaction).await? else {
        return Ok(Counted::default());
    };
    let since = state.counted_at.map(|at| at - OVERLAP);
    let changed = store::list_changed(&transaction, since).await?;
    let guides = store::list_published(&transaction).await?;
    let (mut counted, differing) = recount_all(&transaction, &changed).await?;
    let mut months: BTreeSet<NaiveDate> = differing.iter().map(|(month, _)| *month).collect();
    let digest = digest_of(&guides);
    if digest != state.guides_digest {
        months.extend(store::list_months(&transaction).await?);
    }
    for month in months {
        counted.written += sum_up(&transaction, month, &guides).await?;
    }
    let named: BTreeSet<Uuid> = differing.iter().map(|(_, guide_id)| *guide_id).collect();
    counted.concerns = watching::watch(&transaction, &guides, &named, now).await?;
    state.counted_at = Some(now);
    state.guides_digest = digest;
    store::keep_state(&transaction, state).await?;
    if counted.written > 0 {
        bump_generation(&transaction, CACHE_TAG).await?;
    }
    transaction.commit().await?;
    Ok(counted)
}

/// The months of guides that have become others.
type Differing = BTreeSet<(NaiveDate, Uuid)>;

/// Counts the months of guides anew in which these reports are.
async fn recount_all(
    transaction: &impl ConnectionTrait,
    changed: &[(Uuid, NaiveDate)],
) -> Result<(Counted, Differing), Error> {
    let mut by_month: BTreeMap<NaiveDate, BTreeSet<Uuid>> = BTreeMap::new();
    for (guide_id, day) in changed {
        by_month
            .entry(month_of(*day))
            .or_default()
            .insert(*guide_id);
    }
    let mut counted = Counted::default();
    let mut differing = Differing::new();
    for (month, guide_ids) in by_month {
        let guide_ids: Vec<Uuid> = guide_ids.into_iter().collect();
        counted.looked_at += guide_ids.len();
        let (written, others) = recount(transaction, month, &guide_ids).await?;
        counted.written += written;
        differing.extend(others.into_iter().map(|guide_id| (month, guide_id)));
    }
    Ok((counted, differing))
}

/// The counts of one guide's month, by slice.
type Slices = BTreeMap<Slice, Counts>;
/// Those of many guides, by audience.
type Sums = BTreeMap<(Uuid, Section, Slice), Counts>;

/// Counts a month of these guides anew, and returns how many cells that wrote, and of which guides.
async fn recount(
    transaction: &impl ConnectionTrait,
    month: NaiveDate,
    guide_ids: &[Uuid],
) -> Result<(usize, Vec<Uuid>), Error> {
    let now = tally(&store::list_reports(transaction, month, guide_ids).await?);
    let mut before: BTreeMap<Uuid, Slices> = BTreeMap::new();
    for cell in store::list_of_guides(transaction, month, guide_ids).await? {
        let slices = before.entry(cell.subject_id).or_default();
        slices.insert(cell.slice, cell.counts);
    }
    let differs = |guide_id: &&Uuid| now.get(*guide_id) != before.get(*guide_id);
    let differing: Vec<Uuid> = guide_ids.iter().filter(differs).copied().collect();
    if differing.is_empty() {
        return Ok((0, differing));
    }
    let slices_of = |guide_id: &Uuid| now.get(guide_id).cloned().unwrap_or_default();
    let cells: Vec<Cell> = differing
        .iter()
        .flat_map(|guide_id| {
            let cell = move |(slice, counts)| Cell {
                subject_id: *guide_id,
                section: Section::Guide,
                slice,
                month,
                counts,
            };
            slices_of(guide_id).into_iter().map(cell)
        })
        .collect();
    store::replace_of_guides(transaction, month, &differing, &cells).await?;
    // Where the last report was taken back nothing is written, and yet something has changed.
    Ok((cells.len().max(1), differing))
}

fn tally(reports: &[Report]) -> BTreeMap<Uuid, Slices> {
    let mut tally: BTreeMap<Uuid, Slices> = BTreeMap::new();
    for report in reports {
        let counts = tally.entry(report.guide_id).or_default();
        for slice in [
            Slice::All,
            Slice::of_okrug(report.okrug),
            Slice::Channel(report.channel),
        ] {
            counts.entry(slice).or_default().note(report);
        }
    }
    tally
}

/// Adds a month's guides up by audience, all of one and those that lead to each portal, and returns how
/// many cells that wrote. A guide that is not published is nobody's to see.
async fn sum_up(
    transaction: &impl ConnectionTrait,
    month: NaiveDate,
    guides: &[PublishedGuide],
) -> Result<usize, Error> {
    let by_id: BTreeMap<Uuid, &PublishedGuide> =
        guides.iter().map(|guide| (guide.id, guide)).collect();
    let mut now = Sums::new();
    let mut before = Sums::new();
    for cell in store::list_of_month(transaction, month).await? {
        if cell.section != Section::Guide {
            before.insert((cell.subject_id, cell.section, cell.slice), cell.counts);
        } else if let Some(guide) = by_id.get(&cell.subject_id) {
            for section in [Section::All, Section::Portal(guide.portal)] {
                let sum = now.entry((guide.audience_id, section, cell.slice));
                sum.or_default().take_in(&cell.counts);
            }
        }
    }
    if now == before {
        return Ok(0);
    }
    let cell = |((subject_id, section, slice), counts)| Cell {
        subject_id,
        section,
        slice,
        month,
        counts,
    };
    let cells: Vec<Cell> = now.into_iter().map(cell).collect();
    store::replace_of_many(transaction, month, &cells).await?;
    Ok(cells.len().max(1))
}

/// Tells whether sums by audience and portal have to be made anew.
fn digest_of(guides: &[PublishedGuide]) -> String {
    let lines: Vec<String> = guides
        .iter()
        .map(|guide| format!("{} {} {:?}", guide.id, guide.audience_id, guide.portal))
        .collect();
    sha256_hex(lines.join("\n").as_bytes())
}
