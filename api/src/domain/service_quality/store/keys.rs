//! How sections and slices are written in cells' keys, and cells in rows.

use entities::{
    enums::{Okrug, ServicePortal, ServiceReportChannel},
    service_quality_month,
};
use sea_orm::{ActiveEnum, DbErr};

use super::super::rules::{Cell, Counts, Section, Slice};

const GUIDE: &str = "GUIDE";
const ALL: &str = "ALL";
const NO_OKRUG: &str = "NO_OKRUG";

/// A section as cells name it.
pub fn section_name(section: Section) -> String {
    match section {
        Section::Guide => GUIDE.into(),
        Section::All => ALL.into(),
        Section::Portal(portal) => portal.to_value(),
    }
}

/// A slice as cells name it. No okrug is called like a channel.
pub fn slice_name(slice: Slice) -> String {
    match slice {
        Slice::All => ALL.into(),
        Slice::NoOkrug => NO_OKRUG.into(),
        Slice::Okrug(okrug) => okrug.to_value(),
        Slice::Channel(channel) => channel.to_value(),
    }
}

fn section_of(name: String) -> Result<Section, DbErr> {
    match name.as_str() {
        GUIDE => Ok(Section::Guide),
        ALL => Ok(Section::All),
        _ => ServicePortal::try_from_value(&name).map(Section::Portal),
    }
}

fn slice_of(name: String) -> Result<Slice, DbErr> {
    match name.as_str() {
        ALL => Ok(Slice::All),
        NO_OKRUG => Ok(Slice::NoOkrug),
        _ => Okrug::try_from_value(&name)
            .map(Slice::Okrug)
            .or_else(|_| ServiceReportChannel::try_from_value(&name).map(Slice::Channel)),
    }
}

/// A cell as it is stored.
pub fn row_of(cell: &Cell) -> Result<service_quality_month::Model, DbErr> {
    let counts = &cell.counts;
    let distributions = serde_json::to_string(&counts.distributions)
        .map_err(|cause| DbErr::Json(cause.to_string()))?;
    Ok(service_quality_month::Model {
        subject_id: cell.subject_id,
        section: section_name(cell.section),
        slice: slice_name(cell.slice),
        month: cell.month,
        reports: stored(counts.reports),
        closed: stored(counts.closed),
        online: stored(counts.online),
        online_closed: stored(counts.online_closed),
        online_completed: stored(counts.online_completed),
        completed: stored(counts.completed),
        fully_online: stored(counts.fully_online),
        rated: stored(counts.rated),
        satisfied: stored(counts.satisfied),
        rating_sum: stored(counts.rating_sum),
        timed: stored(counts.timed),
        in_time: stored(counts.in_time),
        refused: stored(counts.refused),
        unexplained: stored(counts.unexplained),
        failed: stored(counts.failed),
        extra_documents: stored(counts.extra_documents),
        visits: stored(counts.visits),
        unvisited: stored(counts.unvisited),
        queued: stored(counts.queued),
        short_queue: stored(counts.short_queue),
        answered: stored(counts.answered),
        matched: stored(counts.matched),
        escalated: stored(counts.escalated),
        resolved: stored(counts.resolved),
        distributions,
    })
}

/// The cell that is stored.
pub fn cell_of(row: service_quality_month::Model) -> Result<Cell, DbErr> {
    let distributions =
        serde_json::from_str(&row.distributions).map_err(|cause| DbErr::Json(cause.to_string()))?;
    Ok(Cell {
        subject_id: row.subject_id,
        section: section_of(row.section)?,
        slice: slice_of(row.slice)?,
        month: row.month,
        counts: Counts {
            reports: row.reports.into(),
            closed: row.closed.into(),
            online: row.online.into(),
            online_closed: row.online_closed.into(),
            online_completed: row.online_completed.into(),
            completed: row.completed.into(),
            fully_online: row.fully_online.into(),
            rated: row.rated.into(),
            satisfied: row.satisfied.into(),
            rating_sum: row.rating_sum.into(),
            timed: row.timed.into(),
            in_time: row.in_time.into(),
            refused: row.refused.into(),
            unexplained: row.unexplained.into(),
            failed: row.failed.into(),
            extra_documents: row.extra_documents.into(),
            visits: row.visits.into(),
            unvisited: row.unvisited.into(),
            queued: row.queued.into(),
            short_queue: row.short_queue.into(),
            answered: row.answered.into(),
            matched: row.matched.into(),
            escalated: row.escalated.into(),
            resolved: row.resolved.into(),
            distributions,
        },
    })
}

/// A month has fewer reports than two thousand million.
fn stored(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
