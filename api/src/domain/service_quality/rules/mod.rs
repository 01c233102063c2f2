//! Pure decisions: what is counted, what figures follow, which of them may be shown.
//!
//! Formulas and thresholds are the federation's methodology (`/reports/service-quality` prints them);
//! `tests/service_quality/independent` computes all of it a second time by other people's libraries.

mod cells;
mod counts;
mod distribution;
mod figures;
mod numbers;
mod period;
mod ranking;
mod shares;
mod spikes;
mod suppression;

pub use cells::{Cell, Edition, Section, Slice};
pub use counts::{Counts, Escalation, Report, Term};
pub use distribution::Distribution;
pub use figures::{Figures, Index, IndexPart, TermFigures, missing};
pub use numbers::rounded;
pub use period::{Period, PeriodFault, freezable_by, month_of, next_month};
pub use ranking::{RANKED_FROM, Rank, RankPosition, cut, ranked};
pub use shares::{Light, Share, ShareCode};
pub use spikes::{Accuracy, Failures};
pub use suppression::shown;
