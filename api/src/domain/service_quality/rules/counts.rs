//! What reports add up to. Everything that is shown is computed from sums, so that months, okrugs and
//! guides can be added up in any way.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entities::enums::{Okrug, ServiceOutcome, ServiceReportChannel, TermMeasure};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Distribution;

/// The problems that make a technical failure: login, form error, payment and upload, which
/// `service_reports` numbers 0 to 3 (`ServiceProblem::bit`).
const TECHNICAL: i32 = 0b1111;
/// The queue that the decree of 7 May 2012 No. 601 allows.
const SHORT_QUEUE_MINUTES: i32 = 15;
/// "Good" of five marks.
const SATISFIED: i16 = 4;

/// A report as far as figures go by it.
#[derive(Clone, Debug)]
pub struct Report {
    pub guide_id: Uuid,
    pub submitted_on: NaiveDate,
    pub channel: ServiceReportChannel,
    pub okrug: Option<Okrug>,
    pub outcome: ServiceOutcome,
    pub is_online_first: bool,
    pub is_fully_online: bool,
    pub visits: i32,
    pub queue_minutes: Option<i32>,
    pub has_extra_documents: bool,
    pub problems: i32,
    pub is_refusal_explained: Option<bool>,
    pub rating: Option<i16>,
    pub is_guide_matched: Option<bool>,
    pub term: Option<Term>,
    pub escalation: Option<Escalation>,
}

/// How long a service took.
#[derive(Clone, Copy, Debug)]
pub struct Term {
    pub unit: TermMeasure,
    pub taken: i32,
    /// The official term; none is known for some.
    pub norm: Option<i32>,
}

/// How whoever runs the service took to a report.
#[derive(Clone, Copy, Debug)]
pub struct Escalation {
    pub is_resolved: bool,
    /// Days until there was an answer.
    pub answered_after: Option<i32>,
}

impl Report {
    /// Whether it has ended, well or not.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.outcome != ServiceOutcome::InProgress
    }

    /// Whether it has ended and met with a technical failure. One still under way is not counted above
    /// the line either, or a share could be more than all.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        let has_met = self.problems & TECHNICAL != 0;
        self.is_closed() && (self.outcome == ServiceOutcome::TechFailure || has_met)
    }

    fn is_online(&self) -> bool {
        self.channel == ServiceReportChannel::Online || self.is_online_first
    }
}

macro_rules! counted {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        /// Sums over reports.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct Counts {
            $($(#[$doc])* pub $name: i64,)+
            pub distributions: Distributions,
        }

        impl Counts {
            /// Adds another's sums.
            pub fn take_in(&mut self, other: &Self) {
                $(self.$name += other.$name;)+
                self.distributions.take_in(&other.distributions);
            }
        }
    };
}

counted! {
    reports,
    closed,
    online,
    online_closed,
    online_completed,
    completed,
    fully_online,
    rated,
    satisfied,
    rating_sum,
    /// With a known term and a known time taken.
    timed,
    in_time,
    refused,
    /// Refused with no reason stated.
    unexplained,
    failed,
    extra_documents,
    visits,
    /// Without a visit.
    unvisited,
    /// With a visit and a known time in the queue.
    queued,
    short_queue,
    /// That say whether the guide was right.
    answered,
    matched,
    escalated,
    resolved,
}

/// Numbers of days that percentiles are taken of; those of different units are never mixed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distributions {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub taken: BTreeMap<TermMeasure, Distribution>,
    /// By how much those were late that were.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub overrun: BTreeMap<TermMeasure, Distribution>,
    #[serde(default, skip_serializing_if = "Distribution::is_empty")]
    pub answered_after: Distribution,
}

impl Distributions {
    fn take_in(&mut self, other: &Self) {
        add_up(&mut self.taken, &other.taken);
        add_up(&mut self.overrun, &other.overrun);
        self.answered_after.take_in(&other.answered_after);
    }
}

fn add_up(
    sums: &mut BTreeMap<TermMeasure, Distribution>,
    others: &BTreeMap<TermMeasure, Distribution>,
) {
    for (unit, distribution) in others {
        sums.entry(*unit).or_default().take_in(distribution);
    }
}

impl Counts {
    /// The sums of many.
    #[must_use]
    pub fn of<'c>(parts: impl IntoIterator<Item = &'c Self>) -> Self {
        let mut sum = Self::default();
        parts.into_iter().for_each(|part| sum.take_in(part));
        sum
    }

    /// Adds a report.
    pub fn note(&mut self, report: &Report) {
        let is_closed = report.is_closed();
        let is_completed = report.outcome == ServiceOutcome::Completed;
        self.reports += 1;
        self.closed += i64::from(is_closed);
        self.completed += i64::from(is_completed);
        self.fully_online += i64::from(is_completed && report.is_fully_online);
        self.failed += i64::from(report.has_failed());
        self.extra_documents += i64::from(is_closed && report.has_extra_documents);
        self.note_online(report);
        self.note_opinion(report);
        self.note_effort(report);
        self.note_refusal(report);
        self.note_term(report);
        self.note_escalation(report);
    }

    fn note_online(&mut self, report: &Report) {
        if report.is_online() {
            let is_completed = report.outcome == ServiceOutcome::Completed;
            self.online += 1;
            self.online_closed += i64::from(report.is_closed());
            self.online_completed += i64::from(is_completed);
        }
    }

    fn note_opinion(&mut self, report: &Report) {
        if let Some(rating) = report.rating {
            self.rated += 1;
            self.satisfied += i64::from(rating >= SATISFIED);
            self.rating_sum += i64::from(rating);
        }
        if let Some(is_matched) = report.is_guide_matched {
            self.answered += 1;
            self.matched += i64::from(is_matched);
        }
    }

    fn note_effort(&mut self, report: &Report) {
        self.visits += i64::from(report.visits);
        if report.visits == 0 {
            self.unvisited += 1;
        } else if let Some(minutes) = report.queue_minutes {
            self.queued += 1;
            self.short_queue += i64::from(minutes <= SHORT_QUEUE_MINUTES);
        }
    }

    fn note_refusal(&mut self, report: &Report) {
        if report.outcome == ServiceOutcome::Refused {
            self.refused += 1;
            self.unexplained += i64::from(report.is_refusal_explained == Some(false));
        }
    }

    fn note_term(&mut self, report: &Report) {
        let Some(Term { unit, taken, norm }) = report.term else {
            return;
        };
        self.distributions
            .taken
            .entry(unit)
            .or_default()
            .note(taken);
        let Some(norm) = norm else {
            return;
        };
        self.timed += 1;
        self.in_time += i64::from(taken <= norm);
        if taken > norm {
            let overrun = self.distributions.overrun.entry(unit).or_default();
            overrun.note(taken - norm);
        }
    }

    fn note_escalation(&mut self, report: &Report) {
        let Some(escalation) = report.escalation else {
            return;
        };
        self.escalated += 1;
        self.resolved += i64::from(escalation.is_resolved);
        if let Some(days) = escalation.answered_after {
            self.distributions.answered_after.note(days);
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Completed online, and nothing else is known of it.
    pub fn plain() -> Report {
        Report {
            guide_id: Uuid::nil(),
            submitted_on: "2026-11-01".parse().unwrap(),
            channel: ServiceReportChannel::Online,
            okrug: None,
            outcome: ServiceOutcome::Completed,
            is_online_first: false,
            is_fully_online: true,
            visits: 0,
            queue_minutes: None,
            has_extra_documents: false,
            problems: 0,
            is_refusal_explained: None,
            rating: None,
            is_guide_matched: None,
            term: None,
            escalation: None,
        }
    }

    fn counted(reports: &[Report]) -> Counts {
        let mut counts = Counts::default();
        reports.iter().for_each(|report| counts.note(report));
        counts
    }

    #[test]
    fn what_nobody_said_is_not_counted_below_the_line() {
        let counts = counted(&[plain()]);
        let expected = Counts {
            reports: 1,
            closed: 1,
            online: 1,
            online_closed: 1,
            online_completed: 1,
            completed: 1,
            fully_online: 1,
            unvisited: 1,
            ..Counts::default()
        };
        assert_eq!(counts, expected);
    }

    #[test]
    fn only_the_first_four_problems_are_technical_failures() {
        let with = |problems, outcome| Report {
            problems,
            outcome,
            ..plain()
        };
        assert!(with(0b1000, ServiceOutcome::Completed).has_failed());
        assert!(!with(0b1_0000, ServiceOutcome::Completed).has_failed());
        assert!(with(0, ServiceOutcome::TechFailure).has_failed());
        assert!(!with(1, ServiceOutcome::InProgress).has_failed());
    }

    #[test]
    fn what_came_late_is_late_in_its_own_unit() {
        let took = |taken, unit| Report {
            term: Some(Term {
                unit,
                taken,
                norm: Some(5),
            }),
            ..plain()
        };
        let counts = counted(&[
            took(5, TermMeasure::WorkingDays),
            took(8, TermMeasure::WorkingDays),
            took(9, TermMeasure::CalendarDays),
        ]);
        assert_eq!((counts.timed, counts.in_time), (3, 1));
        let overrun = &counts.distributions.overrun;
        let median = |unit| overrun[&unit].percentile_in_tenths(50);
        assert_eq!(median(TermMeasure::WorkingDays), Some(30));
        assert_eq!(median(TermMeasure::CalendarDays), Some(40));
    }

    #[test]
    fn parts_add_up_to_the_whole() {
        let one = Report {
            rating: Some(4),
            visits: 2,
            queue_minutes: Some(16),
            ..plain()
        };
        let other = Report {
            outcome: ServiceOutcome::Refused,
            is_refusal_explained: Some(false),
            ..plain()
        };
        let whole = counted(&[one.clone(), other.clone()]);
        let parts = [counted(&[one]), counted(&[other])];
        assert_eq!(Counts::of(&parts), whole);
        assert_eq!((whole.refused, whole.unexplained), (1, 1));
        assert_eq!((whole.queued, whole.short_queue, whole.visits), (1, 0, 2));
    }

    #[test]
    fn distributions_come_back_as_they_were_stored() {
        let report = Report {
            term: Some(Term {
                unit: TermMeasure::WorkingDays,
                taken: 7,
                norm: Some(5),
            }),
            ..plain()
        };
        let distributions = counted(&[report]).distributions;
        let stored = serde_json::to_string(&distributions).unwrap();
        assert_eq!(
            stored,
            r#"{"taken":{"WORKING_DAYS":{"7":1}},"overrun":{"WORKING_DAYS":{"2":1}}}"#
        );
        let read: Distributions = serde_json::from_str(&stored).unwrap();
        assert_eq!(read, distributions);
        let nothing: Distributions = serde_json::from_str("{}").unwrap();
        assert_eq!(nothing, Distributions::default());
    }
}
