//! What is kept of a report: the facts, the comment without personal data, and the term that was
//! official when it came.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use entities::{enums::ReportModeration, service_report};
use uuid::{NoContext, Timestamp, Uuid};

use super::{facts::Facts, problems::ServiceProblem, scrubbing, terms};
use crate::domain::guides::SeenPassport;

/// Where a report comes from.
pub struct Origin<'a> {
    /// The pseudonym.
    pub author: &'a str,
    pub client_key: Uuid,
    pub digest: &'a str,
    pub is_for_another: bool,
}

/// The row of a report that nothing stands against.
///
/// Its instants, that in its id included, are cut to the minute: what else its author's request wrote, and
/// under their own name, shall not be found by the microsecond.
#[must_use]
pub fn record(
    facts: &Facts,
    origin: &Origin<'_>,
    seen: &SeenPassport,
    now: DateTime<Utc>,
) -> service_report::Model {
    let term = terms::official_term(&seen.passport, facts.channel);
    let taken = term
        .zip(facts.finished_on)
        .and_then(|((_, unit), finished_on)| {
            terms::days_taken(unit, facts.submitted_on, finished_on)
        });
    let minute = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
    let mark = |mark: Option<i32>| mark.and_then(|mark| i16::try_from(mark).ok());
    service_report::Model {
        id: id_of(minute),
        guide_id: facts.guide_id,
        guide_revision: facts.guide_revision.unwrap_or(seen.revision),
        author: origin.author.to_owned(),
        client_key: origin.client_key,
        input_digest: origin.digest.to_owned(),
        channel: facts.channel,
        submitted_on: facts.submitted_on,
        outcome: facts.outcome,
        finished_on: facts.finished_on,
        is_online_first: facts.is_online_first,
        is_fully_online: facts.is_fully_online,
        visits: facts.visits,
        queue_minutes: facts.queue_minutes,
        has_extra_documents: facts
            .has_extra_documents
            .unwrap_or_else(|| ServiceProblem::ExtraDocs.is_in(facts.problems)),
        problems: facts.problems,
        is_refusal_explained: facts.refusal.map(|refusal| refusal.is_explained),
        refusal_reason: facts.refusal.and_then(|refusal| refusal.reason),
        rating_overall: mark(facts.ratings.overall),
        rating_information: mark(facts.ratings.information),
        rating_forms: mark(facts.ratings.forms),
        rating_speed: mark(facts.ratings.speed),
        rating_convenience: mark(facts.ratings.convenience),
        rating_result: mark(facts.ratings.result),
        is_guide_matched: facts.is_guide_matched,
        helped_by: facts.helped_by,
        is_for_another: origin.is_for_another,
        paid_kopecks: facts.paid_rub.map(|roubles| i64::from(roubles) * 100),
        platform: facts.platform,
        okrug: facts.okrug,
        comment: facts.comment.as_deref().and_then(scrubbing::scrub),
        term_norm: term.map(|(norm, _)| norm),
        term_unit: term.map(|(_, unit)| unit),
        term_taken: taken,
        moderation: ReportModeration::New,
        duplicate_of_id: None,
        version: 1,
        created_at: minute,
        updated_at: minute,
        moderated_at: None,
    }
}

fn id_of(minute: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(minute.timestamp()).unwrap_or_default();
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, 0))
}
