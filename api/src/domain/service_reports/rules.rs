//! Pure decisions about reports: what is wrong with one.

use chrono::NaiveDate;
use entities::enums::{ServiceOutcome, ServiceReportChannel};

use super::{
    facts::{Facts, Refusal},
    problems::ServiceProblem,
    types::ServiceReportErrorCode as Code,
};
use crate::domain::guides::Passport;

/// The day of law 210-FZ, which made asking the state for something a service.
const LAW_ON_SERVICES: NaiveDate = match NaiveDate::from_ymd_opt(2010, 7, 27) {
    Some(day) => day,
    None => NaiveDate::MIN,
};
/// Characters of a comment.
pub const LONGEST_COMMENT: usize = 1000;
const MOST_VISITS: i32 = 100;
/// A day and a night.
const MOST_QUEUE_MINUTES: i32 = 24 * 60;
const MOST_PAID_RUB: i32 = 1_000_000;

/// Something that is wrong: what, and in which field.
pub type Fault = (Code, &'static str);

/// Everything that is wrong with what somebody tells, whatever the service.
#[must_use]
pub fn faults(facts: &Facts, today: NaiveDate) -> Vec<Fault> {
    let mut faults = Vec::new();
    faults.extend(faults_of_days(facts, today));
    faults.extend(faults_of_numbers(facts));
    faults.extend(contradictions(facts));
    if let Some(comment) = &facts.comment {
        if comment.chars().count() > LONGEST_COMMENT {
            faults.push((Code::TooLong, "comment"));
        }
        if comment.contains('\0') {
            faults.push((Code::BadCharacter, "comment"));
        }
    }
    faults
}

/// Everything that is wrong with it for the service that it is about.
#[must_use]
pub fn faults_for_service(facts: &Facts, revision: i32, passport: &Passport) -> Vec<Fault> {
    let mut faults = Vec::new();
    if facts.submitted_on < existed_since(passport) {
        faults.push((Code::BeforeService, "submittedOn"));
    }
    if facts
        .guide_revision
        .is_some_and(|seen| !(1..=revision).contains(&seen))
    {
        faults.push((Code::OutOfRange, "guideRevision"));
    }
    faults
}

/// The first day on which the service can have been asked for: that of the oldest act that its guide
/// names, and not before the law on services.
fn existed_since(passport: &Passport) -> NaiveDate {
    let acts = passport.legal_basis.iter().filter_map(|act| act.date);
    acts.min()
        .map_or(LAW_ON_SERVICES, |oldest| oldest.max(LAW_ON_SERVICES))
}

fn faults_of_days(facts: &Facts, today: NaiveDate) -> Vec<Fault> {
    let mut faults = Vec::new();
    if facts.submitted_on > today {
        faults.push((Code::InFuture, "submittedOn"));
    }
    if let Some(finished_on) = facts.finished_on {
        if finished_on > today {
            faults.push((Code::InFuture, "finishedOn"));
        }
        if finished_on < facts.submitted_on {
            faults.push((Code::FinishedBeforeSubmitted, "finishedOn"));
        }
    }
    faults
}

fn faults_of_numbers(facts: &Facts) -> Vec<Fault> {
    let is_out =
        |number: Option<i32>, most: i32| number.is_some_and(|one| !(0..=most).contains(&one));
    let bounded = [
        ("visits", is_out(Some(facts.visits), MOST_VISITS)),
        (
            "queueMinutes",
            is_out(facts.queue_minutes, MOST_QUEUE_MINUTES),
        ),
        ("paidRub", is_out(facts.paid_rub, MOST_PAID_RUB)),
    ];
    let bounded = bounded
        .into_iter()
        .filter(|(_, is_out)| *is_out)
        .map(|(field, _)| field);
    let marked = facts.ratings.each().into_iter();
    let marked = marked
        .filter(|(_, mark)| mark.is_some_and(|mark| !(1..=5).contains(&mark)))
        .map(|(field, _)| field);
    bounded
        .chain(marked)
        .map(|field| (Code::OutOfRange, field))
        .collect()
}

/// What cannot be true at once; the field is the one that says less.
fn contradictions(facts: &Facts) -> Vec<Fault> {
    let is_online = facts.channel == ServiceReportChannel::Online;
    let is_under_way = facts.outcome == ServiceOutcome::InProgress;
    let is_refused = facts.outcome == ServiceOutcome::Refused;
    let has = |problem: ServiceProblem| problem.is_in(facts.problems);
    let unexplained_reason = |refusal: &Refusal| !refusal.is_explained && refusal.reason.is_some();
    let found = [
        (
            is_refused && facts.refusal.is_none(),
            (Code::Missing, "refusal"),
        ),
        (
            !is_refused && facts.refusal.is_some(),
            (Code::Contradiction, "refusal"),
        ),
        (
            facts.refusal.as_ref().is_some_and(unexplained_reason),
            (Code::Contradiction, "refusal.reason"),
        ),
        (
            !is_refused && has(ServiceProblem::UnclearRefusal)
                || facts.has_extra_documents == Some(false) && has(ServiceProblem::ExtraDocs),
            (Code::Contradiction, "problems"),
        ),
        (
            facts.outcome == ServiceOutcome::TechFailure && !is_online && !facts.is_online_first,
            (Code::Contradiction, "outcome"),
        ),
        (
            facts.is_fully_online && (!is_online || facts.visits > 0),
            (Code::Contradiction, "fullyOnline"),
        ),
        (
            facts.visits == 0 && facts.queue_minutes.is_some(),
            (Code::Contradiction, "queueMinutes"),
        ),
        (
            is_under_way && facts.finished_on.is_some(),
            (Code::Contradiction, "finishedOn"),
        ),
        (
            is_under_way && facts.ratings.result.is_some(),
            (Code::Contradiction, "ratings.result"),
        ),
    ];
    let found = found.into_iter().filter(|(is_so, _)| *is_so);
    found.map(|(_, fault)| fault).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{guides::LegalAct, service_reports::facts::sound};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[track_caller]
    fn is_faulty(change: impl FnOnce(&mut Facts), expected: &[Fault]) {
        let mut facts = sound();
        change(&mut facts);
        assert_eq!(faults(&facts, day("2026-11-23")), expected);
    }

    #[test]
    fn nothing_is_wrong_with_a_sound_report() {
        is_faulty(|_| {}, &[]);
        is_faulty(|facts| facts.submitted_on = day("2026-11-12"), &[]);
        is_faulty(|facts| facts.finished_on = Some(day("2026-11-23")), &[]);
    }

    #[test]
    fn days_follow_each_other_and_have_been() {
        is_faulty(
            |facts| {
                facts.submitted_on = day("2026-11-24");
                facts.finished_on = Some(day("2026-11-25"));
            },
            &[
                (Code::InFuture, "submittedOn"),
                (Code::InFuture, "finishedOn"),
            ],
        );
        is_faulty(
            |facts| facts.finished_on = Some(day("2026-11-01")),
            &[(Code::FinishedBeforeSubmitted, "finishedOn")],
        );
    }

    #[test]
    fn numbers_have_bounds() {
        is_faulty(
            |facts| {
                facts.visits = -1;
                facts.paid_rub = Some(1_000_001);
                facts.ratings.overall = Some(0);
                facts.ratings.result = Some(6);
            },
            &[
                (Code::OutOfRange, "visits"),
                (Code::OutOfRange, "paidRub"),
                (Code::OutOfRange, "ratings.overall"),
                (Code::OutOfRange, "ratings.result"),
            ],
        );
        is_faulty(
            |facts| {
                facts.is_fully_online = false;
                facts.visits = 100;
                facts.queue_minutes = Some(1441);
            },
            &[(Code::OutOfRange, "queueMinutes")],
        );
    }

    #[test]
    fn an_outcome_and_what_is_told_of_it_agree() {
        is_faulty(
            |facts| facts.outcome = ServiceOutcome::Refused,
            &[(Code::Missing, "refusal")],
        );
        let refusal = |is_explained, reason| {
            Some(Refusal {
                is_explained,
                reason,
            })
        };
        is_faulty(
            |facts| facts.refusal = refusal(true, None),
            &[(Code::Contradiction, "refusal")],
        );
        is_faulty(
            |facts| {
                facts.outcome = ServiceOutcome::Refused;
                facts.refusal = refusal(false, Some(entities::enums::RefusalReason::Deadline));
            },
            &[(Code::Contradiction, "refusal.reason")],
        );
        is_faulty(
            |facts| facts.problems = ServiceProblem::UnclearRefusal.bit(),
            &[(Code::Contradiction, "problems")],
        );
        is_faulty(
            |facts| {
                facts.problems = ServiceProblem::ExtraDocs.bit();
                facts.has_extra_documents = Some(false);
            },
            &[(Code::Contradiction, "problems")],
        );
        is_faulty(
            |facts| {
                facts.channel = ServiceReportChannel::Mfc;
                facts.is_fully_online = false;
                facts.outcome = ServiceOutcome::TechFailure;
            },
            &[(Code::Contradiction, "outcome")],
        );
        is_faulty(
            |facts| {
                facts.outcome = ServiceOutcome::InProgress;
                facts.ratings.result = Some(5);
            },
            &[
                (Code::Contradiction, "finishedOn"),
                (Code::Contradiction, "ratings.result"),
            ],
        );
        is_faulty(
            |facts| facts.visits = 1,
            &[(Code::Contradiction, "fullyOnline")],
        );
        is_faulty(
            |facts| facts.queue_minutes = Some(5),
            &[(Code::Contradiction, "queueMinutes")],
        );
    }

    #[test]
    fn a_comment_is_counted_in_letters() {
        is_faulty(|facts| facts.comment = Some("ж".repeat(1000)), &[]);
        is_faulty(
            |facts| facts.comment = Some(format!("{}\0", "ж".repeat(1000))),
            &[(Code::TooLong, "comment"), (Code::BadCharacter, "comment")],
        );
    }

    fn act(date: Option<&str>) -> LegalAct {
        LegalAct {
            act: "Закон".into(),
            number: None,
            date: date.map(day),
            article: None,
            url: None,
            unverified: false,
        }
    }

    #[test]
    fn nobody_asked_before_the_service_existed() {
        let asked = |text: &str, acts: &[LegalAct]| {
            let facts = Facts {
                submitted_on: day(text),
                ..sound()
            };
            let passport = Passport {
                legal_basis: acts.to_vec(),
                ..Passport::default()
            };
            faults_for_service(&facts, 3, &passport)
        };
        let before = [(Code::BeforeService, "submittedOn")];
        assert_eq!(asked("2010-07-26", &[]), before);
        assert!(asked("2010-07-27", &[act(Some("1996-08-15")), act(None)]).is_empty());
        let acts = [act(Some("2022-01-01")), act(Some("2017-02-22"))];
        assert_eq!(asked("2017-02-21", &acts), before);
        assert!(asked("2017-02-22", &acts).is_empty());
    }

    #[test]
    fn nobody_has_read_a_revision_that_is_not_there_yet() {
        let seen = |revision| {
            let facts = Facts {
                guide_revision: Some(revision),
                ..sound()
            };
            faults_for_service(&facts, 3, &Passport::default())
        };
        assert!(seen(3).is_empty());
        for revision in [0, 4] {
            assert_eq!(seen(revision), [(Code::OutOfRange, "guideRevision")]);
        }
    }
}
