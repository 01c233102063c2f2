//! What a moderator does with a report: each step with what stands against it. Pure.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entities::{enums::ReportModeration, service_report, service_report_escalation};
use uuid::Uuid;

use super::{moderating::Held, rules::Fault, types::ServiceReportErrorCode as Code};

/// Characters, as the column holds them.
const LONGEST_ADDRESSEE: usize = 300;
const LONGEST_TEXT: usize = 2000;
const LONGEST_REASON: usize = 500;
const LONGEST_FRAGMENT: usize = 200;
/// Nobody waits longer for an answer.
const LONGEST_WAIT: TimeDelta = TimeDelta::days(366);
/// What stands where a moderator took something out.
const REDACTED: &str = "[скрыто]";

/// What is done with a report.
#[derive(Clone, Debug)]
pub enum Step {
    Accept,
    /// The author is told why.
    Reject {
        reason: String,
    },
    /// It tells the same as another report of the same guide.
    Duplicate {
        of_id: Uuid,
    },
    /// It goes to whoever answers for the service, who is to answer by that Moscow day.
    Escalate {
        addressee: String,
        answer_due_on: NaiveDate,
    },
    Answer {
        text: String,
    },
    Resolve {
        text: String,
    },
}

/// What it is checked against besides the report itself.
pub struct Circumstances<'a> {
    /// The report that it is said to repeat.
    pub original: Option<&'a service_report::Model>,
    /// The Moscow day.
    pub today: NaiveDate,
}

impl Step {
    /// How the audit log calls it.
    #[must_use]
    pub const fn action(&self) -> &'static str {
        match self {
            Self::Accept => "service_report.accept",
            Self::Reject { .. } => "service_report.reject",
            Self::Duplicate { .. } => "service_report.duplicate",
            Self::Escalate { .. } => "service_report.escalate",
            Self::Answer { .. } => "service_report.answer",
            Self::Resolve { .. } => "service_report.resolve",
        }
    }

    /// Whether those who reported the same hear of it as well.
    #[must_use]
    pub const fn concerns_everybody(&self) -> bool {
        matches!(
            self,
            Self::Escalate { .. } | Self::Answer { .. } | Self::Resolve { .. }
        )
    }

    /// Whether that is what the report has come to: asked twice, it is done once.
    #[must_use]
    pub fn is_done(&self, held: &Held) -> bool {
        let report = &held.report;
        let escalation = held.escalation.as_ref();
        match self {
            Self::Accept => report.moderation == ReportModeration::Accepted,
            Self::Reject { .. } => report.moderation == ReportModeration::Rejected,
            Self::Duplicate { of_id } => {
                report.moderation == ReportModeration::Duplicate
                    && report.duplicate_of_id == Some(*of_id)
            }
            Self::Escalate {
                addressee,
                answer_due_on,
            } => escalation.is_some_and(|taken| {
                taken.addressee == *addressee && taken.answer_due_on == *answer_due_on
            }),
            Self::Answer { text } => {
                escalation.is_some_and(|taken| taken.answer.as_ref() == Some(text))
            }
            Self::Resolve { text } => {
                escalation.is_some_and(|taken| taken.resolution.as_ref() == Some(text))
            }
        }
    }

    /// Everything that stands against it.
    #[must_use]
    pub fn faults(&self, held: &Held, circumstances: &Circumstances<'_>) -> Vec<Fault> {
        let mut faults = Vec::new();
        if !self.is_allowed(held) {
            faults.push((Code::NotAllowedNow, "id"));
        }
        match self {
            Self::Accept => {}
            Self::Reject { reason } => {
                faults.extend(fault_of_text(reason, LONGEST_REASON, "reason"))
            }
            Self::Duplicate { .. } => {
                if !is_original(circumstances.original, &held.report) {
                    faults.push((Code::ReportNotFound, "duplicateOf"));
                }
            }
            Self::Escalate {
                addressee,
                answer_due_on,
            } => {
                faults.extend(fault_of_text(addressee, LONGEST_ADDRESSEE, "addressee"));
                let latest = circumstances.today + LONGEST_WAIT;
                if !(circumstances.today..=latest).contains(answer_due_on) {
                    faults.push((Code::BadDeadline, "answerDueOn"));
                }
            }
            Self::Answer { text } => faults.extend(fault_of_text(text, LONGEST_TEXT, "answer")),
            Self::Resolve { text } => {
                faults.extend(fault_of_text(text, LONGEST_TEXT, "resolution"));
            }
        }
        faults
    }

    /// A decision may be corrected until the report has gone out; then it takes its way to the end.
    fn is_allowed(&self, held: &Held) -> bool {
        use ReportModeration::{Accepted, Duplicate, Escalated, New, Rejected};
        let from = held.report.moderation;
        let answered = held.escalation.as_ref();
        match self {
            Self::Accept => matches!(from, New | Rejected | Duplicate),
            Self::Reject { .. } => matches!(from, New | Accepted | Duplicate),
            Self::Duplicate { .. } => matches!(from, New | Accepted | Rejected),
            Self::Escalate { .. } => matches!(from, New | Accepted),
            Self::Answer { .. } => {
                from == Escalated
                    && answered.is_some_and(|one| one.answer.is_none() && one.resolution.is_none())
            }
            Self::Resolve { .. } => {
                from == Escalated && answered.is_some_and(|one| one.resolution.is_none())
            }
        }
    }

    /// What it makes of a report that nothing stands against it for.
    #[must_use]
    pub fn applied(self, held: Held, now: DateTime<Utc>) -> Held {
        let Held {
            mut report,
            mut escalation,
        } = held;
        report.version += 1;
        report.updated_at = now;
        report.moderated_at = Some(now);
        match self {
            Self::Accept => decide(&mut report, ReportModeration::Accepted, None),
            Self::Reject { .. } => decide(&mut report, ReportModeration::Rejected, None),
            Self::Duplicate { of_id } => {
                decide(&mut report, ReportModeration::Duplicate, Some(of_id));
            }
            Self::Escalate {
                addressee,
                answer_due_on,
            } => {
                decide(&mut report, ReportModeration::Escalated, None);
                escalation = Some(service_report_escalation::Model {
                    id: Uuid::now_v7(),
                    report_id: report.id,
                    addressee,
                    escalated_at: now,
                    answer_due_on,
                    answer: None,
                    answered_at: None,
                    resolution: None,
                    resolved_at: None,
                });
            }
            Self::Answer { text } => {
                if let Some(taken) = &mut escalation {
                    taken.answer = Some(text);
                    taken.answered_at = Some(now);
                }
            }
            Self::Resolve { text } => {
                if let Some(taken) = &mut escalation {
                    taken.resolution = Some(text);
                    taken.resolved_at = Some(now);
                }
            }
        }
        Held { report, escalation }
    }
}

fn decide(report: &mut service_report::Model, to: ReportModeration, duplicate_of: Option<Uuid>) {
    report.moderation = to;
    report.duplicate_of_id = duplicate_of;
}

fn fault_of_text(text: &str, longest: usize, field: &'static str) -> Option<Fault> {
    if text.trim().is_empty() {
        Some((Code::Missing, field))
    } else if text.chars().count() > longest {
        Some((Code::TooLong, field))
    } else {
        text.contains('\0').then_some((Code::BadCharacter, field))
    }
}

/// Whether another report tells of the same service and counts itself, so that no circle closes.
fn is_original(original: Option<&service_report::Model>, of: &service_report::Model) -> bool {
    original.is_some_and(|original| {
        original.id != of.id
            && original.guide_id == of.guide_id
            && !matches!(
                original.moderation,
                ReportModeration::Duplicate | ReportModeration::Rejected
            )
    })
}

/// A comment without what a moderator takes out of it: they can take out, and cannot write.
///
/// # Errors
/// The first thing that is not in it.
pub fn redacted(comment: Option<&str>, fragments: &[String]) -> Result<Option<String>, Fault> {
    let mut left = comment.map(str::to_owned);
    for fragment in fragments {
        let fragment = fragment.trim();
        let stands = left.as_ref().is_some_and(|left| left.contains(fragment));
        if fragment.is_empty() || fragment.chars().count() > LONGEST_FRAGMENT || !stands {
            return Err((Code::FragmentNotFound, "redact"));
        }
        left = left.map(|left| left.replace(fragment, REDACTED));
    }
    Ok(left)
}

#[cfg(test)]
mod tests {
    use entities::enums::{HelpedBy, ServiceOutcome, ServiceReportChannel};

    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn report(moderation: ReportModeration) -> service_report::Model {
        let day = now().date_naive();
        service_report::Model {
            id: Uuid::now_v7(),
            guide_id: Uuid::nil(),
            guide_revision: 1,
            author: String::new(),
            client_key: Uuid::nil(),
            input_digest: String::new(),
            channel: ServiceReportChannel::Online,
            submitted_on: day,
            outcome: ServiceOutcome::Completed,
            finished_on: None,
            is_online_first: false,
            is_fully_online: false,
            visits: 0,
            queue_minutes: None,
            has_extra_documents: false,
            problems: 0,
            is_refusal_explained: None,
            refusal_reason: None,
            rating_overall: None,
            rating_information: None,
            rating_forms: None,
            rating_speed: None,
            rating_convenience: None,
            rating_result: None,
            is_guide_matched: None,
            helped_by: HelpedBy::Nobody,
            is_for_another: false,
            paid_kopecks: None,
            platform: None,
            okrug: None,
            comment: None,
            term_norm: None,
            term_unit: None,
            term_taken: None,
            moderation,
            duplicate_of_id: None,
            version: 1,
            created_at: now(),
            updated_at: now(),
            moderated_at: None,
        }
    }

    fn held(moderation: ReportModeration) -> Held {
        Held {
            report: report(moderation),
            escalation: None,
        }
    }

    fn escalate() -> Step {
        Step::Escalate {
            addressee: "Оператор портала".into(),
            answer_due_on: now().date_naive(),
        }
    }

    fn answer() -> Step {
        Step::Answer {
            text: "Исправили".into(),
        }
    }

    fn resolve() -> Step {
        Step::Resolve {
            text: "Работает".into(),
        }
    }

    fn faults_of(step: &Step, held: &Held) -> Vec<Fault> {
        let circumstances = Circumstances {
            original: None,
            today: now().date_naive(),
        };
        step.faults(held, &circumstances)
    }

    const NOT_NOW: Fault = (Code::NotAllowedNow, "id");

    #[test]
    fn a_report_takes_its_way_and_no_other() {
        use ReportModeration::{Accepted, Duplicate, Escalated, New, Rejected};
        let reject = Step::Reject {
            reason: "Не о том".into(),
        };
        let may = |step: &Step, from| !faults_of(step, &held(from)).contains(&NOT_NOW);
        for (step, from) in [
            (&Step::Accept, vec![New, Rejected, Duplicate]),
            (&reject, vec![New, Accepted, Duplicate]),
            (&escalate(), vec![New, Accepted]),
            (&answer(), vec![]),
            (&resolve(), vec![]),
        ] {
            for state in [New, Accepted, Rejected, Duplicate, Escalated] {
                assert_eq!(
                    may(step, state),
                    from.contains(&state),
                    "{step:?} {state:?}"
                );
            }
        }
    }

    #[test]
    fn an_answer_comes_once_and_a_resolution_ends_it() {
        let sent = escalate().applied(held(ReportModeration::New), now());
        assert_eq!(sent.report.moderation, ReportModeration::Escalated);
        assert_eq!(sent.report.version, 2);
        assert!(escalate().is_done(&sent) && !answer().is_done(&sent));
        assert!(faults_of(&answer(), &sent).is_empty());
        let unanswered = resolve().applied(sent.clone(), now());
        assert_eq!(faults_of(&answer(), &unanswered), [NOT_NOW]);
        let answered = answer().applied(sent, now());
        assert!(answer().is_done(&answered));
        assert_eq!(faults_of(&answer(), &answered), [NOT_NOW]);
        let resolved = resolve().applied(answered, now());
        assert!(resolve().is_done(&resolved));
        assert_eq!(faults_of(&resolve(), &resolved), [NOT_NOW]);
    }

    #[test]
    fn a_duplicate_names_a_report_that_counts() {
        let held = held(ReportModeration::New);
        let says = |original: Option<&service_report::Model>| {
            let step = Step::Duplicate { of_id: Uuid::nil() };
            let circumstances = Circumstances {
                original,
                today: now().date_naive(),
            };
            step.faults(&held, &circumstances).is_empty()
        };
        let other = report(ReportModeration::Accepted);
        assert!(says(Some(&other)));
        assert!(!says(None));
        assert!(!says(Some(&held.report)));
        assert!(!says(Some(&report(ReportModeration::Duplicate))));
        assert!(!says(Some(&report(ReportModeration::Rejected))));
        let elsewhere = service_report::Model {
            guide_id: Uuid::now_v7(),
            ..other
        };
        assert!(!says(Some(&elsewhere)));
    }

    #[test]
    fn words_and_deadlines_have_bounds() {
        let sent = escalate().applied(held(ReportModeration::New), now());
        let day = now().date_naive();
        for (due, is_good) in [
            (day.pred_opt(), false),
            (Some(day), true),
            (Some(day + LONGEST_WAIT), true),
            ((day + LONGEST_WAIT).succ_opt(), false),
        ] {
            let step = Step::Escalate {
                addressee: "Кому".into(),
                answer_due_on: due.unwrap(),
            };
            assert_eq!(
                faults_of(&step, &held(ReportModeration::New)).is_empty(),
                is_good,
                "{due:?}"
            );
        }
        for (text, fault) in [
            (" ".to_owned(), Code::Missing),
            ("ж".repeat(2001), Code::TooLong),
            ("\0".into(), Code::BadCharacter),
        ] {
            let step = Step::Answer { text };
            assert_eq!(faults_of(&step, &sent), [(fault, "answer")]);
        }
    }

    #[test]
    fn moderators_take_out_and_do_not_write() {
        let take = |comment, fragments: &[&str]| {
            let fragments: Vec<String> = fragments.iter().map(|one| (*one).to_owned()).collect();
            redacted(comment, &fragments)
        };
        let comment = Some("Диагноз грипп, ждал с грипп");
        assert_eq!(take(comment, &[]), Ok(comment.map(str::to_owned)));
        let expected = "Диагноз [скрыто], ждал с [скрыто]".to_owned();
        assert_eq!(take(comment, &["грипп"]), Ok(Some(expected)));
        let missing = Err((Code::FragmentNotFound, "redact"));
        assert_eq!(take(comment, &["ангина"]), missing);
        assert_eq!(take(comment, &[" "]), missing);
        assert_eq!(take(None, &["грипп"]), missing);
    }
}
