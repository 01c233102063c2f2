//! Cells: what is counted apart.

use async_graphql::Enum;
use chrono::NaiveDate;
use entities::enums::{Okrug, ServicePortal, ServiceReportChannel};
use uuid::Uuid;

use super::Counts;

/// По каким данным считать. Открытый список.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Enum)]
#[graphql(name = "ServiceQualityEdition")]
pub enum Edition {
    /// По всем отзывам, принятым к этому времени.
    #[default]
    Live,
    /// Только по закрытым месяцам, какими они были при закрытии: ответ больше не изменится.
    Frozen,
}

/// Whose reports a cell counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// A guide's: the subject is the guide.
    Guide,
    /// Those of all guides: the subject is the audience that the guides are for.
    All,
    /// The same, of the guides that lead to a portal.
    Portal(ServicePortal),
}

/// Which of those reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slice {
    All,
    Okrug(Okrug),
    /// Those that name no okrug.
    NoOkrug,
    Channel(ServiceReportChannel),
}

impl Slice {
    /// The okrug's own; those without one have theirs.
    #[must_use]
    pub const fn of_okrug(okrug: Option<Okrug>) -> Self {
        match okrug {
            Some(okrug) => Self::Okrug(okrug),
            None => Self::NoOkrug,
        }
    }
}

/// What the reports of one month add up to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    pub subject_id: Uuid,
    pub section: Section,
    pub slice: Slice,
    /// Its first day.
    pub month: NaiveDate,
    pub counts: Counts,
}
